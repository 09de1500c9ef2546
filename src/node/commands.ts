import {
  readArguments,
  UsageError,
  type Arguments,
  type OptionName,
} from "./arguments.ts";

/** What a command ends with, so that scripts can tell. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  badNotebook: 3,
  paused: 4,
  inUse: 5,
  cancelled: 130,
} as const;

/** What a command writes to, and is interrupted by. */
export interface Terminal {
  out: NodeJS.WriteStream;
  error: NodeJS.WriteStream;
  /** Calls back when the user asks to stop; gives a function that stops listening. */
  onInterrupt(stop: () => void): () => void;
}

export interface Command {
  summary: string;
  /** What it is called with, if not a notebook, for the message when that is missing. */
  takes?: string;
  options: readonly OptionName[];
  /** Gives what carries it out; only what a command needs is loaded. */
  load(): Promise<CarryOut>;
}

/** Carries out a command; gives its exit code. */
export type CarryOut = (
  given: Arguments,
  terminal: Terminal,
) => Promise<number>;

const choice: readonly OptionName[] = ["flow", "param", "from", "to"];

/** The commands, by name. */
export const commands: Readonly<Record<string, Command>> = {
  run: {
    summary:
      "Runs a flow of a notebook and keeps rows, results and history in an SQLite file.",
    options: [
      ...choice,
      "db",
      "resume",
      "answer",
      "json",
      "allow-host",
      "workers",
      "executor",
      "store",
    ],
    load: async () => (await import("./runCommands.ts")).runFlow,
  },
  worker: {
    summary: "Runs tasks of runs on other machines.",
    takes: "the address of the queue: bullmq://host:6379",
    options: ["notebook", "slots", "store", "patience"],
    load: async () => (await import("./runCommands.ts")).work,
  },
  plan: {
    summary: "Says what a run would do, task by task, and why.",
    options: [...choice, "db", "resume", "json"],
    load: async () => (await import("./runCommands.ts")).showPlan,
  },
  graph: {
    summary: "Draws a flow's graph as Mermaid, SVG or JSON.",
    options: ["flow", "format", "output"],
    load: async () => (await import("./fileCommands.ts")).drawGraph,
  },
  convert: {
    summary:
      "Makes a notebook into a file of another kind, or the other way round.",
    options: ["output"],
    load: async () => (await import("./fileCommands.ts")).convert,
  },
  fetch: {
    summary:
      "Fetches the npm packages of a notebook, pins them, and keeps them beside it.",
    options: [],
    load: async () => (await import("./fileCommands.ts")).fetchPackages,
  },
  check: {
    summary: "Says what is wrong in a notebook, with cell, line and column.",
    options: ["json"],
    load: async () => (await import("./fileCommands.ts")).check,
  },
};

/** Runs a command as typed; gives its exit code. */
export async function runCommand(
  name: string,
  given: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const command = commands[name];
  if (!command || !Object.hasOwn(commands, name))
    throw new UsageError(
      `There is no command ${name}. The commands are ${Object.keys(commands).join(", ")}.`,
    );
  const read = readArguments(given, command.options, command.takes);
  const carryOut = await command.load();
  return carryOut(read, terminal);
}
