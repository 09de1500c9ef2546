import type { State } from "../core/state.ts";
import { stateLabels } from "./words/states.ts";

/** The signs of the states: paths of strokes in a box of 16 by 16. */
const icons = {
  Pending: "M5 8h.01M8 8h.01M11 8h.01",
  Scheduled: "M8 4v4.2l2.6 1.8",
  Running: "M12 8a4 4 0 1 1-4-4",
  Retrying: "M12 8a4 4 0 1 1-1.3-2.95M12 3.2v2.6h-2.6",
  Paused: "M6.3 5v6M9.7 5v6",
  Success: "M4.6 8.3l2.4 2.4 4.5-5",
  Cached:
    "M4.8 5.4c0-1.7 6.4-1.7 6.4 0s-6.4 1.7-6.4 0v5.2c0 1.7 6.4 1.7 6.4 0V5.4",
  Mapped: "M4 8h2.2M6.2 8l3-3.2H12M6.2 8H12M6.2 8l3 3.2H12",
  Skipped: "M4.3 5l3.2 3-3.2 3M8.3 5l3.2 3-3.2 3",
  Failed: "M5.3 5.3l5.4 5.4M10.7 5.3l-5.4 5.4",
  TriggerFailed: "M4.8 8h6.4",
  TimedOut: "M5.4 4h5.2M5.4 12h5.2M6 4c0 4 4 4 4 8M10 4c0 4-4 4-4 8",
  Cancelled: "M5.6 5.6h4.8v4.8H5.6z",
  Crashed: "M8.9 3.6L5.4 8.6h5.2L7.1 12.6",
} satisfies Record<State, string>;

// A state without a name for people is an error here.
const labels: Record<State, string> = stateLabels;

/** All states, in the order in which legends list them. */
export const states = Object.keys(icons) as readonly State[];

/** The state's name for people. */
export function stateLabel(state: State): string {
  return labels[state];
}

/** The state's sign: path data to be stroked, in a box of 16 by 16. */
export function stateIcon(state: State): string {
  return icons[state];
}
