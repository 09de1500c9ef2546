import { expect, test } from "vitest";
import type { State } from "../../src/core/state.ts";
import { formatDuration } from "../../src/views/duration.ts";
import type {
  GraphModel,
  GraphModelNode,
} from "../../src/views/graph/graphModel.ts";
import {
  clip,
  detailText,
  durationText,
  nodeDescription,
  nodeSize,
  progressShare,
  valueText,
} from "../../src/views/graph/nodeText.ts";
import { graphRows, graphSummary } from "../../src/views/graph/twin.ts";

const now = 1_000_000;

function task(
  state: State,
  more: Partial<GraphModelNode> = {},
): GraphModelNode {
  return {
    id: "t",
    name: "transform",
    kind: "task",
    state,
    attempt: 1,
    attempts: 1,
    mapped: false,
    ...more,
  };
}

test.each([
  [0, "0 ms"],
  [840, "840 ms"],
  [999.6, "1.0 s"],
  [3240, "3.2 s"],
  [9960, "10 s"],
  [59_600, "1 min"],
  [125_000, "2 min 5 s"],
  [3_780_000, "1 h 3 min"],
  [49 * 3_600_000, "2 d 1 h"],
  [-5, "0 ms"],
])("%d ms is written %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test("the second line says the state, and what is worth knowing in it", () => {
  expect(detailText(task("Pending", { attempt: 0 }), now)).toBe("Pending");
  expect(detailText(task("TriggerFailed"), now)).toBe("Trigger failed");
  expect(detailText(task("Running", { attempt: 2, attempts: 4 }), now)).toBe(
    "Running · attempt 2 of 4",
  );
  expect(detailText(task("Failed", { attempt: 4, attempts: 4 }), now)).toBe(
    "Failed · attempt 4 of 4",
  );
  expect(detailText(task("Success", { stale: "code changed" }), now)).toBe(
    "Success · stale",
  );
  expect(detailText(task("Pending", { excluded: true }), now)).toBe(
    "Pending · left out",
  );
});

test("a retry counts down in whole seconds to the attempt that follows", () => {
  const waiting = task("Retrying", { attempts: 4, retryAt: now + 7_200 });
  expect(detailText(waiting, now)).toBe("Retry in 8 s · attempt 2 of 4");
  expect(detailText(waiting, now + 7_200)).toBe("Retry now · attempt 2 of 4");
  expect(detailText({ ...waiting, retryAt: undefined }, now)).toBe(
    "Retrying · attempt 2 of 4",
  );
});

test("progress is a share where the total is known, and a count where it is not", () => {
  const half = task("Running", {
    progress: { done: 5, total: 10, label: undefined },
  });
  expect([detailText(half, now), progressShare(half)]).toEqual([
    "Running · 50 %",
    0.5,
  ]);
  const some = task("Running", {
    progress: { done: 5, total: undefined, label: undefined },
  });
  expect([detailText(some, now), progressShare(some)]).toEqual([
    "Running · 5 done",
    undefined,
  ]);
  expect(progressShare({ ...half, state: "Success" })).toBeUndefined();
  expect(
    progressShare(
      task("Running", { progress: { done: 12, total: 10, label: undefined } }),
    ),
  ).toBe(1);
});

test("a duration runs on while a task runs, and a reused result has none", () => {
  expect(durationText(task("Running", { startedAt: now - 3400 }), now)).toBe(
    "3.4 s",
  );
  expect(
    durationText(
      task("Success", { startedAt: now - 3400, endedAt: now - 400 }),
      now,
    ),
  ).toBe("3.0 s");
  expect(
    durationText(task("Cached", { startedAt: now, endedAt: now }), now),
  ).toBe("");
  expect(durationText(task("Retrying", { startedAt: now - 3400 }), now)).toBe(
    "",
  );
});

test("a node's size does not depend on how its run goes", () => {
  const size = nodeSize(task("Pending"));
  expect(
    nodeSize(
      task("Retrying", { retryAt: now + 5000, attempts: 9, message: "x" }),
    ),
  ).toEqual(size);
});

test("values of parameters are words, long ones cut", () => {
  expect(
    [undefined, null, "", "IAD", 200, false, [1], new Date(0)].map(valueText),
  ).toEqual([
    "not set",
    "none",
    "empty",
    "IAD",
    "200",
    "false",
    "[1]",
    "1970-01-01T00:00:00.000Z",
  ]);
  expect(clip("abcdef", 4)).toBe("abc…");
  expect(clip("😀😀😀", 3)).toBe("😀😀😀");
});

test("the description holds the message and why a result is stale", () => {
  expect(
    nodeDescription(
      task("Failed", {
        message: "HTTP 503",
        stale: "code changed",
        startedAt: now,
        endedAt: now + 10,
      }),
      now,
    ),
  ).toBe("transform: Failed · stale, 10 ms\nHTTP 503\nStale: code changed");
});

test("the table twin says what the graph shows", () => {
  const model: GraphModel = {
    nodes: [
      {
        ...task("Pending"),
        id: "airport",
        name: "airport",
        kind: "parameter",
        value: "IAD",
      },
      {
        ...task("Success", { startedAt: now - 1200, endedAt: now }),
        id: "a",
        name: "extract",
      },
      {
        ...task("Failed", { message: "no rows", mapped: true }),
        id: "b",
        name: "load",
      },
    ],
    edges: [
      { from: "airport", to: "a", input: "airport" },
      { from: "a", to: "b", input: "rows" },
      { from: "airport", to: "b" },
      { from: "gone", to: "b" },
    ],
  };
  expect(graphRows(model, now)).toEqual([
    {
      id: "airport",
      name: "airport",
      kind: "parameter",
      state: "IAD",
      upstream: [],
      duration: "",
      message: "",
    },
    {
      id: "a",
      name: "extract",
      kind: "task",
      state: "Success",
      upstream: ["airport (airport)"],
      duration: "1.2 s",
      message: "",
    },
    {
      id: "b",
      name: "load",
      kind: "task",
      state: "Failed · mapped",
      upstream: ["extract (rows)", "airport"],
      duration: "",
      message: "no rows",
    },
  ]);
  expect(graphSummary(model)).toBe("1 Success, 1 Failed");
  expect(graphSummary({ nodes: [], edges: [] })).toBe("No tasks");
});
