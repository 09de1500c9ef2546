import { expect, test } from "vitest";
import { RunResults } from "../../src/runs/runResults.ts";
import { makeGraph } from "../core/makeGraph.ts";
import { simulate, startOf } from "../core/simulate.ts";

test("the elements of a map that are too large for a report are not read for it", async () => {
  const items = { type: "value", value: [1, 2, 3] } as const;
  const { state } = simulate(startOf(makeGraph({ b: { map: [items] } })), {
    script: (run) => ({ size: run === "b[1]" ? 4_000_000 : 8 }),
  });
  let read = 0;
  const results = new RunResults({
    results: (_, keys) => {
      read += keys.length;
      return Promise.resolve(keys.map((_, at) => ({ value: `read ${at}` })));
    },
  });
  expect((await results.ofRun(state)).get("b")).toEqual({
    value: ["read 0", null, "read 1"],
    elements: new Map([
      [0, "read 0"],
      [2, "read 1"],
    ]),
  });
  expect(read).toBe(2);
});
