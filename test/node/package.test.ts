import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { build } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import ts from "typescript";

const root = mkdtempSync(join(tmpdir(), "flowbook-package-"));
const app = join(root, "app");
let packedFiles: readonly string[] = [];
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Runs a program in the app's folder, where better-sqlite3 stands for what is installed beside it. */
async function runIn(folder: string, command: string, ...given: string[]) {
  const { stdout } = await promisify(execFile)(command, given, {
    cwd: folder,
    env: { ...process.env, NODE_PATH: resolve("node_modules") },
  });
  return stdout;
}

beforeAll(async () => {
  const source = join(root, "source");
  await build({
    configFile: "vite.node.config.ts",
    build: { outDir: join(source, "dist-node") },
  });
  for (const file of [
    ...["package.json", "README.md", "LICENSE"],
    ...["src/language/flowbook.d.ts", "src/language/library.d.ts"],
  ])
    cpSync(file, join(source, file));
  mkdirSync(join(source, "dist"));
  writeFileSync(join(source, "dist", "index.html"), "the page");
  const packed = await runIn(
    source,
    ...(["npm", "pack", "--ignore-scripts", "--json"] as const),
  );
  const [{ filename, files }] = JSON.parse(packed) as [
    { filename: string; files: { path: string }[] },
  ];
  packedFiles = files.map(({ path }) => path);
  mkdirSync(app);
  writeFileSync(join(app, "package.json"), `{ "type": "module" }`);
  await runIn(
    app,
    ...(["npm", "install", join(source, filename), "--offline"] as const),
    ...["--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund"],
  );
}, 300_000);

const cells = `const double = task((n: number) => n * 2)
flow("doubling", () => double(param("n", 4)))`;

test("the page is no part of the package, of which it is but another consumer", () => {
  expect(packedFiles).toContain("src/language/library.d.ts");
  expect(packedFiles.filter((path) => path.startsWith("dist/"))).toEqual([]);
});

test("the installed command runs a notebook", async () => {
  writeFileSync(
    join(app, "doubling.flow.md"),
    `---\nflowbook: 1\n---\n\n\`\`\`ts main\n${cells}\n\`\`\`\n`,
  );
  const out = await runIn(
    app,
    join(app, "node_modules/.bin/flowbook"),
    ...["run", "doubling.flow.md", "--json"],
  );
  expect(JSON.parse(out)).toMatchObject({ state: "Success", result: 8 });
});

test("a program that imports it runs its own flow, with its own values and a database, and a notebook file", async () => {
  writeFileSync(
    join(app, "program.mjs"),
    `import { db, flow, load, param, run, task } from "flowbook";
     const offset = 10;
     const add = task(function add(n) { return n + offset; });
     const store = task(async (rows) => {
       await load("numbers", rows.map((n) => ({ n })));
       return (await db.query("SELECT sum(n) AS sum FROM numbers"))[0].sum;
     }, { name: "store" });
     const broken = task(function broken() { throw new RangeError("too far"); });
     const main = flow("main", () => { broken(); return store(add.map([1, 2, param("n", 3)])); });
     const own = await run(main, { parameters: { n: 5 } });
     const file = await run("doubling.flow.md", { parameters: { n: 1 }, database: "library.sqlite" });
     console.log(JSON.stringify([own, file]));`,
  );
  const [own, file] = JSON.parse(
    await runIn(app, process.execPath, "program.mjs"),
  ) as Record<string, unknown>[];
  expect(own).toMatchObject({
    state: "Failed",
    result: 38,
    parameters: { n: 5 },
    tasks: [
      { name: "broken", state: "Failed" },
      { name: "add", state: "Mapped", result: [11, 12, 15] },
      { name: "store", state: "Success", result: 38 },
    ],
  });
  expect(file).toMatchObject({ state: "Success", result: 2 });
});

/** What a program that imports the package prints. */
async function runProgram(text: string): Promise<unknown> {
  writeFileSync(join(app, "program.mjs"), text);
  return JSON.parse(await runIn(app, process.execPath, "program.mjs"));
}

test("a task of a program may wait, and runs that are started together are made one after the other", async () => {
  const told = await runProgram(
    `import { setTimeout as wait } from "node:timers/promises";
     import { flow, param, run, task } from "flowbook";
     let going = 0;
     let most = 0;
     const slow = task(async function slow(n) {
       most = Math.max(most, ++going);
       await wait(50);
       going -= 1;
       return n;
     });
     const main = flow("main", () => slow.map([1, param("n", 2)]));
     const runs = [3, 4].map((n) => run(main, { parameters: { n } }));
     const wrong = run(main, { parameters: { unknown: 1 } }).catch(({ code }) => code);
     const results = (await Promise.all(runs)).map(({ result }) => result);
     console.log(JSON.stringify({ results, most, wrong: await wrong }));`,
  );
  expect(told).toEqual({
    results: [
      [1, 3],
      [1, 4],
    ],
    most: 1,
    wrong: "unknown-parameter",
  });
}, 20_000);

test("options of run that make no sense are said at once", async () => {
  const told = await runProgram(
    `import { flow, run } from "flowbook";
     const why = (options) => run("doubling.flow.md", { database: "options.sqlite", ...options }).then(() => "ran", ({ message }) => message);
     const main = flow("main", () => 1);
     console.log(JSON.stringify([
       await run(main, { flow: "b" }).catch(({ message }) => message),
       await why({ resume: true, database: "none.sqlite" }),
       await why({ workers: 0 }),
       await why({ workers: 1.5 }),
       await why({ hosts: ["example.org"] }),
       await why({ resume: true, from: "double" }),
       await why({ store: "file:///shared" }),
       await why({ workers: 1, hosts: ["https://example.org"] }),
     ]));`,
  );
  expect(told).toEqual([
    expect.stringMatching(/^run was given the flow main, and flow says b: /),
    expect.stringMatching(/so there is nothing to resume\. Run it first\.$/),
    expect.stringMatching(/^workers is .* whole number from 1 on, not 0\.$/),
    expect.stringMatching(/^workers is .* not 1\.5\.$/),
    expect.stringContaining("https://api.example.org"),
    expect.stringMatching(/^resume goes on with .* leave out from and to\.$/),
    expect.stringMatching(/^store is for runs on many machines/),
    "ran",
  ]);
}, 20_000);

test("a task that a program calls outside a flow starts at once, as a function does", async () => {
  const told = await runProgram(
    `import { run, flow, task, db } from "flowbook";
     const double = task(async function double(n) { return n * 2; });
     const count = task(async function count() { return db.query("SELECT 1"); });
     const main = flow("main", () => double(1));
     const before = await double(2);
     await run(main);
     const refused = await count().catch(({ message }) => message);
     console.log(JSON.stringify([before, await double(3), await double.map([1, 2]), refused]));`,
  );
  expect(told).toEqual([
    ...[4, 6, [2, 4]],
    expect.stringMatching(/^db\.query .* outside a run/),
  ]);
}, 20_000);

test("a task that runs a flow of its own program is told what to do instead, and is not waited for", async () => {
  const told = await runProgram(
    `import { flow, run, task } from "flowbook";
     const inner = flow("inner", () => task(function one() { return 1; })());
     const nested = task(async function nested() { return (await run(inner)).result; });
     const outer = flow("outer", () => nested());
     const { state, tasks } = await run(outer);
     console.log(JSON.stringify({ state, message: tasks[0].message }));`,
  );
  expect(told).toEqual({
    state: "Failed",
    message: expect.stringContaining("Call the flow in the flow's body"),
  });
}, 20_000);

test("options that are no object are refused with what they are", async () => {
  const told = await runProgram(
    `import { flow, run, task } from "flowbook";
     const main = flow("main", () => task(function one() { return 1; })());
     const refusals = [];
     for (const options of [null, "resume"])
       refusals.push(await run(main, options).catch(({ code, message }) => [code, message]));
     console.log(JSON.stringify(refusals));`,
  );
  expect(told).toEqual(
    ["null", "resume"].map((given) => [
      "invalid-argument",
      `run takes its options as an object, such as { workers: 2 }, not ${given}.`,
    ]),
  );
}, 20_000);

test("what it imports has types, of the language and of run", () => {
  const file = join(app, "typed.ts");
  writeFileSync(
    file,
    `import { flow, run, task, type RunReport } from "flowbook"
const double = task((n: number) => n * 2)
const main = flow("main", () => double(1))
export const report: Promise<RunReport> = run(main)
double("one")`,
  );
  const inBrowsers = {
    lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
    types: [],
  };
  const inNode = {
    lib: ["lib.es2023.d.ts"],
    types: ["node"],
    typeRoots: [resolve("node_modules/@types")],
  };
  const modules = {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  };
  const bundled = {
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  };
  for (const options of [
    { ...inBrowsers, ...modules },
    { ...inNode, ...bundled },
  ]) {
    const program = ts.createProgram([file], {
      strict: true,
      noEmit: true,
      target: ts.ScriptTarget.ES2023,
      ...options,
    });
    const found = ts
      .getPreEmitDiagnostics(program)
      .map(({ file: of, messageText }) => [
        of?.fileName.replace(/.*\//, ""),
        ts.flattenDiagnosticMessageText(messageText, " "),
      ]);
    expect(found).toEqual([
      ["typed.ts", expect.stringContaining("'string' is not assignable")],
    ]);
  }
});
