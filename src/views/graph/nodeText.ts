import type { Time } from "../../core/events.ts";
import type { State } from "../../core/state.ts";
import { formatDuration } from "../duration.ts";
import { stateLabel } from "../states.ts";
import * as words from "../words/graph.ts";
import { seconds } from "../words/durations.ts";
import type { ElementsModel, GraphModelNode, NodeRole } from "./graphModel.ts";

const widestName = 30;
const widestValue = 22;

/** The value of a parameter in a few characters. */
export function valueText(value: unknown): string {
  if (value === undefined) return words.notSet;
  if (value === null) return words.none;
  if (typeof value === "string") return value === "" ? words.emptyText : value;
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== "object") return String(value);
  try {
    return JSON.stringify(value);
  } catch {
    return words.someValue;
  }
}

/** How wide a character is drawn, in those of usual width. About, as pictures are laid out where no font can be asked, too. */
function widthOf(sign: string): number {
  return /[MW@%\u{2e80}-\u{10ffff}]/u.test(sign)
    ? 1.8
    : /[mwA-Z\xc0-\u2e7f]/.test(sign)
      ? 1.25
      : 1;
}

/** How wide a text is drawn, in characters of usual width. */
export function textWidth(text: string): number {
  let width = 0;
  for (const sign of text) width += widthOf(sign);
  return width;
}

/** Ends with writing from right to left. */
const endsLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]\P{L}*$/u;

/** The text, cut to the width of so many usual characters. */
export function clip(text: string, widest: number): string {
  let room = widest;
  let kept = "";
  // no further than to where it is cut: it may be very long
  for (const sign of text) {
    room -= widthOf(sign);
    // A mark of direction keeps the sign of what is missing at the end that it stands for.
    if (room < 0) return endsLeft.test(kept) ? `${kept}…\u200f` : `${kept}…`;
    if (room >= 1) kept += sign;
  }
  return text;
}

/** What stands in a node: a task's name, or a parameter's name and value. */
export function nodeTitle(node: GraphModelNode): {
  name: string;
  value: string;
} {
  return {
    name: clip(node.name, widestName),
    value:
      node.kind === "parameter" ? clip(valueText(node.value), widestValue) : "",
  };
}

/** What kind of node it is, in a word; empty for a plain task. */
export function roleLabel(role: NodeRole): string {
  return roleLabels[role];
}

// A role without a name is an error here.
const roleLabels: Record<NodeRole, string> = words.roles;

/** Whether it is drawn as one line: what it does is said by its name. */
export function isCompact({ kind, role }: GraphModelNode): boolean {
  return (
    kind === "task" &&
    (role === "case" || role === "merge" || role === "cleanup")
  );
}

/** Whether it waits for a person, or some of its elements do. */
export function asksPerson(node: GraphModelNode): boolean {
  return (
    node.kind === "task" &&
    (node.state === "Paused" || (node.elements?.counts.Paused ?? 0) > 0)
  );
}

/** How large a node is drawn. It depends on nothing that changes while a flow runs. For an open sub-flow this is its head. */
export function nodeSize(node: GraphModelNode): {
  width: number;
  height: number;
} {
  const title = nodeTitle(node);
  const name = textWidth(title.name);
  if (node.kind === "parameter")
    return {
      width: Math.max(
        64,
        Math.round((name + textWidth(title.value)) * 6.7 + 34),
      ),
      height: 28,
    };
  if (isCompact(node))
    return {
      width: Math.max(86, Math.round(name * 6.9 + 66)),
      height: node.mapped ? 38 : 30,
    };
  if (node.flow?.isOpen)
    return {
      width: Math.max(270, Math.round(name * 8 + 200)),
      height: 36,
    };
  const glyph = node.role === "task" ? 0 : 20;
  const isWordy = node.mapped || node.role !== "task" || node.attempts > 1;
  const least = isWordy ? 236 : 204;
  return {
    width: Math.max(least, Math.round(name * 8 + 108 + glyph)),
    height: node.mapped ? 62 : 52,
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
    node.state === "Skipped" ||
    node.origin === "marked"
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
      node.state === "Scheduled" ||
      (node.state === "Paused" && node.until !== undefined))
  );
}

/** The second line of a task: its state, and what is worth knowing in it. */
export function detailText(node: GraphModelNode, now: Time): string {
  const { text, alarm } = detailParts(node, now);
  return [text, alarm].filter(Boolean).join(", ");
}

/** The same in two parts: the second is what went wrong. */
export function detailParts(
  node: GraphModelNode,
  now: Time,
): { text: string; alarm: string } {
  const calm = (text: string) => ({ text, alarm: "" });
  const coded = (text: string) => ({
    text,
    alarm: node.problem === undefined ? "" : words.hasProblem,
  });
  if (node.excluded) return calm(words.leftOut);
  if (node.stale !== undefined) return coded(words.staleBecause(node.stale));
  if (node.state === "Paused") return calm(pauseText(node, now));
  if (node.elements) {
    const { text, alarm } = elementsParts(node.elements);
    if (!node.flow) return { text, alarm };
    const { done, total } = node.flow;
    return { text: words.runsAndTasks({ runs: text, done, total }), alarm };
  }
  if (isFlowBegun(node)) return calm(flowText(node));
  return coded([mainText(node, now), ...remarks(node)].join(" · "));
}

function mainText(node: GraphModelNode, now: Time): string {
  if (node.waitsForPlace) return words.waitsForPlace;
  if (isWaiting(node)) return waitText(node, now);
  if (node.role === "case" && node.state === "Success") return words.caseTaken;
  if (node.role === "case" && node.state === "Skipped")
    return words.caseNotTaken;
  if (node.flow && node.state === "Pending")
    return `${stateLabel(node.state)} · ${words.taskCount(node.flow.total)}`;
  return stateLabel(node.state);
}

function remarks(node: GraphModelNode): string[] {
  const attempt = attemptText(node);
  const progress = progressText(node);
  const said: string[] = [];
  if (node.origin === "fallback") said.push(words.byFallback);
  else if (node.origin === "marked") said.push(words.byHand);
  if (attempt !== undefined) said.push(attempt);
  else if (progress !== undefined) said.push(progress);
  return said;
}

/** Which attempt it is, from the second on. */
function attemptText(node: GraphModelNode): string | undefined {
  const { attempts, origin } = node;
  const attempt = node.state === "Retrying" ? node.attempt + 1 : node.attempt;
  // A fallback is no attempt of the task.
  if (origin === "fallback" || attempt < 2) return undefined;
  // What a signal asks for comes on top of the retries.
  return attempt <= attempts
    ? words.attemptOf({ attempt, attempts })
    : words.attemptNumber(attempt);
}

/** Whether the details begin with the name of the state, or with what stands for it. */
export function saysState(node: GraphModelNode): boolean {
  if (node.excluded || node.state === "Paused") return true;
  if (node.elements) return false;
  if (isFlowBegun(node)) return !isSaidByCount(node);
  return !node.waitsForPlace && !isWaiting(node);
}

function isFlowBegun(
  node: GraphModelNode,
): node is GraphModelNode & { flow: NonNullable<GraphModelNode["flow"]> } {
  return (
    node.flow !== undefined && node.state !== "Pending" && node.flow.total > 0
  );
}

/** While a sub-flow goes on, the count of its tasks says more than the word. */
function isSaidByCount({ state }: GraphModelNode): boolean {
  return state === "Running" || state === "Success";
}

function flowText(
  node: GraphModelNode & { flow: NonNullable<GraphModelNode["flow"]> },
): string {
  const count = words.tasksDone(node.flow);
  return isSaidByCount(node) ? count : `${stateLabel(node.state)} · ${count}`;
}

/** How many elements succeeded, and what became of others: `9,812 of 10,000, 3 failed`. */
export function elementsText(elements: ElementsModel): string {
  const { text, alarm } = elementsParts(elements);
  return [text, alarm].filter(Boolean).join(", ");
}

function elementsParts({ total, counts }: ElementsModel): {
  text: string;
  alarm: string;
} {
  const sum = (...states: State[]): number =>
    states.reduce((all, state) => all + (counts[state] ?? 0), 0);
  const parts: string[] = [];
  const say = (count: number, tell: (count: number) => string): void => {
    if (count > 0) parts.push(tell(count));
  };
  say(sum("Paused"), words.elementsWait);
  const done = sum("Success", "Cached", "Mapped");
  parts.push(words.elementsDone({ done, total }));
  say(sum("Retrying"), words.elementsRetried);
  say(sum("Skipped"), words.elementsSkipped);
  say(sum("Cancelled"), words.elementsCancelled);
  const failed = sum("Failed", "TriggerFailed", "TimedOut", "Crashed");
  return {
    text: parts.join(", "),
    alarm: failed > 0 ? words.elementsFailed(failed) : "",
  };
}

function isWaiting(node: GraphModelNode): boolean {
  return (
    (node.state === "Retrying" || node.state === "Scheduled") &&
    node.retryAt !== undefined
  );
}

function waitText(node: GraphModelNode, now: Time): string {
  const wait = (node.retryAt ?? now) - now;
  if (node.state === "Retrying")
    return wait <= 0 ? words.retryNow : words.retryIn(countdown(wait));
  return wait <= 0 ? words.startsNow : words.startsIn(countdown(wait));
}

function pauseText(node: GraphModelNode, now: Time): string {
  const left = node.until === undefined ? 0 : node.until - now;
  return left <= 0 ? words.waitsForYou : words.waitsForYouLeft(countdown(left));
}

/** A countdown in whole seconds is calmer than one with tenths. */
function countdown(milliseconds: number): string {
  return milliseconds < 60_000
    ? seconds(Math.ceil(milliseconds / 1000))
    : formatDuration(milliseconds);
}

/** The share that is done, from 0 to 1; undefined when the total is not known. */
export function progressShare(node: GraphModelNode): number | undefined {
  if (node.state !== "Running") return undefined;
  if (node.flow && node.flow.total > 0) return node.flow.done / node.flow.total;
  if (!node.progress?.total) return undefined;
  return Math.min(1, Math.max(0, node.progress.done / node.progress.total));
}

function progressText(node: GraphModelNode): string | undefined {
  if (node.state !== "Running" || !node.progress) return undefined;
  const share = progressShare(node);
  return share === undefined
    ? words.progressDone(node.progress.done)
    : words.percentDone(Math.floor(share * 100));
}

/** All of a node in words, for screen readers and as a tooltip. */
export function nodeDescription(node: GraphModelNode, now: Time): string {
  if (node.kind === "parameter")
    return words.parameterIs({ name: node.name, value: valueText(node.value) });
  const kinds = [
    ...(node.role === "task" ? [] : [roleLabel(node.role)]),
    ...(node.mapped ? [words.mapped] : []),
  ];
  const said = node.stale === undefined ? detailText(node, now) : undefined;
  const state = stateLabel(node.state);
  const lines = [
    [
      `${node.name}${kinds.map((kind) => `, ${kind}`).join("")}: ${
        said !== undefined && node.elements
          ? `${state}, ${said}`
          : (said ?? state)
      }`,
      durationText(node, now),
    ]
      .filter(Boolean)
      .join(", "),
  ];
  if (node.progress?.label && node.state === "Running")
    lines.push(node.progress.label);
  if (node.message) lines.push(node.message);
  if (node.problem) lines.push(node.problem);
  if (node.stale) lines.push(words.staleBecause(node.stale));
  if (node.flow)
    lines.push(node.flow.isOpen ? words.spaceCloses : words.spaceShows);
  return lines.join("\n");
}
