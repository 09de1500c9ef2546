import fc from "fast-check";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { hashContent } from "../../src/core/contentHash.ts";
import { readAll } from "../../src/engine/database/execute.ts";
import { fromText, toText } from "../../src/engine/database/notebookTable.ts";
import { TableLoad } from "../../src/engine/database/tableLoad.ts";
import { WaitingRows } from "../../src/engine/database/waitingRows.ts";
import { Transactions } from "../../src/engine/database/transactions.ts";
import { loadDriver, type Driver } from "../../src/node/driver.ts";
import { asDamage } from "../../src/node/fileErrors.ts";
import { FileHashes } from "../../src/node/fileHashes.ts";
import { FileStore } from "../../src/node/fileStore.ts";
import { copyHistory } from "../../src/node/historyCopy.ts";
import type { Entry } from "../../src/node/entries.ts";
import { isReadBeside } from "../../src/node/journal.ts";
import { NotebookFile } from "../../src/node/notebookFile.ts";
import { hashOf } from "../../src/node/cluster/store.ts";
import { openTemporary } from "../../src/node/temporary.ts";
import { batchOf, makeRequest } from "../engine/database/world.ts";

const root = mkdtempSync(join(tmpdir(), "flowbook-file-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const driver = loadDriver();
let folders = 0;

function makeFolder(): string {
  folders += 1;
  return mkdtempSync(join(root, `${folders}-`));
}

const open = (folder: string) =>
  new NotebookFile(driver, join(folder, "n.sqlite"));

/** What a machine that stopped at this instant would find. */
function stopped(folder: string): string {
  const copy = makeFolder();
  cpSync(folder, copy, { recursive: true });
  return copy;
}

const entry = (key: string, value: string): Entry => ({
  kind: "result",
  run: "r",
  key,
  value,
});

test("rows, result and events of a task are one transaction", async () => {
  const folder = makeFolder();
  const file = open(folder);
  file.writer.run(
    "BEGIN IMMEDIATE; CREATE TABLE t (x); INSERT INTO t VALUES (1)",
  );
  let between = "";
  const committing = file.commit(() => {
    file.put([entry("a", "1")], true);
    between = stopped(folder);
    return Promise.resolve();
  });
  await committing;
  const after = stopped(folder);
  file.close();

  const before = open(between);
  expect(before.find("result", "r", "a")).toBeUndefined();
  expect(
    readAll(before.reader, "SELECT name FROM sqlite_schema WHERE name = 't'"),
  ).toEqual([]);
  before.close();
  const then = open(after);
  expect(then.find("result", "r", "a")).toBe("1");
  expect(readAll(then.reader, "SELECT x FROM t")).toEqual([[1]]);
  then.close();
});

test("what other tasks keep while one writes rows is on disk at once, and survives that one's failure", () => {
  const folder = makeFolder();
  const file = open(folder);
  file.writer.run("BEGIN IMMEDIATE; CREATE TABLE t (x)");
  file.put([entry("other", "kept")]);
  expect(file.find("result", "r", "other")).toBe("kept");
  const copy = stopped(folder);
  file.writer.run("ROLLBACK");
  file.put([entry("later", "too")]);
  file.close();

  for (const where of [copy, folder]) {
    const again = open(where);
    expect(again.find("result", "r", "other")).toBe("kept");
    expect(
      readAll(again.reader, "SELECT name FROM sqlite_schema WHERE name = 't'"),
    ).toEqual([]);
    again.close();
    expect(existsSync(join(where, "n.sqlite-flowbook"))).toBe(false);
  }
});

test("a file that is closed is one file, without a log beside it", () => {
  const folder = makeFolder();
  const file = open(folder);
  file.put([entry("a", "1")]);
  file.close();
  expect(existsSync(join(folder, "n.sqlite-wal"))).toBe(false);
  const connection = driver.open(join(folder, "n.sqlite"));
  expect(readAll(connection, "PRAGMA journal_mode")).toEqual([["delete"]]);
  expect(readAll(connection, "PRAGMA integrity_check")).toEqual([["ok"]]);
  connection.close();
});

test("a file is read beside what is written while it has a log, and not otherwise", () => {
  const folder = makeFolder();
  const file = open(folder);
  expect(isReadBeside(file.reader)).toBe(true);
  file.close();
  const connection = driver.open(join(folder, "n.sqlite"));
  expect(isReadBeside(connection)).toBe(false);
  connection.close();
});

test("results that come one by one are written over those before in the log, which does not grow", () => {
  const folder = makeFolder();
  const file = open(folder);
  const log = join(folder, "n.sqlite-wal");
  const sizes = Array.from({ length: 200 }, (_, at) => {
    file.put([entry(`k${at}`, "1")]);
    return statSync(log).size;
  });
  const most = 60 * 4120;
  expect(Math.max(...sizes)).toBeLessThan(most);
  const after = stopped(folder);
  file.close();
  const then = open(after);
  expect(then.list("result")).toHaveLength(200);
  then.close();
});

test("a file that another program keeps in write-ahead mode is left in it, also after a stop", () => {
  const modeOf = (folder: string) => {
    const connection = driver.open(join(folder, "n.sqlite"));
    const [mode] = readAll(connection, "PRAGMA journal_mode");
    connection.close();
    return mode;
  };
  for (const mode of ["wal", "delete"]) {
    const folder = makeFolder();
    const other = driver.open(join(folder, "n.sqlite"));
    other.run(`PRAGMA journal_mode = ${mode}; CREATE TABLE t (x)`);
    other.close();
    const file = open(folder);
    const copy = stopped(folder);
    file.close();
    expect(modeOf(folder)).toEqual([mode]);
    open(copy).close();
    expect(modeOf(copy)).toEqual([mode]);
    expect(readdirSync(copy)).toEqual(["n.sqlite"]);
  }
});

test("what keeps a file from being opened is said, with what to do about that", () => {
  const folder = makeFolder();
  open(folder).close();
  const other = driver.open(join(folder, "n.sqlite"));
  other.run("BEGIN IMMEDIATE");
  expect(() => new NotebookFile(driver, join(folder, "n.sqlite"), 100)).toThrow(
    /is in use: another program holds it, .*transaction/,
  );
  other.run("ROLLBACK");
  other.close();
  expect(readdirSync(folder)).toEqual(["n.sqlite"]);
  expect(() => new NotebookFile(driver, folder, 0)).toThrow(
    /That is a folder\. Give a file in it: --db .*name\.sqlite$/,
  );
  expect(() => open(join(folder, "gone"))).toThrow(
    /There is no folder .*gone: make it\./,
  );
  const readOnly = new Error("attempt to write a readonly database");
  expect(String(asDamage(readOnly, join(folder, "n.sqlite")))).toMatch(
    /: attempt to write a readonly database\. It may only be read\. Let it be written to/,
  );
});

test("a plan looks at a copy of the history, and leaves the file and its folder as they are", () => {
  const events: Entry = { kind: "events", run: "r", key: 0, value: "[]" };
  const copyOf = (folder: string) => {
    // The index of a log is memory that processes share.
    const state = () =>
      readdirSync(folder).map((name) => [
        name,
        name.endsWith("-shm") ||
          hashOf(readFileSync(join(folder, name), "latin1")),
      ]);
    const before = state();
    const to = copyHistory(driver, join(folder, "n.sqlite"), makeFolder());
    expect(state()).toEqual(before);
    const file = new NotebookFile(driver, to);
    const found = file.list("events");
    file.close();
    return found;
  };
  const folder = makeFolder();
  const file = open(folder);
  file.put([events, entry("a", "1")]);
  const running = stopped(folder);
  file.writer.run("BEGIN IMMEDIATE; CREATE TABLE t (x)");
  file.put([{ ...events, key: 1 }]);
  const writing = stopped(folder);
  expect(() =>
    copyHistory(driver, join(folder, "n.sqlite"), makeFolder()),
  ).toThrow(/is in use: process/);
  file.close();
  expect(copyOf(folder)).toHaveLength(2);
  expect(copyOf(running)).toEqual([events]);
  expect(copyOf(writing)).toHaveLength(2);

  for (const mode of ["wal", "delete"]) {
    const foreign = makeFolder();
    const other = driver.open(join(foreign, "n.sqlite"));
    other.run(`PRAGMA journal_mode = ${mode}; CREATE TABLE t (x)`);
    other.close();
    expect(copyOf(foreign)).toEqual([]);
  }
});

test("a second process is refused, and told who has the file", () => {
  const folder = makeFolder();
  const file = open(folder);
  expect(() => open(folder)).toThrow(
    new RegExp(`in use: process ${process.pid} on .* works on this notebook`),
  );
  file.close();
  open(folder).close();
});

test("a file that is no database is left as it is, with what to do", () => {
  const folder = makeFolder();
  writeFileSync(
    join(folder, "n.sqlite"),
    "no database at all, but long enough to be read as one".repeat(20),
  );
  expect(() => open(folder)).toThrow(/no SQLite database, or is damaged/);
  expect(readdirSync(folder)).toEqual(["n.sqlite"]);
});

test("a file of a newer format is refused with what to do", () => {
  const folder = makeFolder();
  const file = open(folder);
  file.put([{ kind: "format", run: "", key: "", value: "99" }]);
  file.close();
  const before = readFileSync(join(folder, "n.sqlite"));
  expect(() => open(folder)).toThrow(
    expect.objectContaining({
      code: "invalid-argument",
      message: expect.stringMatching(/newer Flowbook .* Update Flowbook/),
    }),
  );
  expect(readFileSync(join(folder, "n.sqlite")).equals(before)).toBe(true);
  expect(readdirSync(folder)).toEqual(["n.sqlite"]);
});

test("where there is no room, that is said, and there is what was there", () => {
  const folder = makeFolder();
  open(folder).close();
  const path = join(folder, "n.sqlite");
  const file = new NotebookFile(
    {
      ...driver,
      open(where, options) {
        const connection = driver.open(where, options);
        connection.run("PRAGMA max_page_count = 20");
        return connection;
      },
    },
    path,
  );
  file.put([entry("a", "1")]);
  const large = entry("b", "x".repeat(100_000));
  const isFull = expect.objectContaining({
    code: "storage-full",
    message: expect.stringContaining(`no room left on the disk of ${path}`),
  });
  expect(() => file.put([large])).toThrow(isFull);
  file.writer.run("BEGIN IMMEDIATE");
  expect(() => file.put([large])).toThrow(isFull);
  file.writer.run("ROLLBACK");
  file.put([entry("c", "1")]);
  file.close();
  const then = open(folder);
  expect(then.list("result").map(({ key }) => key)).toEqual(["a", "c"]);
  then.close();
});

/** A driver whose disk is full for what matches. */
function withoutRoom(what: RegExp): Driver {
  return {
    ...driver,
    open(where, options) {
      const connection = driver.open(where, options);
      const run = connection.run.bind(connection);
      connection.run = (sql) => {
        if (what.test(sql)) throw new Error("database or disk is full");
        return run(sql);
      };
      return connection;
    },
  };
}

test("where there is no room to make one file of it at the end, that is said, and all is there the next time", () => {
  const folder = makeFolder();
  const path = join(folder, "n.sqlite");
  const file = new NotebookFile(withoutRoom(/wal_checkpoint/), path);
  file.put([entry("a", "1")]);
  expect(() => file.close()).toThrow(
    expect.objectContaining({
      code: "storage-full",
      message: expect.stringContaining(`a part of it in ${path}-wal`),
    }),
  );
  const then = open(folder);
  expect(then.list("result").map(({ key }) => key)).toEqual(["a"]);
  then.close();
  expect(readdirSync(folder)).toEqual(["n.sqlite"]);
});

test("what was committed counts, though there is no room to note that beside the file", async () => {
  const folder = makeFolder();
  const path = join(folder, "n.sqlite");
  const file = new NotebookFile(withoutRoom(/^DELETE FROM/), path);
  file.writer.run("CREATE TABLE t (x)");
  file.writer.run("BEGIN IMMEDIATE; INSERT INTO t VALUES (1)");
  file.put([entry("a", "1")]);
  await file.commit(() => {
    file.put([entry("row", "1")], true);
    return Promise.resolve();
  });
  file.close();
  const then = open(folder);
  expect(then.list("result").map(({ key }) => key)).toEqual(["a", "row"]);
  expect(readAll(then.reader, "SELECT x FROM t")).toEqual([[1]]);
  then.close();
});

test("a file that is reached by two names is worked on once", () => {
  const folder = makeFolder();
  open(folder).close();
  const other = join(folder, "other.sqlite");
  symlinkSync(join(folder, "n.sqlite"), other);
  const file = open(folder);
  expect(() => new NotebookFile(driver, other)).toThrow(/in use/);
  file.close();
  new NotebookFile(driver, other).close();
});

test("who opens a file while another process closes it is the only one to work on it afterwards", () => {
  const folder = makeFolder();
  const before = open(folder);
  let opened = 0;
  const file = new NotebookFile(
    {
      ...driver,
      open(path, options) {
        const connection = driver.open(path, options);
        opened += 1;
        // The other process closes it now.
        if (opened === 1) before.close();
        return connection;
      },
    },
    join(folder, "n.sqlite"),
  );
  expect(() => open(folder)).toThrow(/in use/);
  file.close();
  expect(readdirSync(folder)).toEqual(["n.sqlite"]);
});

test("after a stop at any instant there is what was said to be kept, each once", async () => {
  const step = fc.oneof(
    fc.record({
      type: fc.constant("put" as const),
      key: fc.integer({ max: 5, min: 0 }),
      value: fc.integer(),
    }),
    fc.constant({ type: "begin" as const }),
    fc.constant({ type: "commit" as const }),
    fc.constant({ type: "rollback" as const }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
      const folder = makeFolder();
      const file = open(folder);
      file.writer.run("CREATE TABLE t (x)");
      const kept = new Map<string, string>();
      let rows = 0;
      let isOpen = false;
      for (const one of steps) {
        if (one.type === "put") {
          file.put([entry(String(one.key), String(one.value))]);
          kept.set(String(one.key), String(one.value));
        } else if (one.type === "begin" && !isOpen) {
          file.writer.run("BEGIN IMMEDIATE; INSERT INTO t VALUES (1)");
          isOpen = true;
        } else if (one.type === "commit" && isOpen) {
          await file.commit(() => {
            file.put([entry("row", String(rows + 1))], true);
            return Promise.resolve();
          });
          rows += 1;
          kept.set("row", String(rows));
          isOpen = false;
        } else if (one.type === "rollback" && isOpen) {
          file.revert();
          isOpen = false;
        }
      }
      const again = open(stopped(folder));
      expect(
        new Map(
          again.list("result").map(({ key, value }) => [String(key), value]),
        ),
      ).toEqual(kept);
      expect(readAll(again.reader, "SELECT count(*) FROM t")).toEqual([[rows]]);
      again.close();
      file.close();
    }),
    { numRuns: 25 },
  );
});

test("values come back as they were", async () => {
  const list: unknown[] = [1];
  list.push(list);
  const value = {
    date: new Date(0),
    map: new Map([["a", 1n]]),
    set: new Set([undefined, NaN, -0]),
    bytes: new Uint8Array([1, 2, 3]),
    text: "é\0𝄞",
    json: JSON.parse(
      '{"__proto__": {"a": [1]}, "b": {"__proto__": 2}}',
    ) as object,
    list,
  };
  const back = fromText(await toText(value)) as typeof value;
  expect(back).toEqual(value);
  expect(JSON.stringify(back.json)).toBe(JSON.stringify(value.json));
  expect(back.list[1]).toBe(back.list);
  const file = fromText(
    await toText([new File(["abc"], "a.txt", { type: "text/plain" })]),
  ) as File[];
  expect([file[0]?.name, file[0]?.type, await file[0]?.text()]).toEqual([
    "a.txt",
    "text/plain",
    "abc",
  ]);
  await expect(toText({ call: () => 1 })).rejects.toThrow(
    /cannot be kept in a file/,
  );
});

test("the driver keeps numbers, text and bytes as SQLite in the page does", () => {
  const connection = driver.open(":memory:");
  const statement = connection.prepare("SELECT typeof(?1), ?1");
  const kept = [
    1,
    1.5,
    9007199254740991n,
    null,
    "a\0b",
    new Uint8Array([0, 255]),
  ].map((value) => {
    statement.bind([value]);
    statement.step();
    return statement
      .get(null, { useBigInt: true })
      .map((part) => (part instanceof Uint8Array ? [...part] : part));
  });
  statement.free();
  expect(kept).toEqual([
    ["integer", 1n],
    ["real", 1.5],
    ["integer", 9007199254740991n],
    ["null", null],
    ["text", "a\0b"],
    ["blob", [0, 255]],
  ]);
  connection.close();
});

test("parameters are bound by name, by number and by place", () => {
  const connection = driver.open(":memory:");
  const read = (sql: string, values: (string | number)[]) =>
    readAll(connection, sql, values)[0];
  expect(read("SELECT ?2, ?1, ?2", ["a", "b"])).toEqual(["b", "a", "b"]);
  expect(read("SELECT :x, ':y', @z, :x", ["a", "b"])).toEqual([
    "a",
    ":y",
    "b",
    "a",
  ]);
  expect(read("SELECT ?, ?", ["a", 2])).toEqual(["a", 2]);
  connection.close();
});

test("attachments are the files of the folder, and no others", async () => {
  const folder = makeFolder();
  writeFileSync(join(folder, "a.csv"), "x\n1\n");
  const file = open(folder);
  const store = new FileStore(file, folder, { "data.csv": "a.csv" });
  expect(await store.readFile("a.csv")).toBeDefined();
  expect(await store.readFile("data.csv")).toBeDefined();
  for (const name of ["b.csv", "../a.csv", "/etc/hostname", "toString"])
    await expect(store.readFile(name)).rejects.toMatchObject({
      code: "missing-attachment",
    });
  file.close();
});

test("an attachment is known by its content, as in the page, whatever its name and its time", async () => {
  const folder = makeFolder();
  const path = join(folder, "a.csv");
  const big = new Uint8Array(9_000_000).fill(7);
  writeFileSync(path, "x\n1\n");
  writeFileSync(join(folder, "big.bin"), big);
  const file = open(folder);
  const store = new FileStore(file, folder, { "data.csv": "a.csv" });
  const names = ["a.csv", "data.csv", "big.bin"];
  const hashes = () => Promise.all(names.map((name) => store.fileHash(name)));
  const contents = (text: string) =>
    Promise.all([text, text, big].map((one) => hashContent(new Blob([one]))));
  expect(await hashes()).toEqual(await contents("x\n1\n"));
  const { atime, mtime } = statSync(path);
  utimesSync(path, new Date(0), new Date(0));
  expect(await hashes()).toEqual(await contents("x\n1\n"));
  // The same length, and the same time.
  writeFileSync(path, "x\n7\n");
  utimesSync(path, atime, mtime);
  expect(await hashes()).toEqual(await contents("x\n7\n"));
  for (const name of ["b.csv", "../a.csv", "toString"])
    expect(await store.fileHash(name)).toBeUndefined();
  file.close();
});

test("a file is hashed once as long as nothing of it changes, and again when it can have changed unseen", async () => {
  const path = join(makeFolder(), "a.csv");
  writeFileSync(path, "1");
  let [reads, later] = [0, 10_000];
  const hashes = new FileHashes(
    () => Promise.resolve(`read ${(reads += 1)}`),
    () => Date.now() + later,
  );
  const hash = () => hashes.of(path, statSync(path, { bigint: true }));
  expect([await hash(), await hash()]).toEqual(["read 1", "read 1"]);
  const { mtime } = statSync(path);
  writeFileSync(path, "2");
  utimesSync(path, mtime, mtime);
  expect([await hash(), await hash()]).toEqual(["read 2", "read 2"]);
  rmSync(path);
  writeFileSync(path, "3");
  later = 0;
  expect(await Promise.all([hash(), hash()])).toEqual(["read 3", "read 3"]);
  expect(await hash()).toBe("read 4");
});

test("rows of a load that are too many for memory wait on the disk until all are there", async () => {
  const folder = makeFolder();
  const file = open(folder);
  const notebook = new Transactions<object>(
    {
      mismatch: undefined,
      connect: () => file,
      create: () => openTemporary(driver),
    },
    { size: 0, segments: new Map(), deltas: [], damage: undefined },
  );
  const waiting = new WaitingRows(notebook.makeShelf?.());
  const load = new TableLoad(makeRequest("t"), () => waiting);
  const text = "x".repeat(100_000);
  for (let part = 0; part < 20; part += 1)
    load.add(
      batchOf(
        Array.from({ length: 20 }, (_, at) => ({ id: part * 20 + at, text })),
      ),
    );
  expect(waiting.bytes).toBeGreaterThan(40_000_000);
  expect(waiting.held).toBeLessThanOrEqual(32_000_000);
  const report = await notebook.load({}, "t", (writer, attach) =>
    load.finish(writer, attach),
  );
  expect(report).toMatchObject({ rows: 400, inserted: 400 });
  expect(
    readAll(file.writer, "SELECT sum(id), sum(length(text)) FROM t"),
  ).toEqual([[79_800, 40_000_000]]);
  file.writer.run("ROLLBACK");
  file.close();
});
