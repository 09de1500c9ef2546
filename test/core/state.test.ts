import { expect, test } from "vitest";
import {
  canMove,
  hasResult,
  isFailed,
  isFinal,
  isSuccessful,
} from "../../src/core/state.ts";
import type { State } from "../../src/core/state.ts";

const states: readonly State[] = [
  "Pending",
  "Scheduled",
  "Running",
  "Retrying",
  "Paused",
  "Success",
  "Cached",
  "Mapped",
  "Skipped",
  "Failed",
  "TriggerFailed",
  "TimedOut",
  "Cancelled",
  "Crashed",
];

test("states are final, successful, failed or have a result as Prefect's are", () => {
  expect(states.filter(isFinal)).toEqual(states.slice(5));
  expect(states.filter(isSuccessful)).toEqual([
    "Success",
    "Cached",
    "Mapped",
    "Skipped",
  ]);
  expect(states.filter(hasResult)).toEqual(["Success", "Cached", "Mapped"]);
  expect(states.filter(isFailed)).toEqual([
    "Failed",
    "TriggerFailed",
    "TimedOut",
    "Crashed",
  ]);
});

test("a final state is never left", () => {
  for (const from of states.filter(isFinal))
    for (const to of states) expect(canMove(from, to)).toBe(false);
});

test("a task run only succeeds, is retried or crashes after it ran", () => {
  const before = (to: State) => states.filter((from) => canMove(from, to));
  expect(before("Success")).toEqual(["Running", "Paused"]);
  expect(before("Retrying")).toEqual(["Running"]);
  expect(before("Crashed")).toEqual(["Running", "Retrying"]);
  expect(before("TimedOut")).toEqual(["Running", "Paused"]);
});

test("only before it ran its trigger can fail, and its result be reused as a whole", () => {
  const before = (to: State) => states.filter((from) => canMove(from, to));
  expect(before("TriggerFailed")).toEqual(["Pending"]);
  expect(before("Cached")).toEqual(["Pending", "Running"]);
});
