import { expect, test } from "vitest";
import type { State } from "../../src/core/state.ts";
import { formatDuration } from "../../src/views/duration.ts";
import type {
  GraphModel,
  GraphModelNode,
} from "../../src/views/graph/graphModel.ts";
import {
  asksPerson,
  clip,
  detailParts,
  detailText,
  durationText,
  elementsText,
  isCompact,
  isTicking,
  nodeDescription,
  nodeSize,
  progressShare,
  valueText,
} from "../../src/views/graph/nodeText.ts";
import { graphSummary } from "../../src/views/graph/graphSummary.ts";
import { graphRows } from "../../src/views/graph/twin.ts";

const now = 1_000_000;

function task(
  state: State,
  more: Partial<GraphModelNode> = {},
): GraphModelNode {
  return {
    id: "t",
    name: "transform",
    kind: "task",
    role: "task",
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
    "Stale: code changed",
  );
  expect(detailText(task("Pending", { excluded: true }), now)).toBe("Left out");
  expect(detailText(task("Success", { origin: "fallback" }), now)).toBe(
    "Success · by fallback",
  );
  // What comes on top of the retries is not one of them.
  const beyond = { attempt: 3, attempts: 2 };
  expect(
    detailText(task("Success", { origin: "fallback", ...beyond }), now),
  ).toBe("Success · by fallback");
  expect(detailText(task("Running", beyond), now)).toBe("Running · attempt 3");
  // A task without retries is tried again where a signal asks for it, and is not where a fallback is given for its only attempt.
  expect(detailText(task("Success", { attempt: 3 }), now)).toBe(
    "Success · attempt 3",
  );
  const given = { origin: "fallback", attempt: 2, attempts: 6 } as const;
  expect(detailText(task("Success", given), now)).toBe("Success · by fallback");
  expect(detailText(task("Success", { origin: "marked" }), now)).toBe(
    "Success · by hand",
  );
  expect(detailText(task("Pending", { waitsForPlace: true }), now)).toBe(
    "Waits for a place",
  );
});

test("a branch says whether it was taken", () => {
  expect(detailText(task("Success", { role: "case" }), now)).toBe("Taken");
  expect(detailText(task("Skipped", { role: "case" }), now)).toBe("Not taken");
  expect(isCompact(task("Success", { role: "case" }))).toBe(true);
  expect(isCompact(task("Success", { role: "approve" }))).toBe(false);
});

test("a pause says that a person is wanted, and counts down if it ends", () => {
  const paused = task("Paused", { role: "approve" });
  expect(detailText(paused, now)).toBe("Waits for you");
  expect(isTicking(paused)).toBe(false);
  const ending = { ...paused, until: now + 59_000 };
  expect(detailText(ending, now)).toBe("Waits for you · 59 s left");
  expect(detailText(ending, now + 60_000)).toBe("Waits for you");
  expect(isTicking(ending)).toBe(true);
  expect(asksPerson(paused)).toBe(true);
});

test("a map says how many elements succeeded, and what became of others", () => {
  const elements = (
    counts: Partial<Record<State, number>>,
    total = 10_000,
  ) => ({
    total,
    counts,
    cells: [],
  });
  expect(
    elementsText(elements({ Success: 9_800, Cached: 12, Failed: 3 })),
  ).toBe("9,812 of 10,000, 3 failed");
  expect(
    elementsText(
      elements(
        { Success: 1, Paused: 2, Skipped: 1, Cancelled: 1, TimedOut: 1 },
        6,
      ),
    ),
  ).toBe("2 wait for you, 1 of 6, 1 skipped, 1 cancelled, 1 failed");
  const mapped = task("Running", {
    mapped: true,
    elements: elements({ Success: 5, Crashed: 1 }, 20),
  });
  expect(detailParts(mapped, now)).toEqual({
    text: "5 of 20",
    alarm: "1 failed",
  });
  expect(nodeDescription(mapped, now)).toBe(
    "transform, mapped: Running, 5 of 20, 1 failed",
  );
  expect(asksPerson({ ...mapped, elements: elements({ Paused: 1 }, 20) })).toBe(
    true,
  );
});

test("a problem with the code of a task stands behind its state, and what it is in its description", () => {
  const wrong = task("Success", { problem: "This is number." });
  expect(detailParts(wrong, now)).toEqual({
    text: "Success",
    alarm: "problem",
  });
  expect(nodeDescription(wrong, now)).toContain("This is number.");
  const stale = { ...wrong, stale: "its code changed" };
  expect(detailText(stale, now)).toBe("Stale: its code changed, problem");
  const rows = graphRows({ nodes: [wrong], edges: [] }, now);
  expect(rows[0]?.message).toBe("This is number.");
});

test("a sub-flow says how many of its tasks are done, and how it is opened", () => {
  const flow = task("Running", {
    role: "flow",
    flow: { isOpen: false, done: 3, total: 12 },
  });
  expect(detailText(flow, now)).toBe("3 of 12 done");
  expect(progressShare(flow)).toBe(0.25);
  expect(detailText({ ...flow, state: "Failed" }, now)).toBe(
    "Failed · 3 of 12 done",
  );
  expect(
    detailText(
      { ...flow, state: "Pending", flow: { isOpen: false, done: 0, total: 1 } },
      now,
    ),
  ).toBe("Pending · 1 task");
  expect(nodeDescription(flow, now)).toContain("Space shows its tasks.");
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
      task("Retrying", { retryAt: now + 5000, attempt: 9, message: "x" }),
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
  expect(clip("😀😀😀", 6)).toBe("😀😀😀");
});

test("a name from right to left that is cut has the dots at its left end", () => {
  expect(clip("رحلات الطيران", 6)).toMatch(/^رح.*…\u200f$/u);
  expect(clip("load رحلات 7 جلب", 10)).toMatch(/…\u200f$/u);
  expect(clip("رحلات load", 10)).toMatch(/l…$/u);
});

test("wide characters take the room that they need", () => {
  const sized = (name: string) => nodeSize(task("Pending", { name })).width;
  const usual = sized("a".repeat(20));
  expect(sized("載入參考資料載入參考資料載入參考資料載入")).toBeGreaterThan(
    usual,
  );
  expect(sized("W".repeat(20))).toBeGreaterThan(usual);
  expect(sized("LOAD_REFERENCE_DATA_")).toBeGreaterThan(usual);
  // However long it is, it is cut to the same width, and no character in two.
  const widest = sized("a".repeat(300));
  for (const sign of ["W", "載", "A", "😀"]) {
    expect(sized(sign.repeat(300))).toBeLessThanOrEqual(widest);
    expect(clip(sign.repeat(300), 22)).toMatch(
      new RegExp(`^(${sign}){5,21}…$`, "u"),
    );
  }
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
  ).toBe("transform: Failed, 10 ms\nHTTP 503\nStale: code changed");
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
      note: "parameter",
      depth: 0,
      isOpen: undefined,
      state: "IAD",
      upstream: [],
      duration: "",
      message: "",
    },
    {
      id: "a",
      name: "extract",
      kind: "task",
      note: "",
      depth: 0,
      isOpen: undefined,
      state: "Success",
      upstream: ["airport (airport)"],
      duration: "1.2 s",
      message: "",
    },
    {
      id: "b",
      name: "load",
      kind: "task",
      note: "mapped",
      depth: 0,
      isOpen: undefined,
      state: "Failed",
      upstream: ["extract (rows)", "airport"],
      duration: "",
      message: "no rows",
    },
  ]);
  expect(graphSummary(model)).toBe("1 Success, 1 Failed");
  expect(
    graphSummary({ nodes: [task("Success"), task("Paused")], edges: [] }),
  ).toBe("1 Paused, 1 Success");
  expect(graphSummary({ nodes: [], edges: [] })).toBe("No tasks");
});

test("in the table a stale result keeps its state and says once why it is stale", () => {
  const [row] = graphRows(
    { nodes: [task("Success", { stale: "code changed" })], edges: [] },
    now,
  );
  expect(row).toMatchObject({
    state: "Success",
    message: "Stale: code changed",
  });
});

test("in the table the tasks of an open sub-flow follow it, a step further in", () => {
  const flow = { isOpen: true, done: 1, total: 1 };
  const model: GraphModel = {
    nodes: [
      { ...task("Success", { role: "flow", flow }), id: "f", name: "Clean" },
      { ...task("Success", { inside: "f" }), id: "f/a" },
    ],
    edges: [],
  };
  expect(
    graphRows(model, now).map(({ depth, isOpen, note, state }) => [
      depth,
      isOpen,
      note,
      state,
    ]),
  ).toEqual([
    [0, true, "sub-flow", "Success: 1 of 1 done"],
    [1, undefined, "", "Success"],
  ]);
});
