import type { RunState, TaskRun } from "../core/run.ts";
import { isFinal } from "../core/state.ts";
import type { EngineUpdate } from "../engine/services.ts";
import { rowsOf, withoutCommands } from "./terminalText.ts";
import {
  cutMessages,
  headOf,
  taskLines,
  treeLines,
  type TaskProgress,
} from "./tree.ts";

/** Where a run is told while it goes on. */
export interface Watcher {
  update(update: EngineUpdate, state: RunState | undefined): void;
  /** Leaves what is there for good. */
  end(state: RunState | undefined): void;
}

/** How often a tree is drawn anew while nothing happens, in milliseconds. */
const pace = 200;

const colours = /\u001b\[\d+m/g;

/** Has a terminal cut what is longer than a line, and wrap it as before. */
const cutLines = "\u001b[?7l";
const wrapLines = "\u001b[?7h";

/** On a terminal a tree that changes in place, elsewhere a line for each task that came to its end, each line of the log, and the run. */
export function watchRun(stream: NodeJS.WriteStream): Watcher {
  const isSmart = stream.isTTY && process.env["TERM"] !== "dumb";
  return isSmart ? new LiveTree(stream) : new PlainLines(stream);
}

/** Says nothing. */
export const silent: Watcher = { update: () => {}, end: () => {} };

class LiveTree implements Watcher {
  readonly #stream: NodeJS.WriteStream;
  readonly #timer: NodeJS.Timeout;
  #state: RunState | undefined;
  #progress: Record<string, TaskProgress> = {};
  /** The lines of the tree that is on the screen. */
  #shown: readonly string[] = [];

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    this.#timer = setInterval(() => this.#draw([]), pace);
  }

  update(update: EngineUpdate, state: RunState | undefined): void {
    this.#state = state;
    Object.assign(this.#progress, update.progress);
    this.#draw(update.logs.map(logText));
  }

  end(state: RunState | undefined): void {
    clearInterval(this.#timer);
    this.#state = state ?? this.#state;
    this.#draw([], true);
    this.#state = undefined;
  }

  /** What is above the tree scrolls away; a tree that is higher than the screen is cut to its last lines. */
  #draw(above: readonly string[], isLast = false): void {
    if (!this.#state) return;
    const { columns, rows } = this.#stream;
    const style = {
      isColoured: process.env["NO_COLOR"] === undefined,
      // A terminal that says nothing is taken for the smallest that is usual.
      width: columns || 80,
    };
    const lines = treeLines(this.#state, this.#progress, Date.now(), style);
    // What went wrong is to be read as a whole once the tree stays.
    const below = isLast ? cutMessages(this.#state, lines) : [];
    const shown = isLast ? lines : lines.slice(-Math.max(1, (rows || 24) - 2));
    // A terminal that has become narrower since shows them in more rows.
    const height = this.#shown.reduce(
      (sum, line) => sum + rowsOf(line.replace(colours, ""), style.width),
      0,
    );
    const up = height > 0 ? `\u001b[${height}A` : "";
    const textOf = (some: readonly string[]) =>
      some.map((line) => `${line}\n`).join("");
    // Terminals do not agree on how wide some signs are, such as emoji of several. In one write, so that none is left so.
    this.#stream.write(
      `${up}\r\u001b[J${textOf(above)}${cutLines}${textOf(shown)}${wrapLines}${textOf(below)}`,
    );
    this.#shown = shown;
  }
}

class PlainLines implements Watcher {
  readonly #stream: NodeJS.WriteStream;
  #known = new Map<string, TaskRun>();

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  update(update: EngineUpdate, state: RunState | undefined): void {
    for (const line of update.logs) this.#write(logText(line));
    if (state) this.#tell(state);
  }

  end(state: RunState | undefined): void {
    if (!state) return;
    this.#tell(state);
    this.#write(headOf(state, Date.now()));
  }

  #tell(state: RunState): void {
    for (const node of state.graph.nodes) {
      const task = state.tasks.get(node.id);
      const before = this.#known.get(node.id);
      if (!task || task === before) continue;
      this.#known.set(node.id, task);
      const isNews =
        isFinal(task.state) ||
        task.state === "Retrying" ||
        task.state === "Paused";
      if (
        isNews &&
        (before?.state !== task.state || before.attempt !== task.attempt)
      )
        for (const line of taskLines(task.name ?? node.name, task))
          this.#write(line);
    }
  }

  #write(line: string): void {
    this.#stream.write(`${line}\n`);
  }
}

function logText({ node, level, text }: EngineUpdate["logs"][number]): string {
  return withoutCommands(
    `  ${node}: ${level === "info" ? "" : `${level}: `}${text}`,
  );
}
