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

/** All states, Pending first. */
export const stateNames = [
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
] as const satisfies readonly State[];

/** The states that a task run may go to from each state. A resumption is no move: it makes a new task run. */
const moves: Readonly<Record<State, ReadonlySet<State>>> = {
  // What is reused is Cached or Mapped at once; a map whose lists are none has Failed.
  Pending: new Set([
    "Scheduled",
    "Running",
    "Paused",
    "Cached",
    "Mapped",
    "Skipped",
    "Failed",
    "TriggerFailed",
    "Cancelled",
  ]),
  Scheduled: new Set(["Running", "Cancelled"]),
  Running: new Set([
    "Retrying",
    "Paused",
    "Success",
    "Cached",
    "Mapped",
    "Skipped",
    "Failed",
    "TimedOut",
    "Cancelled",
    "Crashed",
  ]),
  Retrying: new Set(["Running", "Cancelled", "Crashed"]),
  // A gate is passed without being Running again; what nobody answers times out.
  Paused: new Set([
    "Running",
    "Success",
    "Skipped",
    "Failed",
    "TimedOut",
    "Cancelled",
  ]),
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

/** The place of each state in {@link stateNames}. */
export const stateNumbers = Object.fromEntries(
  stateNames.map((state, number) => [state, number]),
) as Readonly<Record<State, number>>;

const allowed = Uint8Array.from(
  stateNames.flatMap((from) =>
    stateNames.map((to) => (canMove(from, to) ? 1 : 0)),
  ),
);

/** The same for states by number, as the columns of a run have them: it is asked at every step of every task. */
export function canMoveNumber(from: number, to: number): boolean {
  return allowed[from * stateNames.length + to] === 1;
}

const final = Object.fromEntries(
  stateNames.map((state) => [state, moves[state].size === 0]),
) as Readonly<Record<State, boolean>>;

/** Whether nothing more happens to a run in this state, unless it is resumed. */
export function isFinal(state: State): boolean {
  return final[state];
}

/** Whether the state counts as success; a skipped task does. */
export function isSuccessful(state: State): boolean {
  return hasResult(state) || state === "Skipped";
}

/** Whether there is a result that other tasks and other runs can use. */
export function hasResult(state: State): boolean {
  return state === "Success" || state === "Cached" || state === "Mapped";
}

/** Whether a run that ended so failed by itself, and not because something that it needed had failed. */
export function isOwnFailure(state: State): boolean {
  return isFailed(state) && state !== "TriggerFailed";
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
