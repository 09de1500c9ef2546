import { expect, test } from "vitest";
import type { State } from "../../src/core/state.ts";
import { decide } from "../../src/core/trigger.ts";
import type { TriggerRule } from "../../src/core/trigger.ts";

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
const upstreamOf = (text: string) =>
  [...text].map((letter, at) => ({
    name: "abcdefgh"[at]!,
    state: letters[letter]!,
  }));
const outcome = (
  type: TriggerRule["type"],
  text: string,
  skipOnUpstreamSkip = true,
) => {
  const decision = decide({ type }, upstreamOf(text), { skipOnUpstreamSkip });
  return decision.start ? "start" : decision.state;
};

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
    expect(outcome("allSuccessful", text)).toBe(successful);
    expect(outcome("allSuccessful", text, false)).toBe(successfulNoSkip);
    expect(outcome("allFinished", text)).toBe(finished);
    expect(outcome("allFinished", text, false)).toBe(finishedNoSkip);
  },
);

test.each([
  ["F", "Not started: a failed."],
  ["SF", "Not started: b failed."],
  ["FF", "Not started: a and b failed."],
  ["FTXU", "Not started: a failed, b timed out, c crashed, d could not start."],
  ["UF", "Not started: b failed, a could not start."],
  ["AA", "Not started: a and b were cancelled."],
  ["SK", "Skipped, because b was skipped."],
  ["KK", "Skipped, because a and b were skipped."],
  ["FFFFFFF", "Not started: a, b, c, d, e and 2 more failed."],
])("says what upstream tasks %s did", (text, message) => {
  expect(decide({ type: "allSuccessful" }, upstreamOf(text))).toMatchObject({
    message,
  });
});
