import { expect, test } from "vitest";
import type { Graph } from "../../src/core/graph.ts";
import { makeParameter } from "../../src/core/parameter.ts";
import { givenParameters } from "../../src/ui/givenParameters.ts";
import { makeGraph } from "./runs.ts";

/** A graph of parameters with these defaults. */
function withDefaults(defaults: Readonly<Record<string, unknown>>): Graph {
  const nodes = Object.entries(defaults).map(([name, value]) => ({
    kind: "parameter" as const,
    id: name,
    name,
    parameter: makeParameter(name, value),
  }));
  return { ...makeGraph({}), nodes };
}

test("what a run was given stays, what it took by default is what the text says now", () => {
  const run = {
    graph: withDefaults({ city: "Oslo", n: 1, days: [1], kept: true }),
    parameters: { city: "Bergen", n: 1, days: [1], kept: true, gone: 5 },
  };
  const graph = withDefaults({ city: "Oslo", n: 2, days: [2], kept: true });
  expect(givenParameters(run, graph)).toEqual({ city: "Bergen" });
});

test("a value that the parameter does not take any more is left out", () => {
  const run = { graph: withDefaults({ n: 1 }), parameters: { n: 7 } };
  expect(givenParameters(run, withDefaults({ n: "text" }))).toEqual({});
});
