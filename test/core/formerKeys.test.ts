import { expect, test } from "vitest";
import { withTodaysKeys } from "../../src/core/formerKeys.ts";
import { taskKeys } from "../../src/core/keys.ts";
import { planResume, planRun } from "../../src/core/plan.ts";
import { makeGraph, ref, value } from "./makeGraph.ts";
import type { Specs } from "./makeGraph.ts";
import { simulate, startOf } from "./simulate.ts";

const parts = { versions: { rows: "1" }, usesContext: ["daily"] };
const load = (table: string, from: string) => ({
  task: "load",
  args: [value(table), ref(from)],
});
const specs: Specs = {
  title: "param",
  "rows-1": { task: "rows" },
  "load-1": load("a", "rows-1"),
  "rows-2": { task: "rows" },
  "load-2": load("b", "rows-2"),
  inner: { within: ["daily"] },
  daily: {
    args: [ref("inner")],
    operator: {
      type: "flow",
      flow: "daily",
      reference: [{ node: "inner", each: 0 }],
    },
  },
};
const keysOf = (
  graph: ReturnType<typeof makeGraph>,
  title: string,
  isFormer = false,
  { versions } = parts,
) => taskKeys(graph, versions, { title }, new Set(parts.usesContext), isFormer);

/** A run of the version before. */
function runOfBefore() {
  const graph = makeGraph(specs);
  const parameters = { title: "x" };
  return simulate(
    startOf(graph, { parameters, keys: keysOf(graph, "x", true) }),
  );
}

const runsOf = (items: readonly { id: string; action: string }[]) =>
  items.flatMap(({ id, action }) => (action === "run" ? [id] : []));

test("a run of the version before is kept as it is, also where a line has gone or an unrelated parameter changed", () => {
  const { state } = runOfBefore();
  const graph = makeGraph(specs);
  const keys = keysOf(graph, "y");
  const last = withTodaysKeys(state, keys, parts);
  expect(runsOf(planResume(graph, keys, last).items)).toEqual([]);
  const { "load-1": _, "rows-2": __, "load-2": ___, ...rest } = specs;
  const shorter = makeGraph({ ...rest, "load-1": load("b", "rows-1") });
  const plan = planResume(
    shorter,
    keysOf(shorter, "x"),
    withTodaysKeys(state, keysOf(shorter, "x"), parts),
  );
  expect(runsOf(plan.items)).toEqual([]);
  expect(plan.kept).toContainEqual({ node: "rows-1", from: "rows-2" });
  expect(plan.kept).toContainEqual({ node: "load-1", from: "load-2" });
});

test("of a run of the version before the results are read where they are", () => {
  const first = runOfBefore();
  const graph = makeGraph(specs);
  const keys = keysOf(graph, "x");
  const last = withTodaysKeys(first.state, keys, parts);
  const { reused } = planRun(graph, keys, last, { from: "inner" });
  expect(reused).toEqual([]);
  const plan = planResume(graph, keys, last);
  const second = simulate(
    {
      type: "run-resumed",
      at: 1e4,
      graph,
      parameters: { title: "x" },
      ...plan,
    },
    { from: first },
  );
  expect(second.started).toEqual([]);
  for (const [id, { key }] of second.state.tasks)
    expect([id, first.results.has(`run-1 ${key}`) || key]).toEqual([
      id,
      first.state.tasks.get(id)!.key === key || key,
    ]);
  // From now on it has keys of today.
  expect(withTodaysKeys(second.state, keys, parts)).toBe(second.state);
});

test("a task whose code has changed since is not kept, whatever version the run is of", () => {
  const { state } = runOfBefore();
  const graph = makeGraph(specs);
  const changed = { ...parts, versions: { rows: "2" } };
  const keys = keysOf(graph, "x", false, changed);
  const last = withTodaysKeys(state, keys, changed);
  expect(runsOf(planResume(graph, keys, last).items)).toEqual([
    "rows-1",
    "load-1",
    "rows-2",
    "load-2",
  ]);
});
