import "./runes.ts";
import { expect, test } from "vitest";
import type { Output } from "../../src/engine/protocol.ts";
import type {
  DatabaseService,
  EngineService,
} from "../../src/engine/services.ts";
import { compileNotebook } from "../../src/notebook/compile/compile.ts";
import { parseNotebook } from "../../src/notebook/parse.ts";
import { CellViews } from "../../src/ui/cellViews.svelte.ts";

/** A notebook of these queries. */
function opened(id: string, ...queries: string[]) {
  const cells = queries.map((sql, at) => `\`\`\`sql q${at}\n${sql}\n\`\`\``);
  const { notebook } = parseNotebook(
    `---\nflowbook: 1\ntitle: ${id}\n---\n\n${cells.join("\n\n")}\n`,
  );
  return { id, notebook, program: compileNotebook(notebook) };
}

/** Views of a notebook whose queries are answered when the test says so. */
function view(first: ReturnType<typeof opened>) {
  const asked: { sql: string; answer(): void; refuse(): void }[] = [];
  const lost: ((reason: Error) => void)[] = [];
  /** Why queries were refused last. */
  const refuse: { reason?: string } = {};
  let tell = (): void => {};
  const host = {
    ...first,
    readOnly: undefined,
    drawn: () => Promise.resolve(),
    filesThere: () => Promise.resolve(),
    flowResults: () => Promise.resolve({}),
    formParameters: () => ({}),
    flows: [],
    lastOf: () => undefined,
    stateOf: () => "Success" as const,
    restartDatabase: () => {
      refuse.reason = "restarted";
      for (const reject of lost.splice(0)) reject(new Error(refuse.reason));
      return Promise.resolve();
    },
  };
  const database = {
    query: (sql: string) =>
      new Promise((resolve, reject) => {
        lost.push(reject);
        const rows = [{ sql }];
        const answer = () => resolve({ columns: ["sql"], rows, total: 1 });
        asked.push({ sql, answer, refuse: () => reject(new Error("lost")) });
        tell();
      }),
    tablesRead: () => Promise.resolve([]),
    saveOutputs: () => Promise.resolve(),
  } as unknown as DatabaseService;
  /** What the sandbox answers for a cell of code, or a query with values. */
  const shown: { outputs: readonly Output[] } = { outputs: [] };
  const viewed: string[] = [];
  const engine = {
    view: (_: unknown, cell: string) => {
      viewed.push(cell);
      return Promise.resolve(shown.outputs);
    },
  } as unknown as EngineService;
  const views = new CellViews({ engine, database }, host);
  /** Settles when so many queries have been asked. */
  async function sent(count: number): Promise<void> {
    while (asked.length < count)
      await new Promise<void>((resolve) => (tell = resolve));
  }
  return { views, host, asked, sent, shown, viewed, refuse };
}

test("cells of the notebook before are evaluated no further when another is opened", async () => {
  const a = opened("a", "SELECT 1", "SELECT 2");
  const b = opened("b", "SELECT 3", "SELECT 4");
  const { views, host, asked, sent } = view(a);
  const viewing = views.view(() => true);
  await sent(1);
  Object.assign(host, b);
  asked[0]!.answer();
  await viewing;
  expect(asked.map(({ sql }) => sql)).toEqual(["SELECT 1"]);
});

test("cells do not wait for a slow cell of the notebook before", async () => {
  const b = opened("b", "SELECT 2");
  const { views, host, asked, sent } = view(opened("a", "SELECT 1"));
  const slow = views.view(() => true);
  await sent(1);
  Object.assign(host, b);
  views.load(b.notebook, {});
  const viewing = views.view(() => true);
  await sent(2);
  asked[1]!.answer();
  await viewing;
  const [cell] = b.notebook.cells;
  expect(views.outputs[cell!.id]).toMatchObject({ status: "done" });
  expect(asked[1]!.sql).toBe("SELECT 2");
  // A query that is not answered is ended after a while.
  asked[0]!.answer();
  await slow;
});

test("what comes of a notebook that was left meanwhile is not shown when the same is open again, and what waited is not asked", async () => {
  const a = opened("a", "SELECT 1", "SELECT 2");
  const { views, asked, sent } = view(a);
  views.load(a.notebook, {});
  const before = views.view(() => true);
  const waiting = views.view(() => true);
  await sent(1);
  const [first] = a.notebook.cells;
  views.leave();
  views.load(a.notebook, {});
  const after = views.view(({ id }) => id === first!.id);
  await sent(2);
  asked[0]!.refuse();
  await Promise.all([before, waiting]);
  expect(views.outputs[first!.id]).toMatchObject({ status: "running" });
  asked[1]!.answer();
  await after;
  expect(views.outputs[first!.id]?.outputs[0]?.type).toBe("table");
  expect(asked.map(({ sql }) => sql)).toEqual(["SELECT 1", "SELECT 1"]);
});

test("what a script gets of a cell that cannot be evaluated is why", async () => {
  const { notebook } = parseNotebook(
    "---\nflowbook: 1\ntitle: a\n---\n\n```ts missing\nnothere + 1\n```\n\n```ts twice\nconst q = 1\n```\n\n```ts again\nconst q = 2\n```\n\n```ts uses\n\nq + 1\n```\n\n```ts wrong\nconst = 3\n```\n\n```ts fine\n1\n```\n",
  );
  const program = compileNotebook(notebook);
  const { views, shown } = view({ id: "a", notebook, program });
  shown.outputs = [{ type: "json", value: 1 }];
  const message = async (name: string) => {
    const [output] = await views.outputsOf(name);
    return output?.type === "error" ? output.error : output;
  };
  expect(await message("missing")).toMatchObject({
    code: "unknown-name",
    message: expect.stringMatching(/^missing:1:1: `nothere` is not defined/),
  });
  expect(await message("twice")).toMatchObject({ code: "duplicate-name" });
  expect(await message("uses")).toMatchObject({
    message:
      "uses:2:1: This cell needs `q` and waits for cell twice, which has an error. Correct it there.",
  });
  expect(await message("wrong")).toMatchObject({ code: "cell-syntax" });
  expect(await message("fine")).toEqual({ type: "json", value: 1 });
});

test("a query of nothing but comments shows nothing, and is not asked", async () => {
  const queries = ["-- later", "/* a */ ; -- b\n/* c", "/* a */ SELECT 1 /**/"];
  const { views, asked, sent } = view(opened("a", ...queries));
  const viewing = views.view(() => true);
  await sent(1);
  asked[0]!.answer();
  await viewing;
  expect(asked.map(({ sql }) => sql)).toEqual([queries[2]]);
  expect(await views.outputsOf("q0")).toEqual([]);
});

test("a query that ran well and then failed is asked again when something has come to rest", async () => {
  const { views, asked, sent } = view(opened("a", "SELECT 1"));
  const first = views.view(() => true);
  await sent(1);
  asked[0]!.answer();
  await first;
  const second = views.view(() => true);
  await sent(2);
  asked[1]!.refuse();
  await second;
  const third = views.rested();
  await sent(3);
  asked[2]!.answer();
  await third;
  expect(Object.values(views.outputs)).toMatchObject([
    { status: "done", outputs: [{ type: "table" }] },
  ]);
});

test("a query with values whose table is not there yet says which flow to run, and shows what else went wrong", async () => {
  const opening = opened("a", "SELECT * FROM t WHERE n = ${n}");
  const { views, host, shown } = view(opening);
  Object.assign(host, {
    flows: [{ name: "Load", cell: undefined }],
    stateOf: () => undefined,
  });
  const [cell] = opening.notebook.cells;
  const error = (message: string): Output => ({
    type: "error",
    error: { code: "sql-failed", name: "FlowError", message },
  });
  shown.outputs = [error("SQLite: no such table: t (line 1, column 15).")];
  await views.view(() => true);
  expect(views.outputs[cell!.id]?.outputs).toEqual([
    { type: "text", text: "There is no table t yet. Run Load first." },
  ]);

  shown.outputs = [error("SQLite: near WHRE: syntax error.")];
  await views.view(() => true);
  expect(views.outputs[cell!.id]?.outputs).toEqual(shown.outputs);
});

test("code of a cell, which may read files, waits for those that come with the notebook", async () => {
  const { views, host, viewed } = view(
    opened("a", "SELECT ${await readText(`rows.csv`)}"),
  );
  let arrive = (): void => {};
  const coming = new Promise<void>((resolve) => (arrive = resolve));
  host.filesThere = () => coming;
  const viewing = views.view(() => true);
  await new Promise((resolve) => setTimeout(resolve));
  expect(viewed).toEqual([]);
  arrive();
  await viewing;
  expect(viewed).toEqual(["q0"]);
});

test("a query that was stopped says so, and runs again when it is asked for and not by itself", async () => {
  const opening = opened("a", "SELECT 1");
  const { views, asked, sent, refuse } = view(opening);
  const [cell] = opening.notebook.cells;
  const viewing = views.view(() => true);
  await sent(1);
  expect(refuse.reason).toBeUndefined();
  views.stopQuery();
  await viewing;
  expect(refuse.reason).toBe("restarted");
  expect(views.outputs[cell!.id]).toMatchObject({
    status: "done",
    outputs: [{ error: { message: expect.stringMatching(/was stopped/) } }],
  });

  await views.rested();
  expect(asked).toHaveLength(1);
  const again = views.view(({ id }) => id === cell!.id);
  await sent(2);
  asked[1]!.answer();
  await again;
  expect(views.outputs[cell!.id]?.outputs[0]?.type).toBe("table");
});
