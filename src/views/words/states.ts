/** Names of the states. */

export const stateLabels = {
  Pending: "Pending",
  Scheduled: "Scheduled",
  Running: "Running",
  Retrying: "Retrying",
  Paused: "Paused",
  Success: "Success",
  Cached: "Cached",
  Mapped: "Mapped",
  Skipped: "Skipped",
  Failed: "Failed",
  TriggerFailed: "Trigger failed",
  TimedOut: "Timed out",
  Cancelled: "Cancelled",
  Crashed: "Crashed",
};
