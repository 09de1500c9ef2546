import { expect, test, vi } from "vitest";
import { Engine } from "../../src/engine/engine.ts";
import { compileNotebook } from "../../src/notebook/compile/compile.ts";
import { parseNotebook } from "../../src/notebook/parse.ts";
import type { EngineUpdate } from "../../src/engine/services.ts";
import { makeGraph } from "../core/makeGraph.ts";

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

test("a run is over when the page has taken in what it was told of it", async () => {
  const { port1: control, port2: frame } = new MessageChannel();
  frame.onmessage = () => frame.postMessage({ type: "booted" });
  const told: EngineUpdate[] = [];
  let take = (): void => {};
  const taken = new Promise<void>((resolve) => (take = resolve));
  const engine = new Engine();
  const database = {
    watch: () => Promise.resolve(),
    settle: () => Promise.resolve(),
    cacheEntries: () => Promise.resolve([]),
    appendEvents: () => Promise.resolve(),
  };
  await engine.connect(
    database as never,
    {
      createSandbox: () => Promise.resolve(control),
      update(update: EngineUpdate) {
        told.push(update);
        return taken;
      },
    } as never,
    { workers: 1, hosts: [] },
  );
  await engine.configure({ workers: 1, hosts: [], notebook: "b" });
  let isOver = false;
  const running = engine
    .run({
      ...{ run: "r", program: { ...program, notebook: "b" } },
      ...{ graph: makeGraph({}), keys: {}, parameters: {} },
      ...{ reused: [], excluded: [] },
    })
    .finally(() => (isOver = true));
  await vi.waitUntil(() => told.length > 0);
  await new Promise((resolve) => setImmediate(resolve));
  expect(isOver).toBe(false);
  take();
  expect(told.flatMap(({ events }) => events)).toEqual(await running);
  await engine.close();
  frame.close();
});
