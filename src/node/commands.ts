import { basename } from "node:path";
import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { checkParameters } from "../core/parameter.ts";
import { parseParameter } from "../core/parameter.ts";
import type { RunState } from "../core/run.ts";
import { isFinal } from "../core/state.ts";
import { graphSvg } from "../views/graph/graphSvg.ts";
import { pausedTasks } from "../runs/waitingRuns.ts";
import {
  readArguments,
  readParameters,
  splitAt,
  UsageError,
  type Arguments,
  type OptionName,
} from "./arguments.ts";
import type { Coordinator } from "./cluster/coordinator.ts";
import { openStore } from "./cluster/store.ts";
import { convertFile, pictureOf } from "./convert.ts";
import { databaseOf } from "./databaseOf.ts";
import { toMermaid } from "./mermaid.ts";
import { describe, graphOf, openProgram, type OpenProgram } from "./program.ts";
import { Runs } from "./runs.ts";
import { fetchKeptPackages } from "./packages.ts";
import { silent, watchRun, type Watcher } from "./watchRun.ts";

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
  run(given: Arguments, terminal: Terminal): Promise<number>;
}

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
    run: runFlow,
  },
  worker: {
    summary: "Runs tasks of runs on other machines.",
    takes: "the address of the queue: bullmq://host:6379",
    options: ["notebook", "slots", "store", "patience"],
    run: work,
  },
  plan: {
    summary: "Says what a run would do, task by task, and why.",
    options: [...choice, "db", "resume", "json"],
    run: showPlan,
  },
  graph: {
    summary: "Draws a flow's graph as Mermaid, SVG or JSON.",
    options: ["flow", "format", "output"],
    run: drawGraph,
  },
  convert: {
    summary:
      "Makes a notebook into a file of another kind, or the other way round.",
    options: ["output"],
    run: convert,
  },
  fetch: {
    summary:
      "Fetches the npm packages of a notebook, pins them, and keeps them beside it.",
    options: [],
    run: fetchPackages,
  },
  check: {
    summary: "Says what is wrong in a notebook, with cell, line and column.",
    options: ["json"],
    run: check,
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
  return command.run(
    readArguments(given, command.options, command.takes),
    terminal,
  );
}

async function runFlow(given: Arguments, terminal: Terminal): Promise<number> {
  const open = await openProgram(given.file);
  const graph = graphOf(open, given.flow);
  const parameters = readParameters(graph, given.parameters);
  const watcher = given.json ? silent : watchRun(terminal.error);
  const runs = await openRuns(open, given, terminal, watcher);
  const stopListening = terminal.onInterrupt(() => void runs.cancel());
  try {
    const wanted = {
      flow: graph.flow,
      parameters,
      from: given.from,
      to: given.to,
    };
    let state: RunState | undefined;
    for (const text of given.answers)
      state = await answer(runs, graph.flow, text);
    if (given.answers.length === 0)
      state = await (given.resume ? runs.resume(wanted) : runs.run(wanted));
    watcher.end(state);
    if (given.json) writeJson(terminal.out, await runs.report(state!));
    else if (!isFinal(state!.state)) tellWaiting(state!, terminal);
    return codeOf(state!);
  } finally {
    stopListening();
    await runs.close();
  }
}

async function showPlan(given: Arguments, terminal: Terminal): Promise<number> {
  const open = await openProgram(given.file);
  const graph = graphOf(open, given.flow);
  const parameters = readParameters(graph, given.parameters);
  const runs = await openRuns(open, given, terminal, silent);
  try {
    const items = await runs.plan(
      { flow: graph.flow, parameters, from: given.from, to: given.to },
      given.resume,
    );
    if (given.json) writeJson(terminal.out, items);
    else {
      const longest = Math.max(0, ...items.map(({ name }) => name.length));
      for (const { name, action, why } of items)
        terminal.out.write(
          `${action === "run" ? "run  " : "reuse"}  ${name.padEnd(longest)}  ${why}\n`,
        );
      const count = items.filter(({ action }) => action === "run").length;
      terminal.out.write(`${count} run, ${items.length - count} reused\n`);
    }
    return exitCodes.ok;
  } finally {
    await runs.close();
  }
}

async function drawGraph(given: Arguments, terminal: Terminal) {
  const open = await openProgram(given.file);
  const graph = graphOf(open, given.flow);
  const format = given.format ?? "mermaid";
  const writers: Readonly<Record<string, () => string>> = {
    mermaid: () => toMermaid(graph),
    svg: () => `${graphSvg(pictureOf(graph))}\n`,
    json: () => `${JSON.stringify(graph, null, 2)}\n`,
  };
  const write = Object.hasOwn(writers, format) ? writers[format] : undefined;
  if (!write)
    throw new UsageError(
      `There is no format ${format}. There is ${Object.keys(writers).join(", ")}.`,
    );
  await put(write(), given.output, terminal);
  return exitCodes.ok;
}

/** From and to are known by how the names end. */
async function convert(given: Arguments, terminal: Terminal): Promise<number> {
  if (given.output === undefined)
    throw new UsageError(
      "Say what to make: -o name.flow.md, name.ipynb, name.html or name.ts.",
    );
  const { text, messages } = await convertFile(given.file, given.output);
  for (const message of messages) terminal.error.write(`${message}\n`);
  await put(text, given.output, terminal);
  return exitCodes.ok;
}

async function fetchPackages({ file }: Arguments, { error }: Terminal) {
  const { fetched, cdn } = await fetchKeptPackages(file);
  error.write(
    fetched.length === 0
      ? `All packages of ${basename(file)} are here.\n`
      : `Fetched from ${new URL(cdn).host} and pinned: ${fetched.join(", ")}.\n`,
  );
  return exitCodes.ok;
}

async function check(given: Arguments, terminal: Terminal): Promise<number> {
  const { problems, graphs } = await openProgram(given.file);
  const errors = problems.filter(({ severity }) => severity === "error");
  if (given.json) writeJson(terminal.out, problems);
  else {
    for (const problem of problems)
      terminal.out.write(`${given.file}: ${describe(problem)}\n`);
    const flows = graphs.map(({ flow, nodes }) => {
      const tasks = nodes.filter(({ kind }) => kind === "task").length;
      return `${flow} (${tasks} ${tasks === 1 ? "task" : "tasks"})`;
    });
    if (errors.length === 0)
      terminal.out.write(
        `${basename(given.file)} is good: ${flows.length > 0 ? flows.join(", ") : "no flow"}.\n`,
      );
  }
  return errors.length > 0 ? exitCodes.badNotebook : exitCodes.ok;
}

/** Makes attempts for other machines until it is interrupted. */
async function work(given: Arguments, terminal: Terminal): Promise<number> {
  const { parseAddress, showAddress } = await import("./cluster/address.ts");
  const { ClusterWorker } = await import("./cluster/clusterWorker.ts");
  const address = parseAddress(given.file);
  const slots = given.slots ?? availableParallelism();
  const say = (line: string) => void terminal.error.write(`${line}\n`);
  const notebook =
    given.notebook === undefined
      ? undefined
      : await openProgram(given.notebook);
  const worker = await ClusterWorker.open({
    address,
    notebook,
    slots,
    store: given.store === undefined ? undefined : openStore(given.store),
    patience: given.patience ?? 10_000,
    say,
  });
  say(
    `Working for ${showAddress(address)}, ${slots} at once${notebook ? `, on ${given.notebook} only` : ""}.`,
  );
  await new Promise<void>((resolve) => terminal.onInterrupt(resolve));
  await worker.close();
  return exitCodes.ok;
}

async function openCoordinator(
  { executor, store }: Arguments,
  terminal: Terminal,
): Promise<Coordinator | undefined> {
  if (executor === undefined) {
    if (store === undefined) return undefined;
    throw new UsageError("--store is for runs on many machines: --executor.");
  }
  const { parseAddress } = await import("./cluster/address.ts");
  const { Coordinator } = await import("./cluster/coordinator.ts");
  return Coordinator.open(parseAddress(executor), {
    store: store === undefined ? undefined : openStore(store),
    say: (line) => void terminal.error.write(`${line}\n`),
  });
}

async function openRuns(
  open: OpenProgram,
  given: Arguments,
  terminal: Terminal,
  watcher: Watcher,
): Promise<Runs> {
  const coordinator = await openCoordinator(given, terminal);
  return Runs.open(open, {
    ...(coordinator ? { coordinator } : {}),
    database: given.database ?? databaseOf(given.file),
    ...(given.hosts ? { hosts: given.hosts } : {}),
    ...(given.workers === undefined ? {} : { workers: given.workers }),
    update: (update, state) => watcher.update(update, state),
    stuck() {
      // Nothing can interrupt a query of SQLite's; what was committed is safe whatever happens to the process.
      terminal.error.write(
        "A query of SQLite's does not end, and only ending the whole run stops it. What was committed is kept: go on with --resume.\n",
      );
      process.kill(process.pid, "SIGKILL");
    },
  });
}

/** Takes `task`, `task=approve`, `task=decline` or `task={"field": value}`. */
async function answer(runs: Runs, flow: string, text: string) {
  if (!text.includes("=")) return runs.answer(text, { type: "approve" }, flow);
  const [task, value] = splitAt(text, "--answer", "review=approve");
  if (value === "approve") return runs.answer(task, { type: "approve" }, flow);
  if (value === "resume") return runs.answer(task, { type: "resume" }, flow);
  if (value === "decline") return runs.answer(task, { type: "decline" }, flow);
  return runs.answer(
    task,
    { type: "approve" },
    flow,
    readForm(runs, flow, task, value),
  );
}

function readForm(runs: Runs, flow: string, task: string, text: string) {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    throw new UsageError(
      `--answer ${task}= takes approve, decline, resume, or the fields of its form as JSON: --answer '${task}={"field": "value"}'.`,
    );
  }
  const node = runs
    .last(flow)
    ?.graph.nodes.find(
      (one) => one.kind === "task" && (one.id === task || one.name === task),
    );
  const form =
    node?.kind === "task" && node.operator?.type === "ask"
      ? node.operator.form
      : [];
  const values = Object.entries(given as Record<string, unknown>).map(
    ([name, value]) => {
      const field = form.find((one) => one.name === name);
      return [
        name,
        field && typeof value === "string"
          ? parseParameter(field, value)
          : value,
      ] as const;
    },
  );
  return checkParameters(form, Object.fromEntries(values));
}

function tellWaiting(state: RunState, { error }: Terminal): void {
  for (const { node, run } of pausedTasks(state))
    error.write(
      `${node} waits for an answer${run.message ? `: ${run.message}` : ""}. Give it with --answer ${node}=approve (or =decline, or =JSON for a form).\n`,
    );
}

function codeOf({ state }: RunState): number {
  if (state === "Success" || state === "Cached" || state === "Skipped")
    return exitCodes.ok;
  if (state === "Cancelled") return exitCodes.cancelled;
  return state === "Paused" ? exitCodes.paused : exitCodes.failed;
}

async function put(text: string, file: string | undefined, { out }: Terminal) {
  if (file === undefined) out.write(text);
  else await writeFile(file, text);
}

function writeJson(out: NodeJS.WriteStream, value: unknown): void {
  const plain = (_: string, part: unknown) =>
    typeof part === "bigint" ? String(part) : part;
  out.write(`${JSON.stringify(value, plain, 2)}\n`);
}
