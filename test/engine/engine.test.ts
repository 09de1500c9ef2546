import { expect, test, vi } from "vitest";
import { Engine } from "../../src/engine/engine.ts";
import { compileNotebook } from "../../src/notebook/compile/compile.ts";
import { parseNotebook } from "../../src/notebook/parse.ts";

// What runs in the sandbox is put in by the build.
vi.mock("../../src/engine/sandbox/libraries.ts", () => ({
  kernel: "",
  loadLibrary: undefined,
  loadFormatLibrary: undefined,
}));

/** An engine that was configured for the notebook "b"; it is given no sandbox, and says when it wants one. */
async function open() {
  const wanted: string[] = [];
  const engine = new Engine();
  await engine.connect(
    { watch: () => Promise.resolve() } as never,
    {
      createSandbox: (kind: string) => {
        wanted.push(kind);
        return Promise.reject(new Error("no sandbox"));
      },
    } as never,
    { workers: 1, hosts: [] },
  );
  await engine.configure({ workers: 1, hosts: [], notebook: "b" });
  return { engine, wanted };
}

const { notebook } = parseNotebook(
  '```ts main\nflow("F", () => {})\ndisplay(1)\n```\n',
);
const program = compileNotebook(notebook);
const given = { flows: {}, parameters: {} };
const request = {
  program: { ...program, notebook: "a" },
  run: "r",
  graph: {} as never,
  keys: {},
  parameters: {},
};

for (const [what, start] of [
  ["viewed", (engine) => engine.view(request.program, "main", given)],
  ["run", (engine) => engine.run({ ...request, reused: [], excluded: [] })],
  ["resumed", (engine) => engine.resume({ ...request, events: [], kept: [] })],
  [
    "gone on with",
    (engine) =>
      engine.proceed({
        ...request,
        events: [],
        event: { type: "cancel-requested", at: 0 },
      }),
  ],
] as [string, (engine: Engine) => Promise<unknown>][])
  test(`what is ${what} of a notebook that was left meanwhile is refused, and reaches nothing of the one that is open`, async () => {
    const { engine, wanted } = await open();
    await expect(start(engine)).rejects.toMatchObject({
      code: "storage-conflict",
    });
    expect(wanted).toEqual([]);
  });

test("what is viewed of the notebook that is open gets a sandbox", async () => {
  const { engine, wanted } = await open();
  const own = { ...program, notebook: "b" };
  await expect(engine.view(own, "main", given)).rejects.toThrow("no sandbox");
  expect(wanted).toEqual(["runner"]);
});
