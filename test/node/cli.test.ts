import { execFile, spawn, type ChildProcess } from "node:child_process";
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  watch,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import type { RunReport } from "../../src/core/report.ts";
import { readAll } from "../../src/engine/database/execute.ts";
import { loadDriver } from "../../src/node/driver.ts";
import { builtCli } from "./builtCli.ts";

const require = createRequire(import.meta.url);
const cli = builtCli();
const root = mkdtempSync(join(tmpdir(), "flowbook-cli-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Ended {
  code: number;
  out: string;
  error: string;
}

const flowbook = (...given: string[]) => runNode(cli, ...given);

/** The same two hours later. */
const flowbookLater = (...given: string[]) =>
  runNode(
    "--import",
    "data:text/javascript,const { now } = Date; Date.now = () => now() + 7_200_000",
    ...[cli, ...given],
  );

async function runNode(...given: string[]): Promise<Ended> {
  try {
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      given,
      { cwd: root },
    );
    return { code: 0, out: stdout, error: stderr };
  } catch (thrown) {
    const { code, stdout, stderr } = thrown as {
      code: number;
      stdout: string;
      stderr: string;
    };
    return { code, out: stdout, error: stderr };
  }
}

function notebook(name: string, cells: string): string {
  const file = `${name}.flow.md`;
  writeFileSync(
    join(root, file),
    `---\nflowbook: 1\ntitle: ${name}\n---\n\n\`\`\`ts main\n${cells}\n\`\`\`\n`,
  );
  return file;
}

function rows(database: string, sql: string): unknown[][] {
  const connection = loadDriver().open(join(root, database), {
    readOnly: true,
  });
  try {
    return readAll(connection, sql);
  } finally {
    connection.close();
  }
}

/** Starts it, and resolves when it has written the text. */
async function untilSays(
  text: string,
  ...given: string[]
): Promise<{ child: ChildProcess; ended: Promise<number | null> }> {
  const child = spawn(process.execPath, [cli, ...given], { cwd: root });
  const ended = new Promise<number | null>((done) => child.on("exit", done));
  let said = "";
  await new Promise<void>((done, fail) => {
    child.stderr.on("data", (part: Buffer) => {
      said += String(part);
      if (said.includes(text)) done();
    });
    void ended.then(() => fail(new Error(`It ended: ${said}`)));
  });
  return { child, ended };
}

const parameters = `
const double = task((n: number) => n * 2)
const store = task((n: number) => load("numbers", [{ n }]))
flow("doubling", () => { const twice = double(param("n", 4)); store(twice); return twice })`;

test("a run keeps its rows, and says what it did task by task", async () => {
  const file = notebook("doubling", parameters);
  const { code, error } = await flowbook("run", file, "--param", "n=21");
  expect(code).toBe(0);
  expect(error).toMatch(/✓ double Success/);
  expect(error).toMatch(/✓ store Success/);
  expect(rows("doubling.sqlite", "SELECT n FROM numbers")).toEqual([[42]]);
});

test("as JSON a run is the report of the page API, and its result can be read by a script", async () => {
  const file = notebook("json", parameters);
  const { code, out, error } = await flowbook("run", file, "--json");
  const report = JSON.parse(out) as RunReport;
  expect([code, error]).toEqual([0, ""]);
  expect(report).toMatchObject({
    flow: "doubling",
    state: "Success",
    result: 8,
    parameters: { n: 4 },
  });
  expect(report.tasks.map(({ name, state }) => [name, state])).toEqual([
    ["double", "Success"],
    ["store", "Success"],
  ]);
});

test("as JSON a run is told also where its results hold what JSON has no word for", async () => {
  const file = notebook(
    "noJson",
    `
const ring = task(() => { const made: Record<string, unknown> = { n: 1 }; made.self = made; return made })
const map = task(() => new Map([["a", new Set([1])]]))
const error = task(() => new TypeError("no such town"))
flow("noJson", () => [ring(), map(), error()])`,
  );
  const { code, out } = await flowbook("run", file, "--json");
  expect(code).toBe(0);
  expect((JSON.parse(out) as RunReport).result).toEqual([
    { n: 1, self: "[Circular]" },
    [["a", [1]]],
    { name: "TypeError", message: "no such town" },
  ]);
});

test("a task that fails ends it with 1, and --resume goes on with what succeeded", async () => {
  const cells = (ok: boolean) => `
const first = task(() => load("first", [{ x: 1 }]))
const second = task((_: unknown) => { ${ok ? "" : 'fail("not today")'} })
flow("two", () => { second(first()) })`;
  const file = notebook("two", cells(false));
  const failed = await flowbook("run", file);
  expect(failed.code).toBe(1);
  expect(failed.error).toMatch(/✗ second Failed .*not today/);

  notebook("two", cells(true));
  const plan = await flowbook("plan", file, "--resume");
  expect(plan.out).toMatch(/reuse {2}first/);
  expect(plan.out).toMatch(/1 run, 1 reused\n$/);
  expect((await flowbook("run", file, "--resume")).code).toBe(0);
  expect(rows("two.sqlite", "SELECT count(*) FROM first")).toEqual([[1]]);

  // What any other program takes away.
  const other = loadDriver().open(join(root, "two.sqlite"), {});
  other.run("DROP TABLE first");
  other.close();
  const again = await flowbook("plan", file, "--resume");
  expect(again.out).toMatch(
    /run {4}first .*the table first, which it wrote, is gone/,
  );
  expect((await flowbook("run", file, "--resume")).code).toBe(0);
  expect(rows("two.sqlite", "SELECT count(*) FROM first")).toEqual([[1]]);
  const last = await flowbook("plan", file, "--resume");
  expect(last.out).toMatch(/0 run, 2 reused\n$/);
});

test("a file of format 1 goes on where it was, and each row is there once", async () => {
  cpSync("test/fixtures/file-1", join(root, "file-1"), { recursive: true });
  const { code, out } = await flowbook(
    ...["run", "file-1/steps.flow.md", "--db", "file-1/store.sqlite"],
    ...["--resume", "--param", "most=20", "--json"],
  );
  expect(code).toBe(0);
  expect((JSON.parse(out) as RunReport).tasks).toMatchObject([
    { name: "list", state: "Success", attempts: 1 },
    { name: "load steps", state: "Success", attempts: 1 },
    { name: "check", state: "Success", attempts: 2, result: 20 },
  ]);
  expect(rows("file-1/store.sqlite", "SELECT n FROM steps")).toEqual([
    [1],
    [2],
  ]);
});

test("a process that is killed in the middle resumes from its file, with each row once", async () => {
  const file = notebook(
    "killed",
    `
const steps = Array.from({ length: 12 }, (_, i) => i)
const step = task(async (i: number) => {
  await load("steps", [{ i }])
  log("wrote " + i)
  if (i === 5 && context.attempt === 1 && !context.resumed) await new Promise(() => {})
  return i
})
flow("steps", () => { step.map(steps) })`,
  );
  const { child, ended } = await untilSays(
    "wrote 5",
    "run",
    file,
    "--workers",
    "2",
  );
  const refused = await flowbook("run", file);
  expect(refused.code).toBe(5);
  expect(refused.error).toMatch(new RegExp(`in use: process ${child.pid} `));
  child.kill("SIGKILL");
  await ended;

  const { code, error } = await flowbook("run", file, "--resume");
  expect([code, error]).toEqual([0, expect.stringContaining("Mapped")]);
  expect(
    rows(
      "killed.sqlite",
      "SELECT i, count(*) FROM steps GROUP BY i ORDER BY i",
    ),
  ).toEqual(Array.from({ length: 12 }, (_, i) => [i, 1]));
});

test.each(["SIGINT", "SIGHUP"] as const)(
  "%s cancels the run at once and leaves nothing of the task, nor a file of its own",
  async (signal) => {
    const file = notebook(
      "endless",
      `
const spin = task(async () => {
  await load("spun", [{ x: 1 }])
  log("spinning")
  for (;;);
})
flow("endless", () => { spin() })`,
    );
    const { child, ended } = await untilSays("spinning", "run", file);
    child.kill(signal);
    expect(await ended).toBe(130);
    expect(
      rows(
        "endless.sqlite",
        "SELECT name FROM sqlite_schema WHERE name = 'spun'",
      ),
    ).toEqual([]);
    expect(readdirSync(root)).not.toContain("endless.sqlite-flowbook");
  },
);

test("an interrupt that comes before the run has begun leaves no file of its own behind", async () => {
  const file = notebook(
    "early",
    `const spin = task(() => { for (;;); })
flow("early", () => spin())`,
  );
  const isLocked = new Promise<void>((done) => {
    const watcher = watch(root, (_, name) => {
      if (name !== "early.sqlite-flowbook") return;
      watcher.close();
      done();
    });
  });
  const child = spawn(process.execPath, [cli, "run", file], { cwd: root });
  const ended = new Promise<number | null>((done) => child.on("exit", done));
  await isLocked;
  child.kill("SIGINT");
  expect(await ended).toBe(130);
  expect(readdirSync(root).filter((name) => name.startsWith("early."))).toEqual(
    [file, "early.sqlite"],
  );
});

// On a busy machine the timeout may come before the query has begun, which is an attempt that ends as any other.
const endlessQuery = `
const spin = task(async () => {
  await load("spun", [{ x: 1 }])
  await db.query("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c")
}, { timeout: 200, retries: 1000 })
flow("endless", () => spin())`;

test("a query that does not end ends the process, which says of which task it was", async () => {
  const file = notebook("query", endlessQuery);
  const child = spawn(process.execPath, [cli, "run", file], { cwd: root });
  let said = "";
  child.stderr.on("data", (part: Buffer) => (said += String(part)));
  const signal = await new Promise((done) =>
    child.on("close", (_, how) => done(how)),
  );
  expect(signal).toBe("SIGKILL");
  expect(said).toMatch(/A query of spin-1 does not end.*What was committed/);
});

test("a second interrupt ends the process at once, also in a query that does not end", async () => {
  const file = notebook(
    "twice",
    `
const spin = task(async () => {
  log("spinning")
  await db.query("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c")
})
flow("twice", () => spin())`,
  );
  const { child } = await untilSays("spinning", "run", file);
  const signal = new Promise((done) => child.on("exit", (_, how) => done(how)));
  // Two of a kind would count as one if they came together.
  child.kill("SIGINT");
  child.kill("SIGTERM");
  expect(await signal).toMatch(/^SIG(?:INT|TERM)$/);
});

test("a program whose run is in a query that does not end is told, and can end", async () => {
  const file = notebook("told", endlessQuery);
  const library = pathToFileURL(join(dirname(cli), "flowbook.mjs")).href;
  const program = join(root, "told.mjs");
  writeFileSync(
    program,
    `import { run } from ${JSON.stringify(library)};
     await run("${file}").catch(({ code, message }) => console.log(code, message));
     process.exit()`,
  );
  const child = spawn(process.execPath, [program], { cwd: root });
  let told = "";
  child.stdout.on("data", (part: Buffer) => (told += String(part)));
  await new Promise((done) => child.on("close", done));
  expect(told).toMatch(/^storage-failed A query of spin-1 does not end/);
});

test("a timeout ends a task that does not end, and a thread that exits is Crashed", async () => {
  const file = notebook(
    "stopping",
    `
const spin = task(() => { for (;;); }, { timeout: 300 })
const leave = task(() => { (globalThis as any).process.exit(3) })
flow("stopping", () => { spin(); leave() })`,
  );
  const { code, out } = await flowbook("run", file, "--json");
  const { tasks } = JSON.parse(out) as RunReport;
  expect(code).toBe(1);
  expect(tasks.map(({ state }) => state)).toEqual(["TimedOut", "Crashed"]);
});

test("a task that waits for a person ends it with 4 and how to answer, and the answer goes on", async () => {
  const file = notebook(
    "review",
    `
const make = task(() => 7)
const use = task((n: number) => n + 1)
flow("review", () => use(approve(make(), "Is it good?")))`,
  );
  const waiting = await flowbook("run", file);
  expect(waiting.code).toBe(4);
  const name = /--answer (\S+)=approve/.exec(waiting.error)?.[1];
  expect(waiting.error).toContain("Is it good?");
  const { code, out } = await flowbook(
    "run",
    file,
    "--json",
    "--answer",
    `${name}=approve`,
  );
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ state: "Success", result: 8 });
});

test("of a map that waits the element is answered that is meant, and those that wait are told with their places", async () => {
  const file = notebook(
    "elements",
    `
const mo = task((n: number) => n * 10).with({ trigger: triggers.manualOnly })
flow("elements", () => mo.map([1, 2, 3]))`,
  );
  const waiting = await flowbook("run", file);
  expect(waiting.code).toBe(4);
  expect(waiting.error).toContain("--answer 'mo-1[2]=approve'");
  const second = await flowbook("run", file, "--answer", "mo[1]=resume");
  expect(second.code).toBe(4);
  expect(second.error.match(/^mo\S+(?= waits)/gm)).toEqual([
    "mo-1[0]",
    "mo-1[2]",
  ]);
  const gone = await flowbook("run", file, "--answer", "mo-1[1]=resume");
  expect([gone.code, gone.error]).toEqual([
    2,
    "mo-1[1] waits for no answer. Waiting: mo-1[0] and mo-1[2].\n",
  ]);
  const last = await flowbook(
    ...["run", file, "--json"],
    ...["--answer", "mo-1[2]=resume", "--answer", "mo"],
  );
  expect(last.code).toBe(0);
  expect(JSON.parse(last.out)).toMatchObject({ result: [10, 20, 30] });
});

test("--resume lets a run that waits for people go on where nothing is to be answered, and says what still waits", async () => {
  const file = notebook(
    "resumedPause",
    `
const check = task((n: number) => { if (!context.resumed) pause("Look at it"); return n })
const press = task(() => 5).with({ trigger: triggers.manualOnly })
const use = task((n: number) => n + 1)
flow("resumedPause", () => [check.map([1, 2]), press(), use(approve(param("n", 7), "Is it good?"))])`,
  );
  expect((await flowbook("run", file)).code).toBe(4);
  const resumed = await flowbook("run", file, "--resume");
  expect(resumed.code).toBe(4);
  expect(resumed.error).toContain("✓ press");
  expect(resumed.error).toMatch(
    /^approve-1 waits for an answer: Is it good\?.*--answer approve-1=approve/m,
  );
  expect(resumed.error).not.toMatch(/^(check|press)\S* waits/m);

  const again = await flowbook("run", file, "--resume", "--json");
  const report = JSON.parse(again.out) as RunReport;
  expect([again.code, report.state]).toEqual([4, "Paused"]);
  expect(report.tasks.map(({ name, state }) => [name, state])).toEqual(
    expect.arrayContaining([
      ["check", "Mapped"],
      ["press", "Success"],
    ]),
  );
  const refused = await flowbook("run", file, "--resume", "--param", "n=1");
  expect([refused.code, refused.error]).toEqual([
    2,
    expect.stringContaining("leave out n."),
  ]);
  expect((await flowbook("run", file, "--answer", "approve-1")).code).toBe(0);
});

test("nobody is waited for any longer than the timeout, also while no process was there", async () => {
  const file = notebook(
    "lateAnswer",
    `
const use = task((n: unknown) => String(n)).with({ trigger: triggers.allFinished })
flow("lateAnswer", () => use(approve(param("n", 7), "soon", { timeout: "1h" })))`,
  );
  expect((await flowbook("run", file)).code).toBe(4);
  const late = await flowbookLater("run", file, "--answer", "approve-1");
  expect([late.code, late.error]).toEqual([
    2,
    expect.stringContaining(
      "approve-1 waits for nobody: it is TimedOut. --resume asks again.\n",
    ),
  ]);
  expect((await flowbook("run", file, "--resume")).code).toBe(4);
  const resumed = await flowbookLater("run", file, "--resume", "--json");
  const { tasks } = JSON.parse(resumed.out) as RunReport;
  expect(tasks.map(({ name, state }) => [name, state])).toEqual([
    ["soon", "TimedOut"],
    ["use", "Success"],
  ]);
});

test("an answer that is neither a word nor the fields of a form is refused, and the gate still waits", async () => {
  const file = notebook(
    "answers",
    `
const use = task((n: number) => n + 1)
flow("answers", () => use(approve(param("n", 7), "Is it good?")))`,
  );
  expect((await flowbook("run", file)).code).toBe(4);
  for (const text of ["false", "null", "[]", "yes"]) {
    const { code, error } = await flowbook(
      "run",
      file,
      "--answer",
      `approve-1=${text}`,
    );
    expect({ code, error }).toEqual({
      code: 2,
      error: expect.stringMatching(
        /^--answer approve-1= takes approve, decline, .*\nflowbook help says more\.\n$/,
      ),
    });
    expect(error).toContain(`Given was ${JSON.stringify(text)}.`);
  }
  expect(await flowbook("run", file, "--answer", "approve-1={}")).toMatchObject(
    {
      code: 2,
      error: expect.stringMatching(/^approve-1 has no form to fill in: /),
    },
  );
  expect(
    await flowbook("run", file, "--answer", 'other={"good": true}'),
  ).toMatchObject({
    code: 2,
    error: "other waits for no answer. Waiting: approve-1.\n",
  });
  expect((await flowbook("run", file, "--answer", "approve-1")).code).toBe(0);
}, 60_000);

test("a form that waits is told with its fields, and still waits when it is approved without them", async () => {
  const file = notebook(
    "form",
    `flow("form", () => ask("Where?", { city: "", count: { type: "number" } }))`,
  );
  const waiting = await flowbook("run", file);
  expect(waiting.code).toBe(4);
  expect(waiting.error).toContain(
    `--answer 'ask-1={"city": …, "count": …}' (or ask-1=decline).`,
  );
  for (const given of ["ask-1", "ask-1=approve"])
    expect(await flowbook("run", file, "--answer", given)).toMatchObject({
      code: 2,
      error: expect.stringContaining("(city and count), or decline it."),
    });
  const { code, out } = await flowbook(
    "run",
    file,
    "--json",
    "--answer",
    'ask-1={"city": "Bonn", "count": "2"}',
  );
  expect({ code, report: JSON.parse(out) as RunReport }).toMatchObject({
    code: 0,
    report: { state: "Success", result: { city: "Bonn", count: 2 } },
  });
}, 30_000);

test("a disk that is full when the file is closed is told, and the process ends", async () => {
  const file = notebook("full", parameters);
  const preload = join(root, "fullDisk.cjs");
  writeFileSync(
    preload,
    `const own = process.getBuiltinModule?.("node:sqlite");
const { prototype } = own ? own.DatabaseSync : require(${JSON.stringify(require.resolve("better-sqlite3"))});
const { exec } = prototype;
prototype.exec = function (sql) {
  if (sql.includes("wal_checkpoint")) throw new Error("database or disk is full");
  return exec.call(this, sql);
};`,
  );
  const child = spawn(
    process.execPath,
    ["--require", preload, cli, "run", file],
    { cwd: root, timeout: 20_000, killSignal: "SIGKILL" },
  );
  let said = "";
  child.stderr.on("data", (part: Buffer) => (said += String(part)));
  const code = await new Promise((done) => child.on("close", done));
  expect(code).toBe(1);
  expect(said).toMatch(
    /doubling  Success.*\nThere is no room left on the disk of [^\n]*\n$/,
  );
}, 30_000);

test("--allow-host refuses all other hosts by name", async () => {
  const file = notebook(
    "hosts",
    `
const ask = task(() => fetchText("http://127.0.0.1:9/"))
flow("hosts", () => { ask() })`,
  );
  const { code, error } = await flowbook(
    "run",
    file,
    "--allow-host",
    "https://example.org",
  );
  expect(code).toBe(1);
  expect(error).toContain(
    "may not contact 127.0.0.1:9: nobody has allowed it. Add --allow-host http://127.0.0.1:9 (",
  );
});

test("a host may take its time, and what is fetched after that is there too", async () => {
  // Long enough for the timers to fire with which Node's fetch looks after its connections.
  const server = createServer(
    (_, response) => void setTimeout(() => response.end("late"), 1_500),
  ).listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  const { port } = server.address() as AddressInfo;
  const file = notebook(
    "slow",
    `const ask = task(async (n: number) => (await fetchText("http://127.0.0.1:${port}/" + n)) + n)
     flow("Slow", () => ask(ask(1)))`,
  );
  const { code, out, error } = await flowbook("run", file, "--json");
  server.close();
  expect(code, error + out).toBe(0);
  expect((JSON.parse(out) as RunReport).result).toBe("latelate1");
});

test("the history is there for queries of later runs", async () => {
  const file = notebook(
    "history",
    `
const count = task(async () => (await db.query("SELECT count(*) AS n FROM history.runs WHERE state = 'Success'"))[0].n)
flow("history", () => count())`,
  );
  await flowbook("run", file);
  const { out } = await flowbook("run", file, "--json");
  expect(JSON.parse(out)).toMatchObject({ result: 1 });
});

test("check says what is wrong with cell, line and column, and ends with 3", async () => {
  const file = notebook("wrong", "const a = \n= 1\nflow('x', () => {})");
  const { code, out } = await flowbook("check", file);
  expect(code).toBe(3);
  expect(out).toMatch(/^wrong\.flow\.md:8:1 \(main:2:1\) error: /);
  const run = await flowbook("run", file, "--json");
  expect(run.code).toBe(3);
  expect(JSON.parse(run.out)).toEqual({
    error: {
      code: "cell-failed",
      message: run.error.trimEnd(),
      problems: [
        expect.objectContaining({
          ...{ cell: "main", line: 2, column: 1, fileLine: 8 },
        }),
      ],
    },
  });
});

test("check reads queries too, as far as no table is needed for that", async () => {
  const file = "queries.flow.md";
  writeFileSync(
    join(root, file),
    [
      "---\nflowbook: 1\n---\n",
      "```ts main\nconst least = 3\n```\n",
      "```sql good\nSELECT x, y FROM unknown WHERE z > ${least}\n```\n",
      "```sql bad\nSELECT x\n  FORM t WHERE z > ${least}\n```\n",
      "```sql cut\nSELECT (x\n```\n",
      "```sql writes\n-- all of it\nDELETE FROM t\n```\n",
    ].join("\n"),
  );
  const { code, out } = await flowbook("check", file, "--json");
  expect(code).toBe(3);
  expect(JSON.parse(out)).toMatchObject([
    { cell: "bad", line: 2, column: 8, severity: "error" },
    { cell: "cut", line: 1, column: 10, severity: "error" },
    {
      ...{ cell: "writes", line: 1, column: 1, severity: "error" },
      message: expect.stringContaining("cannot change the database"),
    },
  ]);
});

test("check says once what the compiler warns of and drawing fails with", async () => {
  const file = notebook(
    "wrong-times",
    `const t = task(() => 1)\nflow("F", () => t(), { schedule: cron("99 * * * *") })`,
  );
  const { code, out } = await flowbook("check", file, "--json");
  expect(code).toBe(3);
  expect(JSON.parse(out)).toMatchObject([
    {
      ...{ severity: "error", cell: "main", line: 2 },
      message: expect.stringContaining('cannot be "99"'),
    },
  ]);
});

test("check says in JSON as well which flow cannot be drawn in time, and nothing of the others", async () => {
  const file = notebook(
    "slow",
    `flow("good", () => {})\nflow("slow", () => { for (;;); })`,
  );
  const { code, out } = await flowbook("check", file, "--json");
  expect(code).toBe(3);
  expect(JSON.parse(out)).toMatchObject([
    {
      ...{ severity: "error", cell: "main", line: 2, column: 1 },
      message: expect.stringMatching(
        /^flow slow: The flow "slow" could not be drawn within 10 s/,
      ),
    },
  ]);
}, 30_000);

test("what is typed wrongly is said, with what there is", async () => {
  const file = notebook("usage", parameters);
  expect(await flowbook("fly", file)).toMatchObject({
    code: 2,
    error: expect.stringContaining("The commands are run, worker, plan,"),
  });
  expect(await flowbook("run", file, "--param", "m=1")).toMatchObject({
    code: 2,
    error: expect.stringContaining("It has n."),
  });
  const many = await flowbook("run", file, "--param", "n=many", "--json");
  expect(many.code).toBe(2);
  expect(JSON.parse(many.out)).toEqual({
    error: { code: "invalid-parameter", message: many.error.trimEnd() },
  });
  const unknown = await flowbook("run", file, "--nope", "--json");
  expect([unknown.code, JSON.parse(unknown.out)]).toMatchObject([
    2,
    {
      error: {
        code: "invalid-argument",
        message: expect.stringContaining("has no --nope") as string,
      },
    },
  ]);
  expect(
    await flowbook("run", file, "--resume", "--db", "none.sqlite"),
  ).toMatchObject({
    code: 2,
    error:
      "doubling has not run yet, so there is nothing to resume. Run it first.\n",
  });
  expect(readdirSync(root)).not.toContain("none.sqlite");
  expect(await flowbook("run", "missing.flow.md")).toMatchObject({
    code: 2,
    error: "There is no file missing.flow.md.\n",
  });
  expect(await flowbook("run", file, "--flow", "other")).toMatchObject({
    code: 2,
    error: expect.stringContaining("There is doubling"),
  });
  const empty = notebook("empty", "1 + 1");
  expect(await flowbook("check", empty)).toMatchObject({ code: 0 });
  expect(await flowbook("run", empty)).toMatchObject({
    code: 2,
    error: expect.stringContaining("empty.flow.md has no flow."),
  });
});

test.each([
  [["--parm", "n=1"], "This command has no --parm. It has --flow, --param,"],
  [["-x"], "This command has no -x. It has --flow,"],
  [["--db"], "--db has no value. Write it behind: --db=..."],
  [["--db="], "--db has no value."],
  [["--db", ""], "--db has no value."],
  [["--param", "--json"], "--param has no value."],
  [["--json=yes"], "--json takes no value: leave out =yes."],
  [
    ["--param", "n=1", "--param=n=2"],
    "--param n is given twice: leave out one of them.",
  ],
])(
  "%j is refused before anything runs, with what to do",
  async (given, said) => {
    const file = notebook("typed", parameters);
    const { code, out, error } = await flowbook("run", file, ...given);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(error.startsWith(said)).toBe(true);
    expect(readdirSync(root)).not.toContain("typed.sqlite");
  },
);

test("help is given wherever it is asked for", async () => {
  const { out } = await flowbook("help");
  for (const given of [["-h"], ["--help"], ["run", "--help"], ["worker", "-h"]])
    expect(await flowbook(...given)).toMatchObject({ code: 0, out });
});

test("options that would do nothing are refused", async () => {
  const file = notebook("options", parameters);
  for (const given of [
    ["run", file, "--resume", "--from", "double"],
    ["plan", file, "--resume", "--to", "double"],
    ["run", file, "--answer", "double", "--resume"],
    ["run", file, "--answer", "double", "--param", "n=1"],
  ])
    expect(await flowbook(...given)).toMatchObject({
      code: 2,
      error: expect.stringMatching(
        /^--(resume|answer) goes on with .* leave out --/,
      ),
    });
});

test("a file of another kind is not taken for a notebook without cells", async () => {
  const file = notebook("kinds", parameters);
  for (const other of ["kinds.ipynb", "kinds.html", "kinds.ts"]) {
    expect((await flowbook("convert", file, "-o", other)).code).toBe(0);
    for (const command of ["check", "run"])
      expect(await flowbook(command, other)).toMatchObject({
        code: 2,
        error: `${other} is no notebook yet. Make it one: flowbook convert ${other} -o kinds.flow.md\n`,
      });
  }
  await flowbook("run", file);
  expect(await flowbook("check", "kinds.sqlite")).toMatchObject({
    code: 2,
    error: expect.stringContaining("kinds.sqlite is no text"),
  });
});

test("a file that cannot be written is named", async () => {
  const file = notebook("unwritable", parameters);
  for (const command of ["graph", "convert"])
    expect(await flowbook(command, file, "-o", "none/there.ts")).toEqual({
      code: 1,
      out: "",
      error: expect.stringMatching(
        /^none\/there\.ts cannot be written: .*ENOENT.*\.\n$/,
      ),
    });
});

test("of a notebook with mistakes no other flow runs than the one that was meant, and they are told", async () => {
  const body = notebook(
    "mistaken",
    `const one = task(() => 1)
flow("first", () => { const r = one(); return r + 1 })
flow("second", () => { one() })`,
  );
  expect(await flowbook("run", body)).toMatchObject({
    code: 3,
    error: expect.stringContaining("`r` has no value yet"),
  });
  expect(await flowbook("run", body, "--flow", "second")).toMatchObject({
    code: 0,
    error: expect.stringContaining("mistaken.flow.md:8:47 (main:2:47) error: "),
  });
});

test("a plan leaves no file behind", async () => {
  const file = notebook("planned", parameters);
  const { code, out } = await flowbook("plan", file);
  expect(code).toBe(0);
  expect(out).toContain("2 run, 0 reused");
  expect(
    readdirSync(root).filter((name) => name.startsWith("planned")),
  ).toEqual([file]);
});

test("whoever stops reading does not stop the run, and hears of no stack", async () => {
  const file = notebook(
    "unread",
    `const say = task(() => { for (let n = 0; n < 2000; n += 1) log("line " + n); return "x".repeat(200_000) })
flow("unread", () => say())`,
  );
  for (const stream of ["stdout", "stderr"] as const) {
    const child = spawn(process.execPath, [cli, "run", file, "--json"], {
      cwd: root,
    });
    let said = "";
    child.stderr.on("data", (part: Buffer) => (said += String(part)));
    child.stdout.resume();
    child[stream].destroy();
    const code = await new Promise((done) => child.on("exit", done));
    expect({ code, said }).toEqual({ code: 0, said: "" });
  }
  const child = spawn(process.execPath, [cli, "run", file], { cwd: root });
  child.stderr.destroy();
  expect(await new Promise((done) => child.on("exit", done))).toBe(0);
});

test.skipIf(!existsSync("/dev/full"))(
  "a log on a full disk ends no run, and is told at its end",
  async () => {
    const file = notebook("logged", parameters);
    const full = openSync("/dev/full", "w");
    for (const [stdio, given] of [
      [["ignore", "pipe", full], []],
      [["ignore", full, "pipe"], ["--json"]],
    ] as const) {
      const child = spawn(
        process.execPath,
        [cli, "run", file, "--db", "logged.sqlite", ...given],
        { cwd: root, stdio: [...stdio] },
      );
      let said = "";
      for (const stream of [child.stdout, child.stderr])
        stream?.on("data", (part: Buffer) => (said += String(part)));
      const code = await new Promise((done) => child.on("close", done));
      expect({ code, said }).toEqual({
        code: 1,
        said: expect.stringMatching(
          /^Standard (output|error) could not be written as a whole: ENOSPC[^\n]*\n$/,
        ),
      });
      expect(readdirSync(root)).not.toContain("logged.sqlite-wal");
    }
    closeSync(full);
    expect(rows("logged.sqlite", "SELECT n FROM numbers")).toEqual([[8], [8]]);
  },
);

test("one thread draws a graph", async () => {
  const file = notebook("drawn", parameters);
  const counting = join(root, "counting.cjs");
  writeFileSync(
    counting,
    `const threads = require("node:worker_threads");
const { Worker } = threads;
let count = 0;
threads.Worker = class extends Worker {
  constructor(...given) {
    super(...given);
    count += 1;
  }
};
require("node:module").syncBuiltinESMExports();
if (threads.isMainThread)
  process.on("exit", () => console.error("threads: " + count));`,
  );
  const { stderr } = await promisify(execFile)(
    process.execPath,
    ["--require", counting, cli, "graph", file],
    { cwd: root },
  );
  expect(stderr).toBe("threads: 1\n");
});

test("without a terminal a run ends with its flow and state", async () => {
  const file = notebook("ending", parameters);
  const { error } = await flowbook("run", file);
  expect(error).toMatch(/\ndoubling  Success, [\d.]+ ?m?s \(2 Success\)\n$/);
});

test("an attachment that is missing is to be put beside the notebook", async () => {
  const file = notebook(
    "unattached",
    `const read = task(() => readText("missing.txt"))
flow("unattached", () => read())`,
  );
  const { code, error } = await flowbook("run", file);
  expect(code).toBe(1);
  expect(error).toContain(
    `There is no file missing.txt in ${realpathSync(root)}. Put it there, or correct the name.`,
  );
});

test("the Aircraft ETL runs as it does in the page, with the same rows, and its graph is drawn", async () => {
  cpSync("public/examples", join(root, "examples"), { recursive: true });
  const file = "examples/aircraft-etl.flow.md";
  expect((await flowbook("run", file, "--param", "source=snapshot")).code).toBe(
    0,
  );
  expect(
    rows("examples/aircraft-etl.sqlite", "PRAGMA integrity_check"),
  ).toEqual([["ok"]]);
  const { out } = await flowbook("graph", file);
  expect(out).toMatch(/^flowchart TD\n/);
  expect(out).toContain('["transform"]');
});

test("a notebook becomes a file of another kind, and the file the same notebook again", async () => {
  const file = notebook("converted", parameters);
  const text = readFileSync(join(root, file), "utf8");
  for (const other of ["other.html", "other.ipynb"]) {
    expect((await flowbook("convert", file, "-o", other)).code).toBe(0);
    const back = await flowbook("convert", other, "-o", "back.flow.md");
    expect(back).toEqual({ code: 0, out: "", error: "" });
    expect(readFileSync(join(root, "back.flow.md"), "utf8")).toBe(text);
  }
  const { code, error } = await flowbook("convert", file, "-o", "other.pdf");
  expect([code, error]).toEqual([2, expect.stringContaining(".ipynb")]);
});

test("a flow is drawn as an SVG that needs no page", async () => {
  const file = notebook("drawn", parameters);
  const { code, out } = await flowbook("graph", file, "--format", "svg");
  expect(code).toBe(0);
  expect(out).toMatch(/^<svg xmlns=[^]*double[^]*<\/svg>\s*$/);
});

test("packages are fetched when told so, pinned, and run without the network afterwards", async () => {
  const modules: Record<string, string> = {
    "/adder@1.2.3":
      'import { one } from "/one.js"; import { two } from "/two.js"; export const add = (n) => n + one + two',
    "/two.js": 'import { one } from "/one.js"; export const two = one + one',
    "/one.js": "export const one = 1",
  };
  const cdn = createServer(({ url = "" }, response) => {
    const text = modules[url.replace(/\?.*/, "")];
    response.writeHead(text === undefined ? 404 : 200);
    response.end(text);
  });
  await new Promise<void>((done) => cdn.listen(0, "127.0.0.1", done));
  const { port } = cdn.address() as AddressInfo;
  const name = "packages/adding.flow.md";
  const file = join(root, name);
  mkdirSync(join(root, "packages"));
  writeFileSync(
    file,
    `---\nflowbook: 1\ncdn: http://127.0.0.1:${port}\n---\n\n\`\`\`ts main\nimport { add } from "npm:adder@1.2.3"\nconst sum = task(() => add(39))\nflow("Adding", () => sum())\n\`\`\`\n`,
  );

  const before = await flowbook("run", name);
  expect(before.code).toBe(3);
  expect(before.error).toContain(
    'npm:adder@1.2.3 is not pinned yet. Run "flowbook fetch adding.flow.md"',
  );
  const fetched = await flowbook("fetch", name);
  expect(fetched.error).toBe(
    `Fetched from 127.0.0.1:${port} and pinned: npm:adder@1.2.3.\n`,
  );
  expect(readFileSync(file, "utf8")).toMatch(
    /^packages:\n {2}npm:adder@1\.2\.3: sha384-/m,
  );
  await new Promise((done) => cdn.close(done));

  const ran = await flowbook("run", name, "--json");
  expect(JSON.parse(ran.out)).toMatchObject({ state: "Success", result: 42 });
  expect((await flowbook("fetch", name)).error).toBe(
    "All packages of adding.flow.md are here.\n",
  );

  const kept = join(root, "packages/.flowbook/packages/adder@1.2.3.json");
  const damaged = readFileSync(kept, "utf8").replace("one = 1", "one = 6");
  writeFileSync(kept, damaged);
  const refused = await flowbook("run", name);
  expect(refused.code).toBe(3);
  expect(refused.error).toContain("is not what packages in the front matter");
});
