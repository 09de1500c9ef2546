/** The commands that run, or would run, a notebook's flows. */
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { checkParameters } from "../core/parameter.ts";
import { parseParameter } from "../core/parameterText.ts";
import type { RunState } from "../core/run.ts";
import { isFinal } from "../core/state.ts";
import { asSentence, showValue } from "../core/words.ts";
import { pausedTasks, type Found } from "../runs/waitingRuns.ts";
import {
  readParameters,
  splitAt,
  UsageError,
  type Arguments,
} from "./arguments.ts";
import type { Coordinator } from "./cluster/coordinator.ts";
import { openStore } from "./cluster/store.ts";
import { exitCodes, type Terminal } from "./commands.ts";
import { databaseOf } from "./databaseOf.ts";
import { loadDriver } from "./driver.ts";
import { copyHistory } from "./historyCopy.ts";
import { describe, errorsOf } from "./problems.ts";
import { graphOf, openProgram, type OpenProgram } from "./program.ts";
import {
  CancelledEarly,
  nothingToResume,
  Runs,
  type RunChoice,
} from "./runs.ts";
import { findWaiting, nameOfWaiting, splitAnswer } from "./waitingTask.ts";
import { silent, watchRun, type Watcher } from "./watchRun.ts";
import { writeJson, writeJsonError } from "./writeOut.ts";

export async function runFlow(
  given: Arguments,
  terminal: Terminal,
): Promise<number> {
  if (given.answers.length > 0)
    refuse(given, "answer", ["resume", "param", "from", "to"]);
  const { open, wanted } = await openFlow(given, terminal);
  // It would be made, and stay behind without a run.
  const isThere = existsSync(given.database ?? databaseOf(given.file));
  if (!isThere && given.resume) throw nothingToResume(wanted.flow);
  if (!isThere && given.answers.length > 0)
    findWaiting(undefined, given.answers[0]!);
  const watcher = given.json ? silent : watchRun(terminal.error);
  return withRuns(open, given, terminal, watcher, async (runs) => {
    let state: RunState | undefined;
    for (const text of given.answers)
      state = await answer(runs, wanted.flow, text);
    if (given.answers.length === 0)
      state = await (given.resume ? runs.resume(wanted) : runs.run(wanted));
    watcher.end(state);
    if (given.json) writeJson(terminal.out, await runs.report(state!));
    else if (!isFinal(state!.state)) tellWaiting(state!, terminal);
    return codeOf(state!);
  });
}

export async function showPlan(
  given: Arguments,
  terminal: Terminal,
): Promise<number> {
  const { open, wanted } = await openFlow(given, terminal);
  const database = given.database ?? databaseOf(given.file);
  // What did not run should not look as if it had.
  const folder = await mkdtemp(join(tmpdir(), "flowbook-"));
  try {
    const copy = existsSync(database)
      ? copyHistory(loadDriver(), database, folder)
      : join(folder, "plan.sqlite");
    return await planIn(copy, given, open, wanted, terminal);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function planIn(
  database: string,
  given: Arguments,
  open: OpenProgram,
  wanted: RunChoice,
  terminal: Terminal,
): Promise<number> {
  const kept = { ...given, database };
  return withRuns(open, kept, terminal, silent, async (runs) => {
    const items = await runs.plan(wanted, given.resume);
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
  });
}

/** The notebook, and which of its flows is wanted with which parameters, and how much of it. */
async function openFlow(given: Arguments, { error }: Terminal) {
  if (given.resume) refuse(given, "resume", ["from", "to"]);
  const { file, flow, parameters, from, to } = given;
  const open = await openProgram(file);
  const graph = graphOf(open, flow);
  for (const problem of errorsOf(open))
    error.write(`${describe(file, problem)}\n`);
  const wanted = {
    flow: graph.flow,
    parameters: readParameters(graph, parameters),
    from,
    to,
  };
  return { open, wanted };
}

/** Refuses what would be ignored where a run goes on. */
function refuse(
  { resume, parameters, from, to }: Arguments,
  option: "answer" | "resume",
  others: readonly ("resume" | "param" | "from" | "to")[],
): void {
  const given = { resume, param: parameters.length > 0, from, to };
  const ignored = others.filter((name) => given[name]);
  if (ignored.length > 0)
    throw new UsageError(
      `--${option} goes on with the last run as it is: leave out ${ignored.map((name) => `--${name}`).join(" and ")}.`,
    );
}

/** Makes attempts for other machines until it is interrupted. */
export async function work(
  given: Arguments,
  terminal: Terminal,
): Promise<number> {
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

/** Opens the notebook's file for some work; whoever interrupts that, however early, finds the file closed in good order. */
async function withRuns(
  open: OpenProgram,
  given: Arguments,
  terminal: Terminal,
  watcher: Watcher,
  work: (runs: Runs) => Promise<number>,
): Promise<number> {
  let runs: Runs | undefined;
  let isStopped = false;
  const stopListening = terminal.onInterrupt(() => {
    isStopped = true;
    void runs?.cancel();
  });
  try {
    runs = await openRuns(open, given, terminal, watcher);
    if (isStopped) await runs.cancel();
    return await work(runs);
  } catch (thrown) {
    watcher.end(undefined);
    if (!(thrown instanceof CancelledEarly)) throw thrown;
    terminal.error.write(`${thrown.message}\n`);
    if (given.json) writeJsonError(terminal.out, thrown);
    return exitCodes.cancelled;
  } finally {
    await runs?.close();
    stopListening();
  }
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
    stuck(message) {
      terminal.error.write(`${message} (--resume)\n`);
      // What was committed is safe whatever happens to the process.
      process.kill(process.pid, "SIGKILL");
    },
  });
}

/** Takes `task`, `task=approve`, `task=decline`, `task=resume` or `task={"field": value}`; the task may be `task[1]`, an element of a map. */
async function answer(runs: Runs, flow: string, text: string) {
  const [task, value] = splitAnswer(await runs.lastByNow(flow), text);
  if (value === undefined) return runs.answer(task, { type: "approve" }, flow);
  if (task === "") splitAt(text, "--answer", "review=approve");
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
  const given = readFields(text);
  if (!given)
    throw new UsageError(
      `--answer ${task}= takes approve, decline, resume, or the fields of its form as JSON: --answer '${task}={"field": "value"}'. Given was ${showValue(text)}.`,
    );
  const { operator } = findWaiting(runs.last(flow), task).node;
  if (operator?.type !== "ask")
    throw new UsageError(
      `${task} has no form to fill in: --answer ${task}= takes approve or decline. It still waits.`,
    );
  const { form } = operator;
  const values = Object.entries(given).map(([name, value]) => {
    const field = form.find((one) => one.name === name);
    return [
      name,
      field && typeof value === "string" ? parseParameter(field, value) : value,
    ] as const;
  });
  return checkParameters(form, Object.fromEntries(values), "form");
}

/** The fields of a form that a text has as a JSON object; undefined if it is none. */
function readFields(text: string): Record<string, unknown> | undefined {
  try {
    const given: unknown = JSON.parse(text);
    return typeof given === "object" && given !== null && !Array.isArray(given)
      ? (given as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function tellWaiting(state: RunState, { error }: Terminal): void {
  for (const found of pausedTasks(state)) {
    const name = nameOfWaiting(found);
    const { message } = found.run;
    error.write(
      `${asSentence(`${name} waits for an answer${message ? `: ${message}` : ""}`)} Give it with ${howToAnswer(state, found)}.\n`,
    );
  }
}

/** The option that answers a task: of a form with its fields, which have no values of their own here. */
function howToAnswer({ graph }: RunState, found: Found): string {
  const name = nameOfWaiting(found);
  // A shell takes brackets for the names of files.
  const quote = found.path.length > 0 ? "'" : "";
  const node = graph.nodes.find((one) => one.id === found.node);
  if (node?.kind !== "task" || node.operator?.type !== "ask")
    return `--answer ${quote}${name}=approve${quote} (or =decline)`;
  const fields = node.operator.form.map(
    (field) => `${JSON.stringify(field.name)}: …`,
  );
  return `--answer '${name}={${fields.join(", ")}}' (or ${quote}${name}=decline${quote})`;
}

function codeOf({ state }: RunState): number {
  if (state === "Success" || state === "Cached" || state === "Skipped")
    return exitCodes.ok;
  if (state === "Cancelled") return exitCodes.cancelled;
  return state === "Paused" ? exitCodes.paused : exitCodes.failed;
}
