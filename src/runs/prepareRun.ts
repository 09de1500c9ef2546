import { FlowError } from "../core/errors.ts";
import type { Graph, NodeId } from "../core/graph.ts";
import { taskKeys } from "../core/keys.ts";
import { checkParameters } from "../core/parameter.ts";
import { showValue } from "../core/words.ts";
import type { Program } from "../notebook/compile/program.ts";
import { parametersOf } from "./parametersOf.ts";

/** What a run of a flow is about. */
export interface PreparedRun {
  graph: Graph;
  /** The key of each task: what its result depends on. */
  keys: Readonly<Record<NodeId, string>>;
  parameters: Readonly<Record<string, unknown>>;
  program: Program;
}

/** What was found last for each graph. */
const prepared = new WeakMap<Graph, PreparedRun>();

/** Checks the parameters that are given (`defaults` stand for missing ones, as far as the flow knows them) and finds the keys. */
export function prepareRun(
  program: Program,
  graph: Graph,
  given: Readonly<Record<string, unknown>> = {},
  defaults: Readonly<Record<string, unknown>> = {},
): PreparedRun {
  if (Object.prototype.toString.call(given) !== "[object Object]")
    throw new FlowError(
      "invalid-parameter",
      `The parameters of ${graph.flow} are an object of names and values, such as { airport: "IAD" }, not ${showValue(given)}.`,
    );
  const known = parametersOf(graph);
  const names = new Set(known.map(({ name }) => name));
  const kept = Object.entries(defaults).filter(([name]) => names.has(name));
  const parameters = checkParameters(known, {
    ...Object.fromEntries(kept),
    ...given,
  });
  const last = prepared.get(graph);
  if (last?.program === program && areSame(last.parameters, parameters))
    return last;
  const { versions, usesContext } = program;
  const keys = taskKeys(graph, versions, parameters, new Set(usesContext));
  const run = { graph, keys, parameters, program };
  // The plan on show asks for it, then the run, and then the next plan; the keys of thousands of tasks take tens of milliseconds.
  prepared.set(graph, run);
  return run;
}

/** Whether the parameters of a graph are the same, as far as that is seen at once. */
function areSame(
  one: PreparedRun["parameters"],
  other: PreparedRun["parameters"],
): boolean {
  return Object.entries(one).every(
    ([name, value]) => Object(value) !== value && Object.is(value, other[name]),
  );
}
