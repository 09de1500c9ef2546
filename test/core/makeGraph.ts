import { plainOptions, plainSettings } from "../../src/core/graph.ts";
import type {
  FlowSettings,
  Graph,
  GraphNode,
  MapInput,
  NodeId,
  NodeOptions,
  Operator,
  Source,
  TaskNode,
  Template,
} from "../../src/core/graph.ts";
import { isRunByRun, visitRefs } from "../../src/core/graphIndex.ts";
import { makeParameter } from "../../src/core/parameter.ts";

/** A task of a test's graph: what it needs, and what is special about it. */
export interface TaskSpec extends Partial<NodeOptions> {
  /** Refs to these are its first arguments. In a map, the whole results. */
  needs?: readonly NodeId[];
  waitFor?: readonly (NodeId | Source)[];
  /** More arguments. */
  args?: readonly Template[];
  /** What it is mapped over: lists come before all other arguments. */
  map?: readonly (NodeId | Template)[];
  /** How many levels of these lists it goes through; 1 if there is nothing said. */
  depth?: number;
  /** Levels that it shares with a mapped sub-flow around it, above those of `map`. */
  inside?: readonly (readonly MapInput[])[];
  task?: string;
  name?: string;
  operator?: Operator;
  cleanupOf?: NodeId;
  within?: readonly NodeId[];
}

export type Specs = Readonly<
  Record<NodeId, readonly NodeId[] | TaskSpec | "param">
>;

/** A graph whose tasks have their names as ids. A plain list says what a task needs; `param` makes a parameter. */
export function makeGraph(
  specs: Specs,
  more: Partial<FlowSettings> & { result?: Template } = {},
): Graph {
  const nodes: GraphNode[] = [];
  const depthOf = (id: NodeId) => {
    const node = nodes.find((other) => other.id === id);
    return node?.kind === "task" ? node.over.length : 0;
  };
  for (const [id, spec] of Object.entries(specs)) {
    if (spec === "param") {
      const parameter = makeParameter(id, "default");
      nodes.push({ kind: "parameter", id, name: id, parameter });
    } else
      nodes.push(
        makeTask(id, "length" in spec ? { needs: spec } : spec, depthOf),
      );
  }
  const { result = { type: "list", items: [] }, ...settings } = more;
  return {
    flow: "test",
    nodes,
    edges: nodes.flatMap(edgesTo),
    result,
    settings: { ...plainSettings, ...settings },
  };
}

function makeTask(
  id: NodeId,
  spec: TaskSpec,
  depthOf: (id: NodeId) => number,
): TaskNode {
  const {
    needs = [],
    waitFor = [],
    args = [],
    map = [],
    depth = map.length > 0 ? 1 : 0,
    inside = [],
    task = id,
    name = id,
    operator,
    cleanupOf,
    within = [],
    ...options
  } = spec;
  const over: (readonly MapInput[])[] = [...inside];
  let elements = map.map((input) =>
    typeof input === "string" ? ref(input) : input,
  );
  for (let at = 0; at < depth; at += 1) {
    const level = over.length;
    over.push(
      elements.map((of, place) => ({ input: `input ${place + 1}`, of })),
    );
    elements = elements.map((of) =>
      isRunByRun(of, level, depthOf)
        ? { ...of, each: level + 1 }
        : { type: "each", level, of, path: [] },
    );
  }
  return {
    kind: "task",
    id,
    task,
    name,
    mapped: over.length > 0,
    over,
    options: { ...plainOptions, ...options },
    args: [...elements, ...needs.map((need) => ref(need)), ...args],
    waitFor: waitFor.map((source) =>
      typeof source === "string" ? { node: source, each: 0 } : source,
    ),
    within,
    ...(operator ? { operator } : {}),
    ...(cleanupOf === undefined ? {} : { cleanupOf }),
  };
}

function edgesTo(node: GraphNode): Graph["edges"] {
  if (node.kind === "parameter") return [];
  const from = new Set<NodeId>();
  const found = (source: Source) => from.add(source.node);
  for (const arg of node.args) visitRefs(arg, found);
  node.waitFor.forEach(found);
  return [...from].map((id) => ({ from: id, to: node.id }));
}

/** The result of a node, or a part of it. */
export function ref(
  node: NodeId,
  ...path: (string | number)[]
): Template & { type: "ref" } {
  return { type: "ref", node, path };
}

/** The result of that run of a mapped node which belongs to the run that asks. */
export function refEach(node: NodeId, each = 1): Template {
  return { type: "ref", node, path: [], each };
}

export function value(constant: unknown): Template {
  return { type: "value", value: constant };
}

export function flatten(of: NodeId | Template): Template {
  return {
    type: "flatten",
    of: typeof of === "string" ? ref(of) : of,
    path: [],
  };
}

/** The case of a branch: `condition` passes the test, or what waits for this is skipped. */
export function caseOf(
  condition: NodeId | Template,
  test: (Operator & { type: "case" })["test"] = { type: "truthy" },
): TaskSpec {
  return {
    task: "case",
    args: [typeof condition === "string" ? ref(condition) : condition],
    operator: { type: "case", test },
  };
}

/** The first of these that was not skipped; each may have the case of its branch beside it. */
export function mergeOf(
  ...options: readonly (
    NodeId | readonly [of: NodeId | Template, guard: NodeId]
  )[]
): TaskSpec {
  const parts = options.map((option) =>
    typeof option === "string" ? ([option, undefined] as const) : option,
  );
  return {
    task: "merge",
    args: parts.map(([of]) => (typeof of === "string" ? ref(of) : of)),
    operator: {
      type: "merge",
      guards: parts.map(([, guard]) =>
        guard === undefined ? undefined : { node: guard, each: 0 },
      ),
    },
  };
}
