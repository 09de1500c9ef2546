/**
 * Runs flows on a clock of their own, with real values: a task's function is called with what the graph says, and what it
 * returns is kept as the engine would keep it. A script says what goes wrong and how long everything takes.
 */
import {
  FlowError,
  fromErrorData,
  toErrorData,
} from "../../src/core/errors.ts";
import type { ErrorData } from "../../src/core/errors.ts";
import type {
  Answer,
  Command,
  RunEvent,
  TaskNumber,
  Time,
} from "../../src/core/events.ts";
import type {
  Graph,
  NodeId,
  Operator,
  TaskNode,
} from "../../src/core/graph.ts";
import { isRunByRun } from "../../src/core/graphIndex.ts";
import { taskKeys } from "../../src/core/keys.ts";
import {
  flattenedMap,
  optionsOf,
  sourcesOfFlattened,
  unequal,
  upstreamOf,
} from "../../src/core/openRuns.ts";
import { resultKeyOf } from "../../src/core/resume.ts";
import type { RunState, TaskRun } from "../../src/core/run.ts";
import { start, step } from "../../src/core/scheduler.ts";
import type { SchedulerState } from "../../src/core/scheduler.ts";
import { nodeOf } from "../../src/core/schedulerState.ts";
import { snapshot, taskRun } from "../../src/core/snapshot.ts";
import { hasResult, isFinal } from "../../src/core/state.ts";
import type { State } from "../../src/core/state.ts";
import { Absent, resolveTemplate, toList } from "../../src/core/template.ts";
import type { Values } from "../../src/core/template.ts";

/** How an attempt goes; times in milliseconds. */
export interface Attempt {
  /** `reuse` is a result that an earlier run left; the value is then `value`. */
  ends?: "return" | "fail" | "crash" | "hang" | "skip" | "pause" | "reuse";
  takes?: number;
  /** From the command to the start; the worker has to be made. */
  startTakes?: number;
  commitTakes?: number;
  commitFails?: boolean;
  message?: string;
  /** What the function returns, in place of what it would. */
  value?: unknown;
  retry?: (RunEvent & { type: "attempt-failed" })["retry"];
  /** How long a pause may last. */
  waits?: number;
  /** Of the result, in bytes. */
  size?: number;
}

/** A task's function; what it throws fails the attempt. */
export type TaskFunction = (...args: unknown[]) => unknown;

/** What a person says, and how long it takes; undefined for never. */
export interface PersonsAnswer {
  answer: Answer;
  after?: number;
  /** The answers to a form. */
  value?: unknown;
}

/** What happens from outside, and when: an event, or one that depends on the run as it is then. */
export interface Happening {
  at: Time;
  event: RunEvent | ((state: SchedulerState) => RunEvent | undefined);
}

export interface Settings {
  /** How an attempt of a run goes; runs are called `inc`, their elements `inc[1]`. */
  script?: (run: string, attempt: number) => Attempt;
  /** By the name of the task; one that is missing returns the run's name. */
  functions?: Readonly<Record<string, TaskFunction>>;
  /** What triggers that are functions answer, by node. */
  triggers?: Readonly<
    Record<
      NodeId,
      (
        upstream: readonly State[],
      ) => (RunEvent & { type: "trigger-answered" })["end"]
    >
  >;
  /** Asked whenever a run pauses. */
  person?: (run: string) => PersonsAnswer | undefined;
  /** The simulation to go on from: to resume its run, or to begin another that may use its results. */
  from?: Simulation;
  cancelAt?: Time | undefined;
  interruptAt?: Time | undefined;
  happenings?: readonly Happening[];
  /** Whether stopped attempts go on to send their events. */
  late?: boolean;
  /** Whether attempts that come to nothing special are told of together. */
  batches?: boolean;
  /** Is asked after each event. */
  check?: (
    state: SchedulerState,
    event: RunEvent,
    commands: readonly Command[],
  ) => void;
}

export interface Simulation {
  scheduler: SchedulerState;
  /** As it is at the end. */
  state: RunState;
  events: RunEvent[];
  /** Attempts that started, in order, as `run#attempt`. */
  started: string[];
  /** What functions were called with, by run; the last call counts. */
  calls: ReadonlyMap<string, readonly unknown[]>;
  commands: Command[];
  /** All results, by run and key. */
  results: Map<string, unknown>;
}

/** The event that starts a run of a graph. */
export function startOf(
  graph: Graph,
  more: Partial<RunEvent & { type: "run-started" }> = {},
): RunEvent & { type: "run-started" } {
  const parameters = more.parameters ?? {};
  return {
    type: "run-started",
    at: 0,
    run: "run-1",
    graph,
    keys: taskKeys(graph, {}, parameters),
    parameters,
    reused: [],
    excluded: [],
    ...more,
  };
}

/**
 * Runs a flow until it is final, or waits for people who say nothing. Every event is sent that an executor might send, late
 * ones included: a stopped attempt may still return.
 */
export function simulate(
  first: RunEvent & { type: "run-started" | "run-resumed" },
  settings: Settings = {},
): Simulation {
  return new World(first, settings).run();
}

/** What a run is called in a script: its node's id and its places. */
export function runName(state: SchedulerState, number: TaskNumber): string {
  const { id } = nodeOf(state, number);
  const path = state.table.path(number);
  return `${id}${path.map((place) => `[${place}]`).join("")}`;
}

/** A run as it is now. */
export function look(scheduler: SchedulerState): RunState {
  return snapshot(scheduler);
}

/** All that there is to know of a run, as plain data that can be compared. */
export function plainOf(scheduler: SchedulerState): unknown {
  const { table, index } = scheduler;
  const tasks = new Map<string, unknown>();
  for (let number = 0; number < table.size; number += 1) {
    if (index.nodes[table.node[number]!]!.kind !== "task") continue;
    const { children, ...rest } = taskRun(scheduler, number);
    tasks.set(`${number} ${runName(scheduler, number)}`, {
      ...rest,
      shape: children?.shape,
    });
  }
  const { numberOf: _, tasks: __, graph: ___, ...run } = snapshot(scheduler);
  const { unfinished, active, paused, now } = scheduler;
  return { ...run, tasks, unfinished, active, paused, now };
}

/** The states of all tasks by id. */
export function statesOf({ state }: { state: RunState }) {
  return Object.fromEntries(
    [...state.tasks].map(([id, task]) => [id, task.state]),
  );
}

/** The states of a map's innermost runs, in order. */
export function elementsOf(
  { state }: { state: RunState },
  id: NodeId,
): State[] {
  const { children } = state.tasks.get(id)!;
  if (!children) throw new Error(`${id} has no elements.`);
  return Array.from({ length: children.count }, (_, at) =>
    children.stateOf(at),
  );
}

/** One task run: `inc`, or `inc[1]` for an element. */
export function runOf({ scheduler, state }: Simulation, name: string): TaskRun {
  const number = numberOf(state, name);
  return taskRun(scheduler, number);
}

/** The number of a task run by its name. */
export function numberOf(
  state: Pick<RunState, "numberOf">,
  name: string,
): TaskNumber {
  const [, id = "", places = ""] = /^(.*?)((?:\[\d+\])*)$/.exec(name)!;
  const path = [...places.matchAll(/\d+/g)].map(Number);
  const number = state.numberOf(id, path);
  if (number === undefined) throw new Error(`There is no task run ${name}.`);
  return number;
}

/** The value that a node has for those downstream of it. */
export function valueOf(
  { scheduler, results }: Simulation,
  id: NodeId,
): unknown {
  const value = valueOfRun(
    scheduler,
    results,
    scheduler.index.numberOf.get(id)!,
  );
  return value instanceof Absent ? value.value : value;
}

/** A script in which some attempts are special: `inc[1]#2`, or all of `inc[1]`, or all elements of `inc`. */
export function script(
  special: Readonly<Record<string, Attempt>>,
): NonNullable<Settings["script"]> {
  return (run, attempt) =>
    special[`${run}#${attempt}`] ??
    special[run] ??
    special[run.replace(/\[.*/, "")] ??
    {};
}

class World {
  readonly #settings: Settings;
  readonly #first: RunEvent & { type: "run-started" | "run-resumed" };
  #state: SchedulerState;
  /** In the order in which it happens: by time, and at one time as it was sent. */
  readonly #queue: { at: Time; order: number; event: Happening["event"] }[] =
    [];
  #order = 0;
  readonly #events: RunEvent[];
  readonly #started: string[] = [];
  readonly #calls = new Map<string, readonly unknown[]>();
  readonly #commands: Command[] = [];
  readonly #stopped = new Set<string>();
  readonly #results: Map<string, unknown>;
  /** What attempts returned that are not committed yet. */
  readonly #returned = new Map<TaskNumber, unknown>();
  readonly #firstCommands: Command[];

  constructor(
    first: RunEvent & { type: "run-started" | "run-resumed" },
    settings: Settings,
  ) {
    this.#first = first;
    this.#settings = settings;
    const { from } = settings;
    this.#results = new Map(from?.results);
    const isNew = first.type === "run-started";
    const begun = isNew ? start(first) : step(from!.scheduler, first);
    this.#events = [...(isNew ? [] : from!.events), first];
    this.#state = begun.state;
    this.#firstCommands = begun.commands;
  }

  run(): Simulation {
    const {
      check,
      late,
      cancelAt,
      interruptAt,
      happenings = [],
    } = this.#settings;
    check?.(this.#state, this.#first, this.#firstCommands);
    this.#obey(this.#firstCommands, this.#first.at);
    if (cancelAt !== undefined)
      this.#send({ type: "cancel-requested", at: cancelAt });
    if (interruptAt !== undefined)
      this.#send({ type: "run-interrupted", at: interruptAt });
    for (const { at, event } of happenings) this.#send(event, at);

    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      if (isFinal(this.#state.state) && !late) break;
      const event =
        typeof next.event === "function" ? next.event(this.#state) : next.event;
      if (!event) continue;
      const isLate =
        "attempt" in event &&
        this.#stopped.has(`${event.task}#${event.attempt}`);
      if (isLate && !late && event.type !== "timer-fired") continue;
      if (event.type === "attempt-started" && !isLate)
        this.#started.push(
          `${runName(this.#state, event.task)}#${event.attempt}`,
        );
      if (event.type === "attempts-committed")
        for (const task of event.tasks)
          if (!this.#stopped.has(`${task}#1`))
            this.#started.push(`${runName(this.#state, task)}#1`);
      this.#keepResults(event);
      this.#events.push(event);
      const { state, commands } = step(this.#state, event);
      this.#state = state;
      check?.(state, event, commands);
      // An engine that is gone obeys nothing any more.
      if (event.type === "run-interrupted") break;
      this.#obey(commands, event.at);
    }
    return {
      scheduler: this.#state,
      state: snapshot(this.#state),
      events: this.#events,
      started: this.#started,
      calls: this.#calls,
      commands: this.#commands,
      results: this.#results,
    };
  }

  #send(event: Happening["event"], at?: Time): void {
    const when = at ?? (event as RunEvent).at;
    const entry = { at: when, order: this.#order++, event };
    let place = this.#queue.length;
    while (place > 0 && this.#queue[place - 1]!.at > when) place -= 1;
    this.#queue.splice(place, 0, entry);
  }

  /** Results are on disk before they are events. */
  #keepResults(event: RunEvent): void {
    const keep = (task: TaskNumber) => {
      const key = `${this.#state.run} ${resultKeyOf(this.#state, task)}`;
      this.#results.set(key, this.#returned.get(task));
    };
    if (event.type === "attempt-committed" || event.type === "task-marked")
      keep(event.task);
    if (event.type === "attempts-committed") event.tasks.forEach(keep);
    if (event.type === "attempt-reused")
      this.#results.set(
        `${event.run} ${event.key}`,
        this.#returned.get(event.task),
      );
  }

  #obey(commands: readonly Command[], now: Time): void {
    const together: TaskNumber[] = [];
    for (const command of commands) {
      this.#commands.push(command);
      const { task } = command;
      switch (command.type) {
        case "start-attempt":
          if (this.#settings.batches && this.#isPlain(command))
            together.push(task);
          else this.#startAttempt(command, now);
          break;
        case "commit-attempt":
          this.#commitAttempt(command, now);
          break;
        case "map-task":
          this.#send(this.#mapTask(task, now));
          break;
        case "ask-trigger":
          this.#send(this.#askTrigger(task, now));
          break;
        case "stop-attempt":
          this.#stopped.add(`${task}#${command.attempt}`);
          break;
        case "set-timer": {
          const { at, timer, attempt } = command;
          this.#send({ type: "timer-fired", at, task, attempt, timer });
        }
      }
    }
    if (together.length > 0) this.#commitTogether(together, now);
  }

  #script(task: TaskNumber, attempt: number): Attempt {
    return this.#settings.script?.(runName(this.#state, task), attempt) ?? {};
  }

  /** Calls the function of a task. Throws what it throws. */
  #call(task: TaskNumber, attempt: number, isFallback = false): unknown {
    const node = nodeOf(this.#state, task);
    const name = runName(this.#state, task);
    const args = this.#resolve(task, node.args);
    this.#calls.set(name, args);
    const { value } = this.#script(task, attempt);
    if (value !== undefined) return value;
    const { functions = {} } = this.#settings;
    const fn = functions[isFallback ? `${node.task} fallback` : node.task];
    return fn ? fn(...args) : name;
  }

  #startAttempt(command: Command & { type: "start-attempt" }, now: Time): void {
    const { task, attempt, fallback } = command;
    const node = nodeOf(this.#state, task);
    if (node.operator) {
      this.#operate(task, attempt, node.operator, node, now);
      return;
    }
    const plan = this.#script(task, attempt);
    const { takes = 10, startTakes = 0, message = "boom" } = plan;
    let { ends = "return" } = plan;
    let error: ErrorData = { name: "Error", message };
    if (ends === "return" || ends === "reuse")
      try {
        this.#returned.set(task, this.#call(task, attempt, fallback));
      } catch (thrown) {
        ends = "fail";
        error = toFailure(thrown);
      }
    const startAt = now + startTakes;
    const at = startAt + takes;
    if (ends !== "reuse")
      this.#send({ type: "attempt-started", at: startAt, task, attempt });
    switch (ends) {
      case "return":
        this.#send({ type: "attempt-returned", at, task, attempt });
        break;
      case "reuse":
        this.#send({
          type: "attempt-reused",
          at,
          task,
          attempt,
          run: "run-0",
          key: `cached ${runName(this.#state, task)}`,
          runAt: 0,
          size: 8,
        });
        break;
      case "fail":
        this.#send({
          type: "attempt-failed",
          at,
          task,
          attempt,
          error,
          ...(plan.retry ? { retry: plan.retry } : {}),
        });
        break;
      case "crash":
        this.#send({ type: "attempt-crashed", at, task, attempt, message });
        break;
      case "skip":
        this.#send({
          type: "attempt-skipped",
          at,
          task,
          attempt,
          message: plan.message,
        });
        break;
      case "pause":
        this.#send({
          type: "attempt-paused",
          at,
          task,
          attempt,
          message: plan.message,
          ...(plan.waits === undefined ? {} : { until: at + plan.waits }),
        });
        this.#askPerson(task, at);
        break;
      case "hang":
        break;
    }
  }

  #commitAttempt(
    { task, attempt }: Command & { type: "commit-attempt" },
    now: Time,
  ): void {
    const {
      commitTakes = 1,
      commitFails,
      size = 8,
    } = this.#script(task, attempt);
    const at = now + commitTakes;
    const { operator, args } = nodeOf(this.#state, task);
    if (operator?.type === "approve")
      this.#returned.set(task, this.#resolve(task, args)[0]);
    const error = { name: "Error", message: "the disk is full" };
    this.#send(
      commitFails
        ? { type: "attempt-failed", at, task, attempt, error }
        : { type: "attempt-committed", at, task, attempt, size },
    );
  }

  /** Whether an attempt starts, returns and is committed without anything to tell in between. */
  #isPlain({
    task,
    attempt,
    fallback,
    resumed,
  }: Command & { type: "start-attempt" }): boolean {
    const node = nodeOf(this.#state, task);
    const { ends = "return", commitFails } = this.#script(task, attempt);
    if (attempt !== 1 || fallback || resumed || node.operator) return false;
    if (ends !== "return" || commitFails) return false;
    try {
      this.#returned.set(task, this.#call(task, attempt));
      return true;
    } catch (thrown) {
      toFailure(thrown);
      return false;
    }
  }

  #commitTogether(tasks: readonly TaskNumber[], now: Time): void {
    const at =
      now +
      Math.max(
        ...tasks.map((task) => {
          const {
            takes = 10,
            startTakes = 0,
            commitTakes = 1,
          } = this.#script(task, 1);
          return startTakes + takes + commitTakes;
        }),
      );
    this.#send({
      type: "attempts-committed",
      at,
      tasks: Int32Array.from(tasks),
      startedAt: tasks.map(() => now),
      endedAt: tasks.map(() => at),
      sizes: tasks.map(() => 8),
    });
  }

  /** What the engine does itself. */
  #operate(
    task: TaskNumber,
    attempt: number,
    operator: Operator,
    node: TaskNode,
    now: Time,
  ): void {
    const of = { at: now, task, attempt };
    this.#send({ type: "attempt-started", ...of });
    try {
      switch (operator.type) {
        case "case": {
          const [condition] = this.#resolve(task, node.args);
          if (passes(operator.test, condition)) break;
          const message = "The condition chose another branch.";
          this.#send({ type: "attempt-skipped", ...of, message });
          return;
        }
        case "merge": {
          const chosen = optionsOf(this.#state, task, node).indexOf(false);
          const [value] = this.#resolve(task, [node.args[chosen]!]);
          this.#returned.set(task, value);
          break;
        }
        case "flow":
          this.#returned.set(task, this.#resolve(task, node.args)[0]);
          break;
        case "approve":
        case "ask": {
          const { message, timeout } = operator;
          this.#resolve(task, node.args);
          this.#send({
            type: "attempt-paused",
            ...of,
            message,
            ...(timeout === undefined ? {} : { until: now + timeout }),
          });
          this.#askPerson(task, now);
          return;
        }
      }
      this.#send({ type: "attempt-returned", ...of });
    } catch (thrown) {
      this.#send({ type: "attempt-failed", ...of, error: toFailure(thrown) });
    }
  }

  #askPerson(task: TaskNumber, now: Time): void {
    const said = this.#settings.person?.(runName(this.#state, task));
    if (!said) return;
    const { answer, after = 5, value } = said;
    const at = now + after;
    this.#send(() => {
      if (value !== undefined) this.#returned.set(task, value);
      return { type: "pause-answered", at, task, answer };
    }, at);
  }

  #mapTask(task: TaskNumber, at: Time): RunEvent {
    const { table, index } = this.#state;
    const node = nodeOf(this.#state, task);
    const level = table.level[task]!;
    const path = table.path(task);
    const depthOf = (id: NodeId) => {
      const other = index.nodes[index.numberOf.get(id)!]!;
      return other.kind === "task" ? other.over.length : 0;
    };
    try {
      let first: { input: string; count: number } | undefined;
      let sources: TaskNumber[] | undefined;
      for (const { input, of } of node.over[level]!) {
        let count: number;
        if (isRunByRun(of, level, depthOf))
          count =
            table.count[table.find(index.numberOf.get(of.node)!, path, level)]!;
        else {
          count = toList(this.#resolve(task, [of])[0], () => input).length;
          const flattened = flattenedMap(this.#state, of, path);
          if (flattened !== undefined)
            sources ??= sourcesOfFlattened(this.#state, flattened, (run) => {
              const value = valueOfRun(this.#state, this.#results, run);
              return Array.isArray(value) ? value.length : 1;
            });
        }
        if (first && first.count !== count)
          throw new FlowError(
            "task-failed",
            unequal(first.input, first.count, input, count),
          );
        first ??= { input, count };
      }
      const count = first?.count ?? 0;
      return {
        type: "task-mapped",
        at,
        task,
        count,
        ...(sources ? { sources } : {}),
      };
    } catch (thrown) {
      return { type: "task-unmappable", at, task, error: toFailure(thrown) };
    }
  }

  #askTrigger(task: TaskNumber, at: Time): RunEvent {
    const { table } = this.#state;
    const states: State[] = [];
    for (const run of upstreamOf(this.#state, task))
      table.forEachLeaf(run, (leaf) => states.push(table.state(leaf)));
    const { id } = nodeOf(this.#state, task);
    const end = this.#settings.triggers?.[id]?.(states);
    return { type: "trigger-answered", at, task, end };
  }

  #resolve(task: TaskNumber, templates: TaskNode["args"]): unknown[] {
    const { table, index } = this.#state;
    const path = table.path(task);
    const isFlow = nodeOf(this.#state, task).operator?.type === "flow";
    const values: Values = {
      place: path,
      valueOf: (id, each) => {
        const node = index.numberOf.get(id)!;
        const source = index.nodes[node]!;
        if (source.kind === "parameter")
          return this.#state.parameters[source.name];
        return valueOfRun(
          this.#state,
          this.#results,
          table.find(node, path, each),
          isFlow,
        );
      },
    };
    return templates.map((template) => resolveTemplate(template, values));
  }
}

/** A run's value for those downstream: its result, or what stands for it if it has none (for a sub-flow null); of a map the list of them. */
function valueOfRun(
  state: SchedulerState,
  results: ReadonlyMap<string, unknown>,
  run: TaskNumber,
  isFlow = false,
): unknown {
  const { table } = state;
  if (table.isExpanded(run))
    return Array.from({ length: table.count[run]! }, (_, place) => {
      const element = table.first[run]! + place;
      const value = valueOfRun(state, results, element, isFlow);
      return value instanceof Absent ? value.value : value;
    });
  if (hasResult(table.state(run))) {
    const key = `${table.details(run)?.resultRun ?? state.run} ${resultKeyOf(state, run)}`;
    if (!results.has(key)) throw new ResultMissing(key);
    return results.get(key);
  }
  const { error, message } = table.details(run) ?? {};
  const end = table.state(run);
  if (isFlow || end === "Skipped" || end === "Cancelled")
    return new Absent(null);
  return new Absent(
    fromErrorData(error ?? { name: "Error", message: message ?? end }),
  );
}

/** No failure of a task, but of the test. */
class ResultMissing extends Error {
  constructor(key: string) {
    super(`There is no result ${key}.`);
  }
}

/** What a task fails with. */
function toFailure(thrown: unknown): ErrorData {
  if (thrown instanceof ResultMissing) throw thrown;
  return toErrorData(thrown);
}

function passes(
  test: (Operator & { type: "case" })["test"],
  condition: unknown,
): boolean {
  switch (test.type) {
    case "truthy":
      return Boolean(condition);
    case "falsy":
      return !condition;
    case "is":
      return String(condition) === test.name;
    case "other":
      return !test.names.includes(String(condition));
  }
}
