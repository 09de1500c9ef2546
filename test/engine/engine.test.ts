import { expect, test, vi } from "vitest";
import { Engine } from "../../src/engine/engine.ts";
import { compileNotebook } from "../../src/notebook/compile/compile.ts";
import { parseNotebook } from "../../src/notebook/parse.ts";
import type { ToFrame, ToWorker } from "../../src/engine/protocol.ts";
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

test("a flow that did not come to its end is not waited for again with the next text", async () => {
  const { port1: control, port2: frame } = new MessageChannel();
  const asked: ToWorker[] = [];
  frame.onmessage = ({ data }: MessageEvent<ToFrame>) => {
    if (data.type === "boot") frame.postMessage({ type: "booted" });
    if (data.type !== "spawn") return;
    const { port } = data;
    port.onmessage = ({ data: message }: MessageEvent<ToWorker>) => {
      if (message.type !== "trace") return;
      asked.push(message);
      const { job, refused } = message;
      port.postMessage(
        refused?.length === 0
          ? { type: "drawing", job, cell: "main", flow: "F" }
          : { type: "traced", job, report: { graphs: [], errors: [] } },
      );
    };
    port.postMessage({ type: "ready" });
  };
  const engine = new Engine();
  await engine.connect(
    { watch: () => Promise.resolve() } as never,
    { createSandbox: () => Promise.resolve(control) } as never,
    { workers: 1, hosts: [] },
  );
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  try {
    for (const next of ["", "const typed = 1"]) {
      const text = `\`\`\`ts main\nflow("F", () => { for (;;); })\n\`\`\`\n\n\`\`\`ts other\n${next}\n\`\`\`\n`;
      let isOver = false;
      void engine
        .trace(compileNotebook(parseNotebook(text).notebook))
        .finally(() => (isOver = true));
      while (!isOver) {
        await new Promise((resolve) => setImmediate(resolve));
        vi.advanceTimersByTime(10);
      }
    }
  } finally {
    vi.useRealTimers();
    await engine.close();
    frame.close();
  }
  const step = { cell: "main", flow: "F" };
  const refused = [expect.objectContaining(step)];
  expect(asked).toMatchObject([{ refused: [] }, { refused }, { refused }]);
});
