import type { Time } from "../../core/events.ts";
import { formatDuration } from "../duration.ts";
import { stateLabel } from "../states.ts";
import type { GraphModelNode } from "./graphModel.ts";

const longestName = 30;
const longestValue = 22;

/** The value of a parameter in a few characters. */
export function valueText(value: unknown): string {
  if (value === undefined) return "not set";
  if (value === null) return "none";
  if (typeof value === "string") return value === "" ? "empty" : value;
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== "object") return String(value);
  try {
    return JSON.stringify(value);
  } catch {
    return "a value";
  }
}

/** The text, cut to a number of characters. */
export function clip(text: string, longest: number): string {
  const characters = [...text];
  return characters.length <= longest
    ? text
    : `${characters.slice(0, longest - 1).join("")}…`;
}

/** What stands in a node: a task's name, or a parameter's name and value. */
export function nodeTitle(node: GraphModelNode): {
  name: string;
  value: string;
} {
  return {
    name: clip(node.name, longestName),
    value:
      node.kind === "parameter"
        ? clip(valueText(node.value), longestValue)
        : "",
  };
}

/** How large a node is drawn. It depends on nothing that changes while a flow runs. */
export function nodeSize(node: GraphModelNode): {
  width: number;
  height: number;
} {
  const { name, value } = nodeTitle(node);
  if (node.kind === "parameter")
    return {
      width: Math.max(64, Math.round((name.length + value.length) * 6.7 + 34)),
      height: 28,
    };
  return {
    width: Math.max(204, Math.round(name.length * 8 + 108)),
    height: 52,
  };
}

/** How long a task took, or has been taking; undefined before it starts, and for one that took no time of its own. */
export function nodeDuration(
  node: GraphModelNode,
  now: Time,
): number | undefined {
  if (
    node.startedAt === undefined ||
    node.state === "Cached" ||
    node.state === "Skipped"
  )
    return undefined;
  if (node.endedAt !== undefined) return node.endedAt - node.startedAt;
  return node.state === "Running" ? now - node.startedAt : undefined;
}

/** The duration in words; empty if there is none. */
export function durationText(node: GraphModelNode, now: Time): string {
  const duration = nodeDuration(node, now);
  return duration === undefined ? "" : formatDuration(duration);
}

/** True while what the node says changes with time alone. */
export function isTicking(node: GraphModelNode): boolean {
  return (
    node.kind === "task" &&
    (node.state === "Running" ||
      node.state === "Retrying" ||
      node.state === "Scheduled")
  );
}

/** The second line of a task: its state, and what is worth knowing in it. */
export function detailText(node: GraphModelNode, now: Time): string {
  const parts = [
    isWaiting(node) ? waitText(node, now) : stateLabel(node.state),
  ];
  const attempt = node.state === "Retrying" ? node.attempt + 1 : node.attempt;
  const progress = progressText(node);
  if (attempt > 1 && node.attempts > 1)
    parts.push(`attempt ${attempt} of ${node.attempts}`);
  else if (progress !== undefined) parts.push(progress);
  if (node.excluded) parts.push("left out");
  else if (node.stale !== undefined) parts.push("stale");
  return parts.join(" · ");
}

function isWaiting(node: GraphModelNode): boolean {
  return (
    (node.state === "Retrying" || node.state === "Scheduled") &&
    node.retryAt !== undefined
  );
}

function waitText(node: GraphModelNode, now: Time): string {
  const verb = node.state === "Retrying" ? "Retry" : "Starts";
  const wait = (node.retryAt ?? now) - now;
  if (wait <= 0) return `${verb} now`;
  // A countdown in whole seconds is calmer than one with tenths.
  return `${verb} in ${wait < 60_000 ? `${Math.ceil(wait / 1000)} s` : formatDuration(wait)}`;
}

/** The share that is done, from 0 to 1; undefined when the total is not known. */
export function progressShare(node: GraphModelNode): number | undefined {
  if (node.state !== "Running" || !node.progress?.total) return undefined;
  return Math.min(1, Math.max(0, node.progress.done / node.progress.total));
}

function progressText(node: GraphModelNode): string | undefined {
  if (node.state !== "Running" || !node.progress) return undefined;
  const share = progressShare(node);
  return share === undefined
    ? `${node.progress.done} done`
    : `${Math.floor(share * 100)} %`;
}

/** All of a node in words, for screen readers and as a tooltip. */
export function nodeDescription(node: GraphModelNode, now: Time): string {
  if (node.kind === "parameter")
    return `Parameter ${node.name}: ${valueText(node.value)}`;
  const words = [
    [
      `${node.name}${node.mapped ? ", mapped" : ""}: ${detailText(node, now)}`,
      durationText(node, now),
    ]
      .filter(Boolean)
      .join(", "),
  ];
  if (node.progress?.label && node.state === "Running")
    words.push(node.progress.label);
  if (node.message) words.push(node.message);
  if (node.stale) words.push(`Stale: ${node.stale}`);
  return words.join("\n");
}
