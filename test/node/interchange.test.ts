import "fake-indexeddb/auto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import initSqlJs, { type SqlValue } from "sql.js";
import { afterAll, expect, test } from "vitest";
import { Database } from "../../src/engine/database/database.ts";
import { loadDriver } from "../../src/node/driver.ts";
import { FileStore } from "../../src/node/fileStore.ts";
import { NotebookFile } from "../../src/node/notebookFile.ts";
import { openTemporary } from "../../src/node/temporary.ts";
import {
  attach,
  attemptOf,
  commitOf,
  openDatabase,
} from "../engine/database/world.ts";

const root = mkdtempSync(join(tmpdir(), "flowbook-interchange-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The database service as Node has it. */
function nodeDatabase(): Database {
  const driver = loadDriver();
  let file: NotebookFile;
  return new Database(
    Promise.resolve({
      mismatch: undefined,
      connect: () => file,
      create: () => openTemporary(driver),
    }),
    {
      open: (path) => {
        file = new NotebookFile(driver, path);
        return Promise.resolve(new FileStore(file, root));
      },
      remove: () => Promise.reject(new Error("no")),
      copies: () => Promise.resolve([]),
      restore: () => Promise.resolve(undefined),
    },
  );
}

/** A run with rows, a result, a log and something to reuse. */
async function runOnce(database: Database): Promise<void> {
  const id = attemptOf("a");
  const client = await attach(database, id);
  await client.load("t", [{ x: 1 }, { x: 2 }]);
  await database.commit({
    ...commitOf(id, 0, { when: new Date(5), rows: 2n }),
    cache: {
      cacheKey: "c",
      task: "a",
      version: "v",
      inputs: {},
      key: "key-a",
      node: "a",
      at: 1,
      run: "run-1",
      runAt: 0,
      resultKey: "key-a",
      size: 10,
    },
  });
  await database.appendLogs([
    {
      at: 2,
      run: "run-1",
      node: "a",
      attempt: 1,
      level: "info",
      text: "hello",
    },
  ]);
}

async function expectAll(database: Database, runs: readonly { id: string }[]) {
  expect(runs.map(({ id }) => id)).toEqual(["run-1"]);
  expect(await database.results("run-1", ["key-a"])).toEqual([
    { value: { when: new Date(5), rows: 2n } },
  ]);
  expect((await database.logs("run-1")).map(({ text }) => text)).toEqual([
    "hello",
  ]);
  expect(
    (await database.cacheEntries()).map(({ cacheKey }) => cacheKey),
  ).toEqual(["c"]);
  expect((await database.query("SELECT x FROM t ORDER BY x")).rows).toEqual([
    { x: 1 },
    { x: 2 },
  ]);
  expect((await database.query("SELECT id FROM history.runs")).rows).toEqual([
    { id: "run-1" },
  ]);
  expect((await database.tables()).map(({ name }) => name)).toEqual(["t"]);
}

test("a file that Node wrote opens in the page with its history", async () => {
  const path = join(root, "node.sqlite");
  const node = nodeDatabase();
  await node.open(path);
  await runOnce(node);
  await node.closeNotebook();

  const { database, notebook } = await openDatabase();
  await database.importDatabase(new Blob([readFileSync(path)]));
  const { runs } = await database.open(notebook);
  await expectAll(database, runs);
});

test("a file that the page wrote goes on in Node, and the page's own database stays as it is", async () => {
  const { database } = await openDatabase();
  await runOnce(database);
  const file = await database.exportDatabase({ history: true });
  expect((await database.tables()).map(({ name }) => name)).toEqual(["t"]);
  const plain = await database.exportDatabase();
  expect(plain.size).toBeLessThan(file.size);

  const path = join(root, "page.sqlite");
  writeFileSync(path, new Uint8Array(await file.arrayBuffer()));
  const node = nodeDatabase();
  const { runs } = await node.open(path);
  await expectAll(node, runs);
  await node.closeNotebook();
});

test("what a file brings stands beside the runs that are there", async () => {
  const one = await openDatabase();
  await runOnce(one.database);
  const file = await one.database.exportDatabase({ history: true });
  const { database, notebook } = await openDatabase();
  const other = { ...attemptOf("b"), run: "run-2" };
  await database.commit(commitOf(other));
  await database.importDatabase(file);
  const { runs } = await database.open(notebook);
  expect(runs.map(({ id }) => id).sort()).toEqual(["run-1", "run-2"]);
});

const strange: [string, unknown, unknown, string][] = [
  ...["null", "[null]", "[5]", "no text that is written", "{}", "[[]]"].flatMap(
    (value): [string, unknown, unknown, string][] => [
      ["cache", "", "other", value],
      ["outputs", "", "other", value],
      ["writer", "", "other", value],
      ["events", "other", 0, value],
      ["logs", "other", 0, value],
    ],
  ),
  ["result", "run-1", "other", "no text that is written"],
  ["result", "run-1", new Uint8Array([1]), "[5]"],
  ["events", "", 0, "[[]]"],
  ["segment", "", 0, "[5]"],
  ["anything", "x", "y", "[5]"],
];

test.each(strange)(
  "of a file with an entry that is none the rest is read: %s of %j, %j, found as %s",
  async (...entry) => {
    const page = await openDatabase();
    await runOnce(page.database);
    const file = await page.database.exportDatabase({ history: true });
    const { Database: File } = await initSqlJs();
    const changed = new File(new Uint8Array(await file.arrayBuffer()));
    changed.run(
      "INSERT INTO flowbook_notebook (kind, run, key, value) VALUES (?, ?, ?, ?)",
      entry as SqlValue[],
    );
    const bytes = changed.export();
    changed.close();

    const { database, notebook } = await openDatabase();
    await database.importDatabase(new Blob([bytes as Uint8Array<ArrayBuffer>]));
    const { runs } = await database.open(notebook);
    await expectAll(database, runs);

    const path = join(root, "strange.sqlite");
    writeFileSync(path, bytes);
    const node = nodeDatabase();
    const opened = await node.open(path);
    await expectAll(node, opened.runs);
    await node.closeNotebook();
  },
);

test.each([
  ["table", "CREATE TABLE flowbook_notebook (id, title)"],
  ["table", "CREATE TABLE Flowbook_Notebook (kind, run, key, value)"],
  ["view", "CREATE VIEW flowbook_notebook AS SELECT * FROM flowbook_notebook"],
  [
    "table",
    "PRAGMA writable_schema = ON; INSERT INTO sqlite_schema VALUES ('table', 'flowbook_notebook', 'flowbook_notebook', 0, 'CREATE VIRTUAL TABLE flowbook_notebook USING fts5 (kind)')",
  ],
])(
  "a file with a %s of somebody else's that has the name of the history's is refused with what to do: %s",
  async (kind, sql) => {
    const { Database: File } = await initSqlJs();
    const made = new File();
    made.run(`CREATE TABLE rows (x); ${sql}`);
    const bytes = made.export();
    made.close();
    const refused = `has a ${kind} named flowbook_notebook that Flowbook has not made. That name is kept for the runs of a notebook. Rename it in the file with another program, or`;

    const page = await openDatabase();
    await runOnce(page.database);
    const before = await page.database.tables();
    await expect(
      page.database.importDatabase(
        new Blob([bytes as Uint8Array<ArrayBuffer>]),
      ),
    ).rejects.toThrow(`The file ${refused} choose another file.`);
    expect(await page.database.tables()).toEqual(before);

    const path = join(root, `foreign.sqlite`);
    writeFileSync(path, bytes);
    await expect(nodeDatabase().open(path)).rejects.toThrow(
      `${path} ${refused} give another file with --db.`,
    );
    expect(readFileSync(path).equals(bytes)).toBe(true);
  },
);

test.each([
  ["AFTER INSERT", "DELETE FROM kept"],
  ["BEFORE INSERT", "SELECT RAISE(IGNORE)"],
  [
    "BEFORE INSERT",
    "SELECT count(*) FROM (WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c)",
  ],
])(
  "a file whose triggers what is kept of a run would set off is refused in Node, and loses them in the page: %s %s",
  async (when, what) => {
    const page = await openDatabase();
    await runOnce(page.database);
    const file = await page.database.exportDatabase({ history: true });
    const { Database: File } = await initSqlJs();
    const made = new File(new Uint8Array(await file.arrayBuffer()));
    made.run(
      `CREATE TABLE kept (x); INSERT INTO kept VALUES (1); CREATE TRIGGER "a trap" ${when} ON Flowbook_Notebook BEGIN ${what}; END`,
    );
    const bytes = made.export();
    made.close();

    const path = join(root, "trap.sqlite");
    writeFileSync(path, bytes);
    await expect(nodeDatabase().open(path)).rejects.toThrow(
      `${path} has triggers on the table flowbook_notebook that Flowbook has not made: a trap. They would be set off by what a run keeps there. Drop them in the file with another program, or give another file with --db. Nothing was changed.`,
    );
    expect(readFileSync(path).equals(bytes)).toBe(true);

    const { database } = await openDatabase();
    await database.importDatabase(new Blob([bytes as Uint8Array<ArrayBuffer>]));
    expect((await database.query("SELECT x FROM kept")).rows).toEqual([
      { x: 1 },
    ]);
    expect(
      (
        await database.query(
          "SELECT name FROM sqlite_schema WHERE type = 'trigger'",
        )
      ).rows,
    ).toEqual([]);
  },
);

test("a file that is damaged is refused in Node, and is as it was", async () => {
  const { Database: File } = await initSqlJs();
  const made = new File();
  made.run(
    "CREATE TABLE t (x); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO t SELECT hex(randomblob(20)) FROM n",
  );
  const bytes = made.export();
  made.close();
  bytes.fill(0x77, 5 * 4096 + 8, 5 * 4096 + 100);
  const path = join(root, "damaged.sqlite");
  writeFileSync(path, bytes);
  await expect(nodeDatabase().open(path)).rejects.toThrow(
    /damaged\.sqlite is no SQLite database, or is damaged: database disk image is malformed \(.*\)\. It was left as it is\. Give another file with --db/,
  );
  expect(readFileSync(path).equals(bytes)).toBe(true);
});

test("a table that refers to the one of the history is no hindrance to it", async () => {
  const path = join(root, "refers.sqlite");
  const node = nodeDatabase();
  await node.open(path);
  await node.closeNotebook();
  const file = loadDriver().open(path);
  file.run("CREATE TABLE ref (a REFERENCES flowbook_notebook (kind))");
  file.close();
  await node.open(path);
  await runOnce(node);
  await node.closeNotebook();
});

test("a task may not read or write the table of the history that travels", async () => {
  const node = nodeDatabase();
  await node.open(join(root, "own.sqlite"));
  const client = await attach(node, attemptOf("a"));
  await expect(client.exec("DELETE FROM flowbook_notebook")).rejects.toThrow(
    /Flowbook's own/,
  );
  await expect(
    client.query("SELECT kind FROM flowbook_notebook"),
  ).rejects.toThrow(/Flowbook's own/);
  await expect(client.load("flowbook_notebook", [{ x: 1 }])).rejects.toThrow(
    /Flowbook's own/,
  );
  await node.closeNotebook();
});
