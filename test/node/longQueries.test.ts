import { execFile, spawn } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, expect, test, vi } from "vitest";
import { toErrorData } from "../../src/core/errors.ts";
import type { RunReport } from "../../src/core/report.ts";
import { readingCells } from "../../src/engine/database/cellTables.ts";
import { query, readAll } from "../../src/engine/database/execute.ts";
import type { QueryRows } from "../../src/engine/database/execute.ts";
import type { ReaderQuery } from "../../src/engine/database/readers.ts";
import { withAdvice } from "../../src/engine/database/sqlError.ts";
import { loadDriver } from "../../src/node/driver.ts";
import { NotebookFile } from "../../src/node/notebookFile.ts";
import { QueryReaders } from "../../src/node/queryReaders.ts";
import { startReader } from "../../src/node/readerProcess.ts";
import { builtCli } from "./builtCli.ts";

const cli = builtCli();
const script = pathToFileURL(join(dirname(cli), "reader.process.mjs"));
const root = mkdtempSync(join(tmpdir(), "flowbook-long-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const endless =
  "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";

const spin = `
const spin = task(async () => { log("spinning"); await db.query("${endless}") })`;

/** What the flow does beside the query that does not end: rows that are committed, and read by others in ways that may be long. */
const others = `
const fill = task(() => load("rows", Array.from({ length: 1000 }, (_, x) => ({ x }))))
const read = task(async (_: unknown) => (await db.query("SELECT count(*) AS n FROM rows a, rows b"))[0]!.n)
const keep = task((n: number) => load("kept", [{ n }]))`;

function notebook(name: string, cells: string): string {
  const file = `${name}.flow.md`;
  writeFileSync(
    join(root, file),
    `---\nflowbook: 1\ntitle: ${name}\n---\n\n\`\`\`ts main\n${cells}\n\`\`\`\n`,
  );
  return file;
}

/** Starts a run; `says` resolves when it has written a text. */
function start(...given: string[]) {
  const child = spawn(
    process.execPath,
    [cli, "run", ...given, "--workers", "3"],
    { cwd: root },
  );
  let out = "";
  let said = "";
  const listeners = new Set<() => void>();
  child.stdout.on("data", (part: Buffer) => (out += String(part)));
  child.stderr.on("data", (part: Buffer) => {
    said += String(part);
    for (const listener of listeners) listener();
  });
  const ended = new Promise<{ code: number | null; out: string }>((resolve) =>
    child.on("close", (code) => resolve({ code, out })),
  );
  const says = (text: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const look = () => text.test(said) && resolve();
      listeners.add(look);
      look();
      void ended.then(() => reject(new Error(`It ended: ${said}`)));
    });
  return { child, ended, says };
}

/** What a file has that was closed in good order. */
function rowsOf(name: string, sql: string): unknown[][] {
  expect(
    readdirSync(root).filter((file) => file.startsWith(`${name}.sqlite`)),
  ).toEqual([`${name}.sqlite`]);
  const connection = loadDriver().open(join(root, `${name}.sqlite`));
  try {
    expect(readAll(connection, "PRAGMA integrity_check")).toEqual([["ok"]]);
    return readAll(connection, sql);
  } finally {
    connection.close();
  }
}

test("while a query does not end, others are read and committed; its timeout ends it and nothing else", async () => {
  const file = notebook(
    "timeout",
    `${spin}.with({ timeout: "5s", retries: 1, retryDelay: 0 })
     ${others}
     flow("timeout", () => { spin(); keep(read(fill())) })`,
  );
  const { code, out } = await start(file, "--json").ended;
  const { state, tasks } = JSON.parse(out) as RunReport;
  expect([code, state]).toEqual([1, "Failed"]);
  expect(tasks.map((one) => [one.name, one.state, one.attempts])).toEqual([
    ["spin", "TimedOut", 2],
    ["fill", "Success", 1],
    ["read", "Success", 1],
    ["keep", "Success", 1],
  ]);
  const [first, , , last] = tasks;
  expect(last!.endedAt! < first!.endedAt!).toBe(true);
  // What an upstream has committed is seen.
  expect(rowsOf("timeout", "SELECT n FROM kept")).toEqual([[1_000_000]]);
});

test("cancelling a run ends a query that does not end, and what others have committed is kept", async () => {
  const file = notebook(
    "cancel",
    `${spin}${others}
     flow("cancel", () => { spin(); keep(read(fill())) })`,
  );
  const run = start(file);
  await run.says(/keep Success/);
  run.child.kill("SIGINT");
  expect((await run.ended).code).toBe(130);
  expect(rowsOf("cancel", "SELECT n FROM kept")).toEqual([[1_000_000]]);
});

test("a program that is killed takes its queries along, and the next run goes on", async () => {
  const withTimeout = (timeout: string) =>
    notebook(
      "killed",
      `${spin}.with({ timeout: "${timeout}" })
       ${others}
       flow("killed", () => { spin(); keep(read(fill())) })`,
    );
  const run = start(withTimeout("10m"));
  await run.says(/keep Success/);
  const started = await readersOf(run.child.pid!);
  expect(started.length).toBeGreaterThan(0);
  run.child.kill("SIGKILL");
  await run.ended;
  await vi.waitFor(() => expect(started.filter(isThere)).toEqual([]), {
    timeout: 10_000,
  });
  const resumed = start(withTimeout("1s"), "--resume", "--json");
  expect((await resumed.ended).code).toBe(1);
  expect(rowsOf("killed", "SELECT n FROM kept")).toEqual([[1_000_000]]);
});

test("an attempt reads what it has written itself, and what others have committed before that", async () => {
  const file = notebook(
    "own",
    `const fill = task(() => load("rows", [{ x: 1 }]))
     const own = task(async (_: unknown) => {
       const cross = async () => (await db.query<{ n: number }>("WITH r AS (SELECT x FROM rows) SELECT count(*) AS n FROM r"))[0]!.n
       const before = await cross()
       await load("rows", [{ x: 2 }])
       return [before, await cross()]
     })
     flow("own", () => own(fill()))`,
  );
  const { code, out } = await start(file, "--json").ended;
  expect([code, (JSON.parse(out) as RunReport).result]).toEqual([0, [1, 2]]);
});

/** The ids of the processes that make queries for another. */
async function readersOf(pid: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)("ps", [
    ...["-e", "-o", "pid=,ppid=,args="],
  ]);
  return stdout.split("\n").flatMap((line) => {
    const [, id, parent] =
      /^\s*(\d+)\s+(\d+)\s.*reader\.process/.exec(line) ?? [];
    return Number(parent) === pid ? [Number(id)] : [];
  });
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const asked = (sql: string, more: Partial<ReaderQuery> = {}): ReaderQuery => ({
  ...{ sql, parameters: [], limit: undefined, cells: undefined, ...more },
});

const cells = [
  { name: "cell", sql: "SELECT x, x * ? AS y FROM t", parameters: [2] },
  { name: "broken", sql: "SELECT nothing FROM t", parameters: [] },
];

const queries = [
  asked("SELECT * FROM t"),
  asked("SELECT * FROM t", { limit: 1 }),
  asked("SELECT 9007199254740993 AS big, -0.0 AS zero, 1e999 AS much, NULL"),
  asked("SELECT x'0102' AS bytes, zeroblob(0) AS none, ? AS given", {
    parameters: [new Uint8Array([3, 4])],
  }),
  asked("SELECT :a AS a, $b AS b", { parameters: { a: 1n << 60n, b: "ü" } }),
  asked('SELECT 1 AS "__proto__", 2 AS a, 3 AS a'),
  asked("SELECT y FROM cell ORDER BY x", { cells }),
  asked("SELECT * FROM broken", { cells }),
  asked("SELECT x,\n  nothing FROM t"),
  asked("SELECT ? AS a", { parameters: [] }),
  asked("SELECT 1; SELECT 2"),
  asked(""),
  asked("INSERT INTO t VALUES (3)"),
  asked("WITH a AS (SELECT 1) DELETE FROM t"),
  asked("ATTACH 'other' AS other"),
  asked("PRAGMA table_info(t)"),
  asked("SELECT abs(-9223372036854775808)"),
];

test("a process answers as the thread that writes does, also to what is wrong", async () => {
  const path = join(root, "same.sqlite");
  const file = new NotebookFile(loadDriver(), path);
  file.writer.run("CREATE TABLE t (x); INSERT INTO t VALUES (1), ('two')");
  const readers = new QueryReaders(
    (listener) => startReader(script, path, listener),
    () => false,
  );
  const settle = async (rows: () => unknown) => {
    try {
      return { rows: await rows() };
    } catch (thrown) {
      return { error: toErrorData(thrown) };
    }
  };
  for (const one of queries) {
    const { sql, parameters, limit, cells: read } = one;
    const make = read ? readingCells(read) : query;
    const here = await settle(async () =>
      plain(
        await withAdvice(
          Promise.resolve().then(() =>
            make(file.reader, sql, parameters, limit),
          ),
        ),
      ),
    );
    const there = await settle(async () =>
      plain((await readers.read(one)!.rows)!),
    );
    expect(there, sql).toEqual(here);
  }
  await readers.close();
  file.close();
  expect(existsSync(`${path}-wal`)).toBe(false);
});

/** As a task gets it: bytes are Uint8Arrays of their own. */
function plain(found: QueryRows): QueryRows {
  const copy = structuredClone(found);
  for (const row of copy.rows)
    for (const value of Object.values(row))
      if (value instanceof Uint8Array)
        expect(value.buffer.byteLength).toBe(value.length);
  return copy;
}
