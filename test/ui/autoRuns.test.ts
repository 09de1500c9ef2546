import { expect, test } from "vitest";
import type { Graph } from "../../src/core/graph.ts";
import { taskKeys } from "../../src/core/keys.ts";
import type { Clock } from "../../src/engine/clock.ts";
import type { Cell } from "../../src/notebook/document.ts";
import { AutoRuns, type AutoHost } from "../../src/ui/autoRuns.ts";
import { autoTasks } from "../../src/ui/autoTasks.ts";
import { makeGraph } from "../core/makeGraph.ts";
import { simulate, startOf } from "../core/simulate.ts";

/** A clock that a test turns. */
class TestClock implements Clock {
  #now = 0;
  readonly #timers = new Map<() => void, number>();

  now(): number {
    return this.#now;
  }

  setTimer(at: number, call: () => void): () => void {
    this.#timers.set(call, at);
    return () => this.#timers.delete(call);
  }

  /** Goes on, and lets everything settle that is due then. */
  async turn(by: number): Promise<void> {
    this.#now += by;
    for (const [call, at] of this.#timers)
      if (at <= this.#now) {
        this.#timers.delete(call);
        call();
      }
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  }
}

const cell = (name: string, flags: string, source: string): Cell => ({
  id: name,
  kind: "ts",
  name,
  flags,
  source,
});

/** A notebook whose flow has run, and of which a task was changed since. */
function begin() {
  const clock = new TestClock();
  const graph = { ...makeGraph({ clean: [], load: ["clean"] }), flow: "F" };
  const { state } = simulate(startOf(graph));
  let endRun!: () => void;
  const over = new Promise<void>((resolve) => (endRun = resolve));
  const gone: unknown[] = [];
  const desk = {
    running: false,
    shownRun: state.run,
    settled: () => (desk.running ? over : Promise.resolve()),
    last: () => state,
    prepare: () =>
      Promise.resolve({
        graph,
        keys: taskKeys(graph, { clean: "2" }, {}),
        program: { versions: { clean: "2" }, usesContext: [] },
      }),
    goOn: (_: unknown, { left }: { left: unknown }) => {
      gone.push(left);
      return Promise.resolve();
    },
  };
  void over.then(() => (desk.running = false));
  const host = {
    id: "one",
    flows: [{ name: "F", cell: "main" }],
    flowName: "F",
    notebook: {
      cells: [
        cell("tidy", "auto", "const clean = task(() => 1)"),
        cell("main", "", "const load = task(() => 1)"),
      ],
    },
    preview: undefined as unknown,
    readOnly: undefined as unknown,
    isAtWork: false,
    files: [],
    filesThere: () => Promise.resolve(),
    desk,
    settled: () => Promise.resolve(),
    formParameters: () => ({}),
    notify: (_: string, message: string) => gone.push(message),
  };
  const runs = new AutoRuns(clock, host as unknown as AutoHost);
  return { clock, gone, host, runs, endRun };
}

test("tasks run by themselves half a second after the last change, once", async () => {
  const { clock, gone, runs } = begin();
  runs.changed();
  await clock.turn(300);
  runs.changed();
  await clock.turn(300);
  expect(gone).toEqual([]);
  await clock.turn(200);
  expect(gone).toEqual([["load"]]);
  await clock.turn(10_000);
  expect(gone).toEqual([["load"]]);
});

test("a change during a run waits for its end", async () => {
  const { clock, gone, host, runs, endRun } = begin();
  host.desk.running = true;
  runs.changed();
  await clock.turn(500);
  expect(gone).toEqual([]);
  endRun();
  await clock.turn(0);
  expect(gone).toEqual([["load"]]);
});

test("nothing runs by itself in a notebook that is opened after the change", async () => {
  const { clock, gone, host, runs } = begin();
  runs.changed();
  host.id = "another";
  await clock.turn(500);
  expect(gone).toEqual([]);
});

test.each(["preview", "readOnly", "isAtWork"] as const)(
  "nothing runs by itself where that may not be: %s",
  async (reason) => {
    const { clock, gone, host, runs } = begin();
    Object.assign(host, { [reason]: "yes" });
    runs.changed();
    await clock.turn(500);
    expect(gone).toEqual([]);
  },
);

test("what keeps tasks from running by themselves is said", async () => {
  const { clock, gone, host, runs } = begin();
  host.desk.goOn = () => Promise.reject(new Error("no room"));
  runs.changed();
  await clock.turn(500);
  expect(gone).toEqual(["no room"]);
});

test("those run by themselves whose cell says so, and what no cell defines goes with its flow", () => {
  const graph: Graph = {
    ...makeGraph({
      clean: [],
      keep: ["clean"],
      load: ["keep"],
    }),
    flow: "F",
  };
  const namesOf = (flagsOfFlow: string) => {
    const isChosen = autoTasks(
      graph,
      [{ name: "F", cell: "main" }],
      [
        cell("tidy", "folded auto", "const clean = task(() => 1)"),
        cell("store", "", "const keep = task((n) => n)"),
        cell(
          "main",
          flagsOfFlow,
          'flow("F", () => load("rows", keep(clean())))',
        ),
      ],
    );
    return graph.nodes.flatMap((node) =>
      node.kind === "task" && isChosen(node) ? [node.name] : [],
    );
  };
  expect(namesOf("")).toEqual(["clean"]);
  expect(namesOf("auto")).toEqual(["clean", "load"]);
});
