import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { TraceReport } from "../../src/engine/protocol.ts";
import type { Program } from "../../src/notebook/compile/program.ts";
import { parseNotebook } from "../../src/notebook/parse.ts";
import { Drawing, type Drawn } from "../../src/ui/drawing.ts";

const notebookOf = (code: string) =>
  parseNotebook(
    `---\nflowbook: 1\ntitle: Drawn\n---\n\n\`\`\`ts main\n${code}\n\`\`\`\n`,
  ).notebook;

// Every text counts as one that was drawn quickly.
beforeEach(() => {
  vi.spyOn(performance, "now").mockReturnValue(0);
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** A drawing whose texts are traced when the test says so. */
function draw(
  link: (program: Program) => Promise<Program> = (program) =>
    Promise.resolve(program),
) {
  const traced: { program: Program; answer(report: TraceReport): void }[] = [];
  const drawn: Drawn[] = [];
  const failures: unknown[] = [];
  let tell = (): void => {};
  const drawing = new Drawing(
    (program) =>
      new Promise((answer) => {
        traced.push({ program, answer });
        tell();
      }),
    (one) => drawn.push(one),
    link,
    (thrown) => failures.push(thrown),
  );
  /** Settles when so many texts have been sent to be traced. */
  async function sent(count: number): Promise<void> {
    while (traced.length < count)
      await new Promise<void>((resolve) => (tell = resolve));
  }
  return { drawing, traced, sent, drawn, failures };
}

/** Lets everything go on that waits for no other task. */
async function sameTask(): Promise<void> {
  for (let step = 0; step < 50; step += 1) await Promise.resolve();
}

const empty: TraceReport = { graphs: [], errors: [] };

test("a key is compiled and sent to be traced in the task of the key, so that workers draw while the page paints it", async () => {
  const { drawing, traced, sent, drawn } = draw();
  drawing.update(notebookOf(`flow("A", () => {})`), true);
  await sent(1);
  traced[0]!.answer(empty);
  await drawing.settled();

  drawing.update(notebookOf(`flow("AB", () => {})`));
  await sameTask();
  expect(traced.map(({ program }) => program.flows[0]?.name)).toEqual([
    "A",
    "AB",
  ]);
  traced[1]!.answer(empty);
  await drawing.settled();
  expect(drawn).toHaveLength(2);
});

test("of the keys that come while one is being traced only the last is traced", async () => {
  const { drawing, traced, sent, drawn } = draw();
  drawing.update(notebookOf(`flow("A", () => {})`), true);
  await sent(1);
  for (const name of ["AB", "ABC", "ABCD"])
    drawing.update(notebookOf(`flow("${name}", () => {})`));
  traced[0]!.answer(empty);
  await sent(2);
  traced[1]!.answer(empty);
  await drawing.settled();
  expect(drawn.map(({ flows }) => flows[0]?.name)).toEqual(["ABCD"]);
});

test("packages that cannot be linked are the error of the flows, and the same text is linked and traced when it is drawn again", async () => {
  let isBroken = true;
  const { drawing, traced, sent, drawn } = draw((program) =>
    isBroken ? Promise.reject(new Error("no disk")) : Promise.resolve(program),
  );
  const notebook = notebookOf(`flow("A", () => {})`);
  drawing.update(notebook, true);
  await drawing.settled();
  expect(traced).toHaveLength(0);
  expect(drawn[0]!.flows).toMatchObject([
    { name: "A", error: { message: "no disk" } },
  ]);

  isBroken = false;
  drawing.update(notebook, true);
  await sent(1);
  const graph = { flow: "A" } as unknown as TraceReport["graphs"][number];
  traced[0]!.answer({ graphs: [graph], errors: [] });
  await drawing.settled();
  expect(drawn[1]!.flows).toMatchObject([{ name: "A", error: undefined }]);
});

test("a text that cannot be drawn at all is told, and the next one is drawn", async () => {
  const { drawing, traced, sent, drawn, failures } = draw();
  const broken = { hash: "x" } as Program;
  drawing.update(notebookOf(""), true, broken);
  await drawing.settled();
  expect(failures).toHaveLength(1);

  drawing.update(notebookOf(`flow("A", () => {})`), true);
  await sent(1);
  traced[0]!.answer(empty);
  await drawing.settled();
  expect(drawn).toHaveLength(1);
});

test("of a cell with two flows of one name it is said that, whatever is wrong with another flow", async () => {
  const { drawing, traced, sent, drawn } = draw();
  drawing.update(
    notebookOf(
      `const one = task(() => 1)
flow("A", () => { if (one()) one() })
flow("Same", () => { one() })
flow("Same", () => { one() })
flow("Other", () => { one() })`,
    ),
    true,
  );
  await sent(1);
  traced[0]!.answer(empty);
  await drawing.settled();
  const other = drawn[0]!.flows.find(({ name }) => name === "Other");
  expect(other?.error?.message).toMatch(
    /^There is another flow called "Same" in this cell/,
  );
});

test("what the compiler finds in the body of a flow is told once, with that flow, and the others of its cell are drawn", async () => {
  const { drawing, traced, sent, drawn } = draw();
  drawing.update(
    notebookOf(
      `const one = task(() => 1)\nflow("A", () => { if (one()) one() })\nflow("B", () => { one() })`,
    ),
    true,
  );
  await sent(1);
  const graph = { flow: "B" } as unknown as TraceReport["graphs"][number];
  traced[0]!.answer({ graphs: [graph], errors: [] });
  await drawing.settled();
  const { flows, diagnostics } = drawn[0]!;
  expect(diagnostics).toHaveLength(1);
  expect(flows).toMatchObject([
    {
      name: "A",
      graph: undefined,
      error: {
        message: diagnostics[0]!.message,
        place: { cell: "main", line: 2, column: 23 },
      },
    },
    { name: "B", graph: { flow: "B" }, error: undefined },
  ]);
});

test("of a flow whose cell waits for another one it is said which cell it is in, and which one that is", async () => {
  const { drawing, sent, traced, drawn } = draw();
  const { notebook } = parseNotebook(
    '```ts broken\nconst rows = (\n```\n\n```ts etl\nconst t = task(() => rows)\nflow("A", () => { t() })\n```\n',
  );
  drawing.update(notebook, true);
  await sent(1);
  traced[0]!.answer(empty);
  await drawing.settled();
  const { message } = drawn[0]!.flows[0]!.error!;
  expect(message).toMatch(/Cell etl .*waits for cell broken/);
});
