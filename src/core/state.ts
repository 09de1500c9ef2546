/** The state of a task run or a flow run; Prefect's names, and Crashed for a worker or tab that died. */
export type State =
  | "Pending"
  | "Scheduled"
  | "Running"
  | "Retrying"
  | "Paused"
  | "Success"
  | "Cached"
  | "Mapped"
  | "Skipped"
  | "Failed"
  | "TriggerFailed"
  | "TimedOut"
  | "Cancelled"
  | "Crashed";

/** The states that a task run may go to from each state. A resumption is no move: it makes a new task run. */
const moves: Readonly<Record<State, ReadonlySet<State>>> = {
  // An attempt can fail before it has started: its worker could not be made, its arguments could not be read.
  Pending: new Set([
    "Scheduled",
    "Running",
    "Retrying",
    "Paused",
    "Cached",
    "Mapped",
    "Skipped",
    "Failed",
    "TriggerFailed",
    "Cancelled",
    "Crashed",
  ]),
  Scheduled: new Set(["Running", "Cancelled", "Crashed"]),
  Running: new Set([
    "Retrying",
    "Paused",
    "Success",
    "Mapped",
    "Skipped",
    "Failed",
    "TimedOut",
    "Cancelled",
    "Crashed",
  ]),
  Retrying: new Set(["Running", "Retrying", "Failed", "Cancelled", "Crashed"]),
  Paused: new Set(["Running", "Success", "Failed", "Cancelled", "Crashed"]),
  Success: new Set(),
  Cached: new Set(),
  Mapped: new Set(),
  Skipped: new Set(),
  Failed: new Set(),
  TriggerFailed: new Set(),
  TimedOut: new Set(),
  Cancelled: new Set(),
  Crashed: new Set(),
};

/** Whether a task run may go from one state to the other. */
export function canMove(from: State, to: State): boolean {
  return moves[from].has(to);
}

/** Whether nothing more happens to a run in this state, unless it is resumed. */
export function isFinal(state: State): boolean {
  return moves[state].size === 0;
}

/** Whether the state counts as success; a skipped task does. */
export function isSuccessful(state: State): boolean {
  return hasResult(state) || state === "Skipped";
}

/** Whether there is a result that other tasks and other runs can use. */
export function hasResult(state: State): boolean {
  return state === "Success" || state === "Cached" || state === "Mapped";
}

/** Whether the state counts as failure. Cancelled is neither success nor failure. */
export function isFailed(state: State): boolean {
  return (
    state === "Failed" ||
    state === "TriggerFailed" ||
    state === "TimedOut" ||
    state === "Crashed"
  );
}
