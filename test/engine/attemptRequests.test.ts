import { expect, test } from "vitest";
import { start } from "../../src/core/scheduler.ts";
import { nodeOf } from "../../src/core/schedulerState.ts";
import { AttemptRequests } from "../../src/engine/attemptRequests.ts";
import { makeGraph } from "../core/makeGraph.ts";
import { startOf } from "../core/simulate.ts";

test("an attempt tells when it begins, and is made alone, where that is counted: for a timeout or a rate", () => {
  const graph = makeGraph(
    {
      plain: [],
      few: { tags: ["few"] },
      rated: { tags: ["few", "api"] },
      timed: { timeout: 100 },
    },
    {
      limits: [
        { of: "tag few", atOnce: 2 },
        { of: "tag api", starts: 5, per: 1000 },
      ],
    },
  );
  const { state } = start(startOf(graph));
  const requests = new AttemptRequests(() => state, new Set());
  const told = graph.nodes.map((_, number) => {
    const node = nodeOf(state, number);
    const request = requests.make(number, 1, node, {}, [], undefined);
    const { tellsBegin = false } = request.makeJob();
    return [node.id, request.isPlain, request.tellsBegin, tellsBegin];
  });
  expect(told).toEqual([
    ["plain", true, false, false],
    ["few", true, false, false],
    ["rated", false, true, true],
    ["timed", false, true, true],
  ]);
});
