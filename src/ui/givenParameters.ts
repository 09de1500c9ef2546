import { isSameValue } from "../core/compareRuns.ts";
import type { Graph } from "../core/graph.ts";
import { checkParameter } from "../core/parameter.ts";
import type { RunState } from "../core/run.ts";
import { parametersOf } from "../runs/parametersOf.ts";

/**
 * The values that a run was given in place of defaults, by name, as far as a graph has these parameters still and allows them.
 * Where the text has another default now, that one is meant where the one before was.
 */
export function givenParameters(
  { graph: before, parameters: values }: Pick<RunState, "graph" | "parameters">,
  graph: Graph,
): Record<string, unknown> {
  const defaults = new Map(
    parametersOf(before).map((parameter) => [
      parameter.name,
      parameter.default,
    ]),
  );
  const given: Record<string, unknown> = {};
  for (const parameter of parametersOf(graph)) {
    const { name } = parameter;
    if (!Object.hasOwn(values, name)) continue;
    if (isSameValue(values[name], defaults.get(name))) continue;
    try {
      given[name] = checkParameter(parameter, values[name]);
    } catch {
      // The default is what is left of it.
    }
  }
  return given;
}
