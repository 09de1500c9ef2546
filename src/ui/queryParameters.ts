import { parametersOf } from "../runs/parametersOf.ts";
import type { CellViewHost } from "./cellViews.svelte.ts";
import { givenParameters } from "./givenParameters.ts";

/**
 * What SQL cells bind: what the form has, which is of the selected flow; and of parameters that only other flows have, what these
 * were given last, or their defaults. So a cell about one flow keeps its rows while another one is on show. Of several the one that
 * ran last counts.
 */
export function queryParameters(
  { flows, lastOf }: Pick<CellViewHost, "flows" | "lastOf">,
  form: Record<string, unknown>,
): Record<string, unknown> {
  const found: { at: number; values: Record<string, unknown> }[] = [];
  for (const { name, graph } of flows) {
    if (!graph) continue;
    const last = lastOf(name);
    const values: Record<string, unknown> = {};
    for (const parameter of parametersOf(graph))
      if (!parameter.required) values[parameter.name] = parameter.default;
    if (last) Object.assign(values, givenParameters(last, graph));
    found.push({ at: last?.startedAt ?? -1, values });
  }
  found.sort((one, other) => one.at - other.at);
  return Object.assign(
    {},
    ...found.map(({ values }) => values),
    form,
  ) as Record<string, unknown>;
}
