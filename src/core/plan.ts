import { FlowError } from "./errors.ts";
import type { Time } from "./events.ts";
import { ancestors, descendants, indexGraph } from "./graph.ts";
import type { Graph, GraphIndex, NodeId, TaskNode } from "./graph.ts";
import { canonical } from "./hash.ts";
import { valueKey } from "./keys.ts";
import type { RunState, TaskRun } from "./run.ts";
import { hasResult } from "./state.ts";
import type { State } from "./state.ts";
import { listNames } from "./words.ts";

/** What a run will do with a task, and why, for people. */
export interface PlanItem {
  id: NodeId;
  name: string;
  action: "run" | "reuse";
  why: string;
}

/** A new run: `reused` and `excluded` are those of its run-started event. */
export interface RunPlan {
  /** In the order of the graph, without the tasks that the run leaves out. */
  items: readonly PlanItem[];
  reused: readonly { node: NodeId; run: string; at?: Time; size?: number }[];
  excluded: readonly NodeId[];
}

/** A resumption: `kept` is that of its run-resumed event. */
export interface ResumePlan {
  items: readonly PlanItem[];
  kept: readonly { node: NodeId; from: NodeId }[];
}

type Keys = Readonly<Record<NodeId, string>>;

/**
 * Plans a new run. All of the flow runs, unless `from` or `to` (a node's id, or a task's name or variable) say otherwise:
 * with `from` that task runs and all downstream of it, and what these need besides is reused from the last run if its key
 * still holds; with `to` that task and what it needs, and nothing else. A name that several nodes have means all of them.
 */
export function planRun(
  graph: Graph,
  keys: Keys,
  last: RunState | undefined,
  options: { from?: string | undefined; to?: string | undefined } = {},
): RunPlan {
  const index = indexGraph(graph);
  const from = options.from === undefined ? [] : findTasks(graph, options.from);
  const to = options.to === undefined ? [] : findTasks(graph, options.to);
  const included = include(index, from, to);
  const excluded = numbersOfTasks(index).filter((one) => !included.has(one));
  const excludedIds = excluded.map((number) => index.nodes[number]!.id);
  if (from.length > 0 && !from.some((number) => included.has(number)))
    throw new FlowError(
      "invalid-argument",
      `Nothing leads from ${options.from} to ${options.to}, so there is nothing to run. Leave one of them out, or choose a task downstream of ${options.from}.`,
    );

  const after = descendants(index, from);
  const held: ReadonlyMap<number, NodeId> = last
    ? matchResults(index, keys, last)
    : new Map();
  const items: PlanItem[] = [];
  const reused: { node: NodeId; run: string; at?: Time; size?: number }[] = [];
  const isReused = new Set<number>();
  for (const number of numbersOfTasks(index)) {
    if (!included.has(number)) continue;
    const { id, name } = index.nodes[number] as TaskNode;
    const item = (action: PlanItem["action"], why: string) =>
      items.push({ id, name, action, why });
    if (to.includes(number)) item("run", "run to here");
    else if (from.length === 0)
      item(
        "run",
        to.length > 0
          ? `${listNames(names(index, to))} ${to.length > 1 ? "need" : "needs"} it`
          : "a new run runs every task",
      );
    else if (from.includes(number)) item("run", "run from here");
    else if (after.has(number))
      item("run", `downstream of ${listNames(names(index, from))}`);
    else {
      const match = held.get(number);
      const again = upstreamTasks(index, number).filter(
        (other) => !isReused.has(other),
      );
      if (match && last && again.length === 0) {
        isReused.add(number);
        const task = last.tasks.get(match)!;
        const at =
          task.resultRun === last.run ? last.startedAt : task.resultRunAt;
        reused.push({
          node: id,
          run: task.resultRun,
          ...(at === undefined ? {} : { at }),
          ...(task.size === undefined ? {} : { size: task.size }),
        });
        item("reuse", "it succeeded in the last run, and nothing has changed");
      } else if (match) item("run", runsAgain(index, again));
      else {
        const change = last && changeOf(index, number, keys, last);
        const why = "no result of the last run to reuse";
        item(
          "run",
          change === "its code changed" ? `${change} since` : (change ?? why),
        );
      }
    }
  }
  return { items, reused, excluded: excludedIds };
}

/**
 * Plans to go on with a run: successes whose key still holds are kept, all else runs. A task is the same as before if its
 * node and its key are; else a task that has its key is (calls were put into another order). What reads the outcome of a
 * task that runs again runs again too, though its key may be the same: a clean-up after a failure, for instance.
 */
export function planResume(
  graph: Graph,
  keys: Keys,
  last: RunState,
): ResumePlan {
  const index = indexGraph(graph);
  const held = matchResults(index, keys, last);
  const items: PlanItem[] = [];
  const kept: { node: NodeId; from: NodeId }[] = [];
  const isKept = new Set<number>();
  for (const number of numbersOfTasks(index)) {
    const { id, name } = index.nodes[number] as TaskNode;
    const match = held.get(number);
    const again = upstreamTasks(index, number).filter(
      (other) => !isKept.has(other),
    );
    if (match !== undefined && again.length === 0) {
      isKept.add(number);
      kept.push({ node: id, from: match });
      const isOlder = last.tasks.get(match)?.resultRun !== last.run;
      const why = isOlder
        ? "kept: its result is reused from an earlier run"
        : "kept: succeeded in this run";
      items.push({ id, name, action: "reuse", why });
      continue;
    }
    const why =
      match !== undefined
        ? runsAgain(index, again)
        : (whyUnfinished(last.tasks.get(id)) ??
          changeOf(index, number, keys, last) ??
          "its result is not kept");
    items.push({ id, name, action: "run", why: `runs: ${why}` });
  }
  return { items, kept };
}

/** Why a task runs that had no result to keep; undefined if it had one. */
function whyUnfinished(before: TaskRun | undefined): string | undefined {
  return before ? fates[before.state] : "is new";
}

const fates: Partial<Record<State, string>> = {
  Pending: "was not reached",
  Scheduled: "was not reached",
  TriggerFailed: "was not reached",
  Skipped: "was skipped before",
  Failed: "failed before",
  TimedOut: "timed out before",
  Crashed: "crashed before",
  Cancelled: "was cancelled before",
};

function numbersOfTasks(index: GraphIndex): number[] {
  return index.nodes.flatMap((node, number) =>
    node.kind === "task" ? [number] : [],
  );
}

function upstreamTasks(index: GraphIndex, number: number): number[] {
  return index.upstream[number]!.filter(
    (other) => index.nodes[other]!.kind === "task",
  );
}

function names(index: GraphIndex, numbers: readonly number[]): string[] {
  return [...new Set(numbers.map((number) => index.nodes[number]!.name))];
}

function runsAgain(index: GraphIndex, again: readonly number[]): string {
  return `${listNames(names(index, again))} ${again.length > 1 ? "run" : "runs"} again`;
}

function findTasks(graph: Graph, name: string): number[] {
  const matching = (fits: (node: TaskNode) => boolean) =>
    graph.nodes.flatMap((node, number) =>
      node.kind === "task" && fits(node) ? [number] : [],
    );
  const byId = matching(({ id }) => id === name);
  if (byId.length > 0) return byId;
  const byName = matching((node) => node.name === name || node.task === name);
  if (byName.length > 0) return byName;
  const known = matching(() => true).map((number) => graph.nodes[number]!.name);
  throw new FlowError(
    "unknown-task",
    `The flow ${graph.flow} has no task ${name}. ${
      known.length > 0
        ? `It has ${listNames([...new Set(known)], 50)}.`
        : "It has no tasks."
    }`,
  );
}

/** The nodes that a run does not leave out. */
function include(
  index: GraphIndex,
  from: readonly number[],
  to: readonly number[],
): Set<number> {
  let included = new Set(index.nodes.keys());
  if (from.length > 0) {
    const runs = [...from, ...descendants(index, from)];
    included = new Set([...runs, ...ancestors(index, runs)]);
  }
  if (to.length > 0) {
    const needed = new Set([...to, ...ancestors(index, to)]);
    // Between `from` and `to`: what neither runs nor is needed by what runs is left out.
    const runs = [...from, ...descendants(index, from)].filter((number) =>
      needed.has(number),
    );
    included =
      from.length > 0 ? new Set([...runs, ...ancestors(index, runs)]) : needed;
  }
  return included;
}

/** For each task the node of the last run whose result it has by its key: its own node if it can be, else any that is free. */
function matchResults(
  index: GraphIndex,
  keys: Keys,
  last: RunState,
): Map<number, NodeId> {
  const held = new Map<number, NodeId>();
  const free = new Map<string, NodeId[]>();
  for (const [id, task] of last.tasks) {
    if (!hasResult(task.state)) continue;
    const number = index.numberOf.get(id);
    if (number !== undefined && isTask(index, number) && keys[id] === task.key)
      held.set(number, id);
    else free.set(task.key, [...(free.get(task.key) ?? []), id]);
  }
  for (const number of numbersOfTasks(index)) {
    if (held.has(number)) continue;
    const found = free.get(keys[index.nodes[number]!.id] ?? "")?.shift();
    if (found !== undefined) held.set(number, found);
  }
  return held;
}

function isTask(index: GraphIndex, number: number): boolean {
  return index.nodes[number]!.kind === "task";
}

/** What is different about a task since the last run; undefined if it was not part of that run or is the same. */
function changeOf(
  index: GraphIndex,
  number: number,
  keys: Keys,
  last: RunState,
): string | undefined {
  const node = index.nodes[number] as TaskNode;
  const before: TaskRun | undefined = last.tasks.get(node.id);
  if (!before || before.key === keys[node.id]) return undefined;
  const changed = index.upstream[number]!.filter((other) => {
    const input = index.nodes[other]!;
    const key =
      input.kind === "task"
        ? last.tasks.get(input.id)?.key
        : valueKey(last.parameters[input.parameter.name]);
    return key !== keys[input.id];
  });
  if (changed.length > 0)
    return `an input changed (${listNames(names(index, changed))})`;
  const call = last.graph.nodes.find(({ id }) => id === node.id);
  if (
    call?.kind === "task" &&
    canonical([call.args, call.waitFor]) !==
      canonical([node.args, node.waitFor])
  )
    return "what it is called with changed";
  const parametersChanged = index.nodes.some(
    (other) =>
      other.kind === "parameter" &&
      valueKey(last.parameters[other.parameter.name]) !== keys[other.id],
  );
  return parametersChanged
    ? "its code changed, or a parameter that it reads from context"
    : "its code changed";
}
