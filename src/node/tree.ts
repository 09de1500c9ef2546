import { countAttempts, type RunState, type TaskRun } from "../core/run.ts";
import { isFailed, isFinal, type State } from "../core/state.ts";
import { formatDuration } from "../core/duration.ts";
import {
  elementMessages,
  hasFailedElements,
  placeWords,
} from "./failedElements.ts";
import { fit, pad, widthOf, withoutCommands } from "./terminalText.ts";

/** A sign and a colour (an SGR code) for each state. */
const marks: Readonly<Record<State, readonly [string, number]>> = {
  Pending: ["·", 90],
  Scheduled: ["◷", 36],
  Running: ["▸", 34],
  Retrying: ["↻", 33],
  Paused: ["‖", 35],
  Success: ["✓", 32],
  Cached: ["≡", 32],
  Mapped: ["✓", 32],
  Skipped: ["↷", 90],
  Failed: ["✗", 31],
  TriggerFailed: ["⊘", 31],
  TimedOut: ["⧖", 31],
  Cancelled: ["■", 90],
  Crashed: ["✗", 31],
};

/** Of a map of which elements have failed. */
const partlyFailed = ["!", 33] as const;

const barLength = 20;

/** How many columns a name may take at most where there is room, and what stays free for state and time. */
const longestName = 40;
const besideName = 24;
const shortestName = 8;

/** How far a task is, as it says itself. */
export interface TaskProgress {
  done: number;
  total: number | undefined;
  label: string | undefined;
}

/** Whether and how a tree is coloured, and how wide a line may be. */
export interface TreeStyle {
  isColoured: boolean;
  width: number;
}

/** A run as lines: each task with its state, how long it took or how far it is, and what it says. */
export function treeLines(
  run: RunState,
  progress: Readonly<Record<string, TaskProgress>>,
  now: number,
  style: TreeStyle,
): string[] {
  const tasks = run.graph.nodes.flatMap((node) => {
    const task = run.tasks.get(node.id);
    return node.kind === "task" && task ? [{ node, task }] : [];
  });
  const longest = Math.max(
    0,
    ...tasks.map(({ node }) => widthOf(node.name) + 2 * node.within.length),
  );
  const room = Math.max(
    shortestName,
    Math.min(style.width - besideName, Math.max(longestName, style.width / 2)),
  );
  const lines = tasks.map(({ node, task }) => {
    const name = "  ".repeat(node.within.length) + (task.name ?? node.name);
    return lineOf(
      task,
      pad(
        fit(withoutCommands(name), room),
        Math.min(longest, longestName, room),
      ),
      progress[node.id],
      now,
      style,
    );
  });
  return [fit(headOf(run, now), style.width - 1), ...lines];
}

/** What went wrong as far as it is not whole in the lines of a tree: messages of failed tasks, and of elements of maps. */
export function cutMessages(run: RunState, lines: readonly string[]): string[] {
  return run.graph.nodes.flatMap((node) => {
    const task = run.tasks.get(node.id);
    if (!task) return [];
    const name = task.name ?? node.name;
    const texts = elementMessages(name, task);
    if (task.message && isFailed(task.state)) {
      const message = task.message + placeWords(task);
      const oneLine = messageOf(message);
      if (!lines.some((line) => line.endsWith(oneLine)))
        texts.unshift(`${name}: ${message}`);
    }
    return texts.flatMap((text) => withoutCommands(text).split("\n"));
  });
}

/** A run in one line. */
export function headOf(run: RunState, now: number): string {
  const counts = new Map<State, number>();
  for (const { state } of run.tasks.values())
    counts.set(state, (counts.get(state) ?? 0) + 1);
  const words = [...counts].map(([state, count]) => `${count} ${state}`);
  const time = formatTime((run.endedAt ?? now) - run.startedAt);
  return `${run.flow}  ${run.state}, ${time} (${words.join(", ") || "no tasks"})`;
}

/** One task that came to an end, as a plain line, and below it why elements of a map have failed. */
export function taskLines(name: string, task: TaskRun): string[] {
  const below = isFinal(task.state) ? elementMessages(name, task) : [];
  return [taskLine(name, task), ...below.map((text) => `  ${messageOf(text)}`)];
}

function taskLine(name: string, task: TaskRun): string {
  const [mark] = markOf(task);
  const parts = [`${mark} ${name} ${task.state}`];
  if (task.startedAt !== undefined && task.endedAt !== undefined)
    parts.push(formatTime(task.endedAt - task.startedAt));
  const children = childCounts(task);
  if (children) parts.push(children);
  if (task.message !== undefined && !isQuiet(task.state))
    parts.push(task.message + placeWords(task));
  return withoutCommands(parts.join("  "));
}

function lineOf(
  task: TaskRun,
  name: string,
  progress: TaskProgress | undefined,
  now: number,
  { isColoured, width }: TreeStyle,
): string {
  const [mark, colour] = markOf(task);
  // The last column stays free: some terminals go on to the next line with it.
  const room = width - 3;
  const parts: string[] = [];
  const isRunning = task.startedAt !== undefined && !isFinal(task.state);
  if (task.startedAt !== undefined)
    parts.push(formatTime((task.endedAt ?? now) - task.startedAt).padStart(7));
  const bar = barOf(task, progress);
  const barAt = parts.length;
  if (bar !== undefined && (isRunning || task.children)) parts.push(bar);
  const attempt = countAttempts(task);
  if (attempt > 1) parts.push(`attempt ${attempt}`);
  if (task.state === "Retrying" && task.retryAt !== undefined)
    parts.push(`again in ${formatTime(Math.max(0, task.retryAt - now))}`);
  if (task.message !== undefined && !isQuiet(task.state))
    parts.push(messageOf(task.message + placeWords(task)));
  const join = () =>
    withoutCommands(
      `${name}  ${task.state.padEnd(9)} ${parts.join("  ")}`
        .trimEnd()
        .replace(/\s*\n\s*/g, " "),
    );
  let text = join();
  if (isFinal(task.state) && bar !== undefined && widthOf(text) > room) {
    // How it ended says more than a bar that is full.
    parts[barAt] = bar.replace(/^[█░]+ /, "");
    text = join();
  }
  const sign = isColoured ? `\u001b[${colour}m${mark}\u001b[0m` : mark;
  return `${sign} ${fit(text, room)}`;
}

function markOf(task: TaskRun): readonly [string, number] {
  return task.state === "Mapped" && hasFailedElements(task)
    ? partlyFailed
    : marks[task.state];
}

/** A message in one line. */
function messageOf(message: string): string {
  return withoutCommands(message.replace(/\s+/g, " ").trim());
}

function barOf(
  task: TaskRun,
  progress: TaskProgress | undefined,
): string | undefined {
  const { children } = task;
  const done = children
    ? Object.entries(children.counts).reduce(
        (sum, [state, count]) => sum + (isFinal(state as State) ? count : 0),
        0,
      )
    : progress?.done;
  const total = children ? children.count : progress?.total;
  if (done === undefined) return undefined;
  if (total === undefined || total <= 0)
    return `${done} ${progress?.label ?? "done"}`;
  const filled = Math.round((Math.min(done, total) / total) * barLength);
  const bar = "█".repeat(filled) + "░".repeat(barLength - filled);
  return `${bar} ${done}/${total}${children ? "" : ` ${progress?.label ?? ""}`}`.trimEnd();
}

function childCounts({ children }: TaskRun): string | undefined {
  if (!children) return undefined;
  return Object.entries(children.counts)
    .map(([state, count]) => `${count} ${state}`)
    .join(", ");
}

/** Whether a state says enough without its message. */
function isQuiet(state: State): boolean {
  return (
    !isFailed(state) &&
    state !== "Retrying" &&
    state !== "Paused" &&
    state !== "Skipped" &&
    state !== "Mapped"
  );
}

function formatTime(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)}ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)}s`;
  return formatDuration(Math.round(milliseconds / 1000) * 1000);
}
