import { expect, test } from "vitest";
import type { Graph } from "../../src/core/graph.ts";
import { makeParameter } from "../../src/core/parameter.ts";
import type { FlowView } from "../../src/ui/drawing.ts";
import { queryParameters } from "../../src/ui/queryParameters.ts";
import { makeGraph } from "./runs.ts";

function flowOf(name: string, defaults: Readonly<Record<string, unknown>>) {
  const nodes = Object.entries(defaults).map(([name, value]) => ({
    kind: "parameter" as const,
    id: name,
    name,
    parameter: makeParameter(name, value),
  }));
  const graph: Graph = { ...makeGraph({}), nodes };
  return { name, graph };
}

test("a SQL cell binds parameters of the selected flow as the form has them, and of others as they ran last", () => {
  const flows = [
    flowOf("old", { n: 3, days: 1 }),
    flowOf("new", { n: 3, city: "Oslo" }),
    flowOf("none", { n: 9, more: true }),
  ];
  const runs: Record<string, object> = {
    old: { ...flows[0], parameters: { n: 4, days: 7 }, startedAt: 1 },
    new: { ...flows[1], parameters: { n: 5, city: "Oslo" }, startedAt: 2 },
  };
  const bound = (form: Record<string, unknown>) =>
    queryParameters(
      {
        flows: flows as unknown as FlowView[],
        lastOf: (flow) => runs[flow] as never,
      },
      form,
    );
  expect(bound({})).toEqual({ n: 5, days: 7, city: "Oslo", more: true });
  expect(bound({ n: 6 })).toMatchObject({ n: 6, days: 7 });
});
