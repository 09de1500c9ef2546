import { describe, expect, test } from "vitest";
import type { State } from "../../src/core/state.ts";
import { fateOf } from "../../src/core/taskTable.ts";
import { decide, tellFates } from "../../src/core/trigger.ts";
import type { Fates, TriggerRule } from "../../src/core/trigger.ts";

const letters: Record<string, State> = {
  S: "Success",
  C: "Cached",
  F: "Failed",
  T: "TimedOut",
  X: "Crashed",
  U: "TriggerFailed",
  K: "Skipped",
  A: "Cancelled",
};

/** What a rule decides about upstream tasks a, b, ... that ended so. */
function decideAbout(
  rule: TriggerRule,
  text: string,
  options: { skipOnUpstreamSkip?: boolean; hasUpstream?: boolean } = {},
) {
  const upstream = [...text].map((letter, at) => ({
    name: "abcdefgh"[at]!,
    state: letters[letter]!,
  }));
  const fates: Fates = { successful: 0, skipped: 0, failed: 0, cancelled: 0 };
  for (const { state } of upstream) fates[fateOf(state)] += 1;
  const { skipOnUpstreamSkip = true, hasUpstream = text !== "" } = options;
  return decide(rule, fates, { hasUpstream, skipOnUpstreamSkip }, (which) =>
    tellFates(upstream.filter(({ state }) => which.includes(fateOf(state)))),
  );
}

function outcome(...given: Parameters<typeof decideAbout>): string {
  const decision = decideAbout(...given);
  return decision.type === "end" ? decision.state : decision.type;
}

const messageOf = (...given: Parameters<typeof decideAbout>) => {
  const decision = decideAbout(...given);
  return "message" in decision ? decision.message : undefined;
};

const allSuccessful: TriggerRule = { type: "allSuccessful" };
const allFinished: TriggerRule = { type: "allFinished" };

// upstream states: allSuccessful, allSuccessful without skipping, allFinished, allFinished without skipping
test.each([
  ["", "start", "start", "start", "start"],
  ["SS", "start", "start", "start", "start"],
  ["SC", "start", "start", "start", "start"],
  ["SF", "TriggerFailed", "TriggerFailed", "start", "start"],
  ["FF", "TriggerFailed", "TriggerFailed", "start", "start"],
  ["ST", "TriggerFailed", "TriggerFailed", "start", "start"],
  ["SX", "TriggerFailed", "TriggerFailed", "start", "start"],
  ["SU", "TriggerFailed", "TriggerFailed", "start", "start"],
  ["SA", "TriggerFailed", "TriggerFailed", "start", "start"],
  ["SK", "Skipped", "start", "Skipped", "start"],
  ["KK", "Skipped", "start", "Skipped", "start"],
  ["FK", "TriggerFailed", "TriggerFailed", "start", "start"],
  ["KA", "TriggerFailed", "TriggerFailed", "start", "start"],
])(
  "with upstream tasks %j",
  (text, successful, successfulNoSkip, finished, finishedNoSkip) => {
    const noSkip = { skipOnUpstreamSkip: false };
    expect(outcome(allSuccessful, text)).toBe(successful);
    expect(outcome(allSuccessful, text, noSkip)).toBe(successfulNoSkip);
    expect(outcome(allFinished, text)).toBe(finished);
    expect(outcome(allFinished, text, noSkip)).toBe(finishedNoSkip);
  },
);

test.each([
  ["F", "Not started: a failed."],
  ["SF", "Not started: b failed."],
  ["FF", "Not started: a and b failed."],
  ["FTXU", "Not started: a failed, b timed out, c crashed, d could not start."],
  ["UF", "Not started: b failed, a could not start."],
  ["AA", "Not started: a and b were cancelled."],
  [
    "SK",
    "Skipped, because b was skipped. For a task that should run all the same, set skipOnUpstreamSkip: false.",
  ],
  [
    "KK",
    "Skipped, because a and b were skipped. For a task that should run all the same, set skipOnUpstreamSkip: false.",
  ],
  ["FFFFFFF", "Not started: a, b, c, d, e and 2 more failed."],
])("says what upstream tasks %s did", (text, message) => {
  expect(messageOf(allSuccessful, text)).toBe(message);
});

test.each<[TriggerRule, string, string]>([
  [
    { type: "allFailed" },
    "SFK",
    "Not started: its trigger is allFailed, but c was skipped, a succeeded.",
  ],
  [
    { type: "anySuccessful" },
    "FF",
    "Not started: its trigger is anySuccessful, but no upstream task succeeded.",
  ],
  [
    { type: "anyFailed" },
    "SS",
    "Not started: its trigger is anyFailed, but no upstream task failed.",
  ],
  [
    { type: "someFailed", atLeast: 2, atMost: 3 },
    "SF",
    "Not started: its trigger is someFailed({ atLeast: 2, atMost: 3 }), and 1 of 2 upstream tasks failed.",
  ],
  [
    { type: "someSuccessful", atLeast: 0.5 },
    "SFF",
    "Not started: its trigger is someSuccessful({ atLeast: 0.5 }), and 1 of 3 upstream tasks succeeded.",
  ],
  [{ type: "notAllSkipped" }, "SF", "Not started: b failed."],
  [{ type: "notAllSkipped" }, "KK", "All upstreams were skipped."],
  [
    { type: "notAllSkipped" },
    "",
    "Skipped, because its trigger is notAllSkipped, and no task comes before it.",
  ],
])("%j with upstream tasks %s tells why not", (rule, text, message) => {
  const noSkip = { skipOnUpstreamSkip: false };
  expect(messageOf(rule, text, noSkip)).toBe(message);
});

describe("limits of a trigger", () => {
  const failed = (atLeast: number | undefined, atMost: number | undefined) =>
    ({
      type: "someFailed",
      ...(atLeast === undefined ? {} : { atLeast }),
      ...(atMost === undefined ? {} : { atMost }),
    }) as const;

  test("below 1 are shares of all, and from 1 on numbers", () => {
    expect(outcome(failed(0.5, undefined), "SF")).toBe("start");
    expect(outcome(failed(0.5, undefined), "SSF")).toBe("TriggerFailed");
    expect(outcome(failed(1, undefined), "SSF")).toBe("start");
    expect(outcome(failed(1, undefined), "SSS")).toBe("TriggerFailed");
    expect(outcome(failed(undefined, 0.5), "SFF")).toBe("TriggerFailed");
    expect(outcome(failed(undefined, 1), "SFF")).toBe("TriggerFailed");
    expect(outcome(failed(undefined, 2), "SFF")).toBe("start");
  });

  test("are shares to the last one", () => {
    const of = (rule: TriggerRule, failed: number) =>
      decide(
        rule,
        { successful: 100 - failed, skipped: 0, failed, cancelled: 0 },
        { hasUpstream: true, skipOnUpstreamSkip: true },
        () => "",
      ).type;
    for (let count = 1; count < 100; count += 1) {
      expect(of(failed(count / 100, count / 100), count)).toBe("start");
      expect(of(failed(count / 100, undefined), count - 1)).toBe("end");
      expect(of(failed(undefined, count / 100), count + 1)).toBe("end");
    }
    // Of maps over nothing.
    expect(outcome(failed(undefined, 0.5), "", { hasUpstream: true })).toBe(
      "start",
    );
  });

  test("count what was skipped as a success", () => {
    const rule = { type: "someSuccessful", atLeast: 2 } as const;
    const noSkip = { skipOnUpstreamSkip: false };
    expect(outcome(rule, "SK", noSkip)).toBe("start");
    expect(outcome(rule, "SA", noSkip)).toBe("TriggerFailed");
  });
});

test("a person is asked by manualOnly whatever happened upstream, but for a skip", () => {
  const rule = { type: "manualOnly" } as const;
  expect(outcome(rule, "")).toBe("pause");
  expect(outcome(rule, "SF")).toBe("pause");
  expect(outcome(rule, "SK")).toBe("Skipped");
});

test("a function is asked whatever happened upstream, but for a skip", () => {
  const rule = { type: "custom" } as const;
  expect(outcome(rule, "")).toBe("ask");
  expect(outcome(rule, "SFA")).toBe("ask");
  expect(outcome(rule, "SK")).toBe("Skipped");
  expect(outcome(rule, "SK", { skipOnUpstreamSkip: false })).toBe("ask");
});
