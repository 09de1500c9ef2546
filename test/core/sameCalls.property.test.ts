import fc from "fast-check";
import { expect, test } from "vitest";
import type { RunEvent } from "../../src/core/events.ts";
import type { Graph, NodeId } from "../../src/core/graph.ts";
import { taskKeys } from "../../src/core/keys.ts";
import { planResume } from "../../src/core/plan.ts";
import { makeGraph, ref, value } from "./makeGraph.ts";
import type { TaskSpec } from "./makeGraph.ts";
import { simulate, startOf, valueOf } from "./simulate.ts";
import type { Simulation } from "./simulate.ts";

/** A call in a flow body: with a constant and other calls, or the variable of one that stands above all lines. */
type Call =
  | { task: string; constant: string; of: readonly Call[]; isMapped: boolean }
  | { variable: string };

const call: fc.Arbitrary<Call> = fc.letrec<{ call: Call }>((tie) => ({
  call: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.record({ variable: fc.constantFrom("x", "y") }),
    fc.record({
      task: fc.constantFrom("rows", "clean", "load"),
      constant: fc.constantFrom("a", "b"),
      of: fc.array(tie("call"), { maxLength: 2 }),
      isMapped: fc.boolean(),
    }),
  ),
})).call;

const lines = fc.array(call, { minLength: 1, maxLength: 6 });

/** The graph of a flow body with these lines; ids are given as a flow body gives them. */
function draw(body: readonly Call[]): Graph {
  const specs: Record<NodeId, TaskSpec> = {};
  const counts = new Map<string, number>();
  const variables = new Map<string, NodeId>();
  const add = (task: string, spec: TaskSpec): NodeId => {
    const count = (counts.get(task) ?? 0) + 1;
    counts.set(task, count);
    const id = `${task}-${count}`;
    specs[id] = { task, ...spec };
    return id;
  };
  const visit = (one: Call): NodeId => {
    if ("variable" in one) {
      const known = variables.get(one.variable);
      // Both are the result of an equal call.
      const id = known ?? add("rows", { args: [value("a")] });
      variables.set(one.variable, id);
      return id;
    }
    const of = one.of.map(visit);
    const [first, ...rest] = of;
    const isMapped = one.isMapped && first !== undefined;
    return add(one.task, {
      ...(isMapped ? { map: [first] } : {}),
      args: [
        value(one.constant),
        ...(isMapped ? rest : of).map((id) => ref(id)),
      ],
    });
  };
  body.forEach(visit);
  return makeGraph(specs);
}

/** No two calls of a task return the same, and what they return says what of. */
function functions() {
  let count = 0;
  const call = (...args: unknown[]) => [`result ${(count += 1)}`, args];
  return { rows: call, clean: call, load: call };
}

function goOn(
  first: Simulation,
  graph: Graph,
  own: ReturnType<typeof functions>,
): Simulation {
  const { keys, kept, items } = planResume(
    graph,
    taskKeys(graph, {}, {}),
    first.state,
  );
  expect(new Set(Object.values(keys)).size).toBe(graph.nodes.length);
  const at = first.scheduler.now + 1000;
  const event: RunEvent = {
    type: "run-resumed",
    at,
    graph,
    keys,
    parameters: {},
    kept,
  };
  const second = simulate(event, { from: first, functions: own });
  const running = items.filter(({ action }) => action === "run");
  const ran = new Set(second.started.map((run) => run.replace(/[[#].*/, "")));
  expect(ran).toEqual(new Set(running.map(({ id }) => id)));
  return second;
}

/** Every result is what its task made of what its inputs are. */
function checkInputs(run: Simulation): void {
  for (const node of run.state.graph.nodes) {
    if (node.kind !== "task") continue;
    const results = valueOf(run, node.id) as [string, unknown[]][];
    const own = node.over.length > 0 ? results : [results];
    const given = node.args.flatMap((arg) =>
      arg.type === "ref" && arg.path.length === 0 && (arg.each ?? 0) === 0
        ? [valueOf(run, arg.node)]
        : [],
    );
    for (const result of own as unknown as [string, unknown[]][])
      for (const one of given) expect(result[1]).toContainEqual(one);
    const over = node.over[0]?.[0]?.of;
    if (over?.type !== "ref") continue;
    const list = valueOf(run, over.node) as unknown[];
    expect(own.map(([, args]) => (args as unknown[])[0])).toEqual(list);
  }
}

test("lines that go, or change places, leave every other task as it was", () => {
  fc.assert(
    fc.property(
      lines,
      fc.array(fc.nat(5), { maxLength: 4 }),
      fc.array(fc.nat(5), { maxLength: 3 }),
      (body, swaps, gone) => {
        const own = functions();
        const first = simulate(startOf(draw(body)), { functions: own });
        const edited = [...body];
        for (const at of swaps) {
          const other = (at + 1) % edited.length;
          const one = edited[at % edited.length]!;
          edited[at % edited.length] = edited[other]!;
          edited[other] = one;
        }
        for (const at of gone)
          if (edited.length > 1) edited.splice(at % edited.length, 1);
        const second = goOn(first, draw(edited), own);
        expect(second.started).toEqual([]);
        checkInputs(second);
        // Also when it goes on once more.
        const third = goOn(second, draw([...body, ...edited]), own);
        checkInputs(third);
      },
    ),
    { numRuns: 300 },
  );
});

test("lines that are added run, and no others", () => {
  fc.assert(
    fc.property(lines, lines, fc.nat(6), (body, added, at) => {
      const own = functions();
      const first = simulate(startOf(draw(body)), { functions: own });
      const place = at % (body.length + 1);
      const edited = [...body.slice(0, place), ...added, ...body.slice(place)];
      const graph = draw(edited);
      const second = goOn(first, graph, own);
      const ran = new Set(
        second.started.map((run) => run.replace(/[[#].*/, "")),
      );
      const before = first.state.graph.nodes.length;
      expect(ran.size).toBe(graph.nodes.length - before);
      checkInputs(second);
      const third = goOn(second, draw(body), own);
      expect(third.started).toEqual([]);
      checkInputs(third);
    }),
    { numRuns: 300 },
  );
});
