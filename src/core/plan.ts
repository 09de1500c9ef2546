import { mayEndOtherwise } from "./deciders.ts";
import { FlowError } from "./errors.ts";
import type { Keep, Reuse, Time } from "./events.ts";
import { descendants, indexGraph } from "./graphIndex.ts";
import type { Graph, NodeId, TaskNode } from "./graph.ts";
import type { GraphIndex } from "./graphIndex.ts";
import { isKeepable, Keeping } from "./keeping.ts";
import { changesSince, keepNumbers, matchResults } from "./lastRun.ts";
import {
  areResultsOf,
  findHindrance,
  firstOfEqual,
  ifCached,
  predictCache,
  type PlanCache,
} from "./planCache.ts";
import { everyTask } from "./planFirst.ts";
import { Marks } from "./marks.ts";
import {
  isDivisible,
  isWholeResult,
  partOf,
  reuseOf,
  tellPart,
} from "./planReuse.ts";
import { findTasks, include, withParts } from "./planScope.ts";
import { carriersOf, cleanupsOf, usersOf } from "./resources.ts";
import type { RunState, TaskRun } from "./run.ts";
import { sameCalls } from "./sameCalls.ts";
import { sparedByMarks } from "./spared.ts";
import {
  findOutdated,
  storedByName,
  tellPartlyGone,
  whyOutdatedOf,
  type StoredNow,
} from "./outdated.ts";
import {
  areOthersCached,
  names,
  neededBy,
  runsAgain,
  whyFruitless,
  whyKept,
  whyUnfinished,
} from "./whyAgain.ts";
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
  reused: readonly Reuse[];
  excluded: readonly NodeId[];
}

/** A resumption: `kept` is that of its run-resumed event. */
export interface ResumePlan {
  items: readonly PlanItem[];
  kept: readonly Keep[];
  /** The keys of its run-resumed event. */
  keys: Keys;
  /** For each task the node of the last run that is the same call, if there is one. */
  same: ReadonlyMap<NodeId, NodeId>;
  /** The tasks whose results hang on a file or a table that is another one now. */
  outdated: readonly NodeId[];
  /** The tasks that run again because what they need was marked as a success by hand after they ended. */
  overtaken: readonly NodeId[];
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
  options: {
    from?: string | undefined;
    to?: string | undefined;
    cache?: PlanCache | undefined;
    stored?: StoredNow | undefined;
  } = {},
): RunPlan {
  const stored = storedByName(options.stored ?? {});
  const index = indexGraph(graph);
  const begin =
    options.from === undefined ? [] : findTasks(graph, options.from);
  const from = withParts(index, begin);
  const to = options.to === undefined ? [] : findTasks(graph, options.to);
  const included = include(index, from, to);
  if (from.length > 0 && !from.some((number) => included.has(number)))
    throw new FlowError(
      "invalid-argument",
      `Nothing leads from ${options.from} to ${options.to}, so there is nothing to run. Leave one of them out, or choose a task downstream of ${options.from}.`,
    );

  const after = descendants(index, from);
  const same: ReadonlyMap<number, NodeId> = last
    ? sameCalls(index, keys, last)
    : new Map();
  const held: ReadonlyMap<number, NodeId> = last
    ? matchResults(same, last)
    : same;
  const changeOf = last && changesSince(last, index, keys, same);
  // Only a part of the flow takes anything from the last run.
  const marks =
    last && from.length > 0 ? new Marks(index, last, held) : undefined;
  let keeping: Keeping | undefined;
  const keepingOf = () =>
    (keeping ??= new Keeping(index, last!, held, marks!, stored));
  const isKept = (number: number) => keepingOf().isWhole(number);
  /** Whether a person gave the result that the last run has: that goes before a computed one that is cached. */
  const isGiven = (number: number) =>
    marks?.has(number) === true &&
    !after.has(number) &&
    ![...from, ...to].includes(number) &&
    isKept(number);
  const choices = new Map<number, Choice>();
  const isReused = (number: number) => choices.get(number)?.action === "reuse";
  /** Whether a task is taken with the results that the last run has of it. */
  const isAsBefore = (number: number) => {
    const { action, reuse, isLast } = choices.get(number) ?? {};
    return action === "reuse" && (reuse !== undefined || isLast === true);
  };
  /** A task as it was; undefined for what comes out of the cache. */
  const runOf = (number: number) => {
    const task = last?.tasks.get(held.get(number) ?? "");
    return task?.children || choices.get(number)?.reuse ? task : undefined;
  };
  const whyNotAsBefore = (numbers: readonly number[]) => {
    const again = numbers.filter((number) => !isReused(number));
    return again.length > 0
      ? runsAgain(index, again)
      : areOthersCached(index, numbers);
  };
  /** Runs a map, and takes those of its elements that a resumption would keep, if what they need is taken as well. */
  const runElements = (number: number, task: TaskRun, why: string): Choice => {
    const { children } = task;
    const isTaken = (other: number) =>
      choices.get(other)?.reuse !== undefined ||
      (isAsBefore(other) && (index.nodes[other] as TaskNode).over.length === 0);
    const part =
      children &&
      isDivisible(index, number) &&
      upstreamTasks(index, number).every(isTaken)
        ? partOf(children, keepingOf().leaves(number))
        : undefined;
    if (!part) return { action: "run", why };
    return {
      action: "run",
      why: tellPart(children!, part),
      reuse: reuseOf(index.nodes[number]!.id, keys, last!, task, part),
    };
  };
  const choose = (number: number): Choice => {
    const run = (why: string): Choice => ({ action: "run", why });
    const node = index.nodes[number] as TaskNode;
    const upstream = upstreamTasks(index, number);
    const match = held.get(number);
    const task = match === undefined ? undefined : last?.tasks.get(match);
    const { cacheFor } = node.options;
    if (cacheFor !== undefined && options.cache && !isGiven(number)) {
      const cached = predictCache(
        index,
        node,
        keys[firstOfEqual(index, number)],
        options.cache,
        stored,
        () => upstream.every(isReused),
        task,
      );
      if (cached?.action === "reuse") {
        const hindrance = findHindrance(index, number, runOf);
        if (hindrance) return run(hindrance);
        const { why, entries = [] } = cached;
        const areLast = task !== undefined && areResultsOf(task, entries);
        const isTaken = (other: number) => choices.get(other)?.reuse;
        if (cached.perhaps && !areLast && upstream.some(isTaken))
          return run(ifCached);
        const isLast = areLast && upstream.every(isAsBefore);
        return { action: "reuse", why, isLast };
      }
      if (cached) return { action: "run", why: cached.why };
    }
    if (to.includes(number)) return run("run to here");
    if (from.length === 0)
      return run(to.length > 0 ? neededBy(index, to) : everyTask);
    if (from.includes(number)) return run("run from here");
    if (after.has(number))
      return run(`downstream of ${listNames(names(index, begin))}`);
    if (last && task && isWholeResult(task)) {
      const again = upstream.filter((other) => !isAsBefore(other));
      if (again.length > 0 && !(marks!.has(number) && isKept(number)))
        return runElements(number, task, whyNotAsBefore(again));
      if (marks!.overtake(number, task)) return run(overtakenByMark);
      if (mayEndOtherwise(node, last, match!)) return run(`${redecided} since`);
      const replaced = task.isMarked ? undefined : whyOutdatedOf(task, stored);
      if (replaced !== undefined) return run(replaced);
      return {
        action: "reuse",
        why: `it ${task.state === "Skipped" ? "was skipped" : "succeeded"} in the last run, and nothing has changed`,
        reuse: reuseOf(node.id, keys, last, task),
      };
    }
    const change = changeOf?.(number);
    if (task?.children)
      return runElements(
        number,
        task,
        whyFruitless(task) ?? "not all of its elements have a result",
      );
    return run(
      change === "its code changed"
        ? `${change} since`
        : (change ?? "no result of the last run to reuse"),
    );
  };
  for (const number of numbersOfTasks(index))
    if (included.has(number)) choices.set(number, choose(number));
  const isMarked = (number: number) =>
    isReused(number) && last?.tasks.get(held.get(number)!)?.isMarked === true;
  for (const number of sparedByMarks(index, isMarked, isReused))
    choices.delete(number);
  chooseResources(index, choices, from);
  const excluded: NodeId[] = [];
  const items: PlanItem[] = [];
  const reused: Reuse[] = [];
  for (const number of numbersOfTasks(index)) {
    const { id, name } = index.nodes[number] as TaskNode;
    const choice = choices.get(number);
    if (!choice) {
      excluded.push(id);
      continue;
    }
    const { action, why, reuse } = choice;
    items.push({ id, name, action, why });
    if (reuse) reused.push(reuse);
  }
  return { items, reused, excluded };
}

/** What a new run does with a task. */
interface Choice {
  action: PlanItem["action"];
  why: string;
  reuse?: Reuse;
  /** Of a result that comes out of the cache: whether it is that which the last run has. */
  isLast?: boolean;
}

/** A resource is set up again if anything that uses it runs, and then cleaned up; else it is neither. */
function chooseResources(
  index: GraphIndex,
  choices: Map<number, Choice>,
  from: readonly number[],
): void {
  for (const number of [...carriersOf(index)].sort(
    (one, other) => other - one,
  )) {
    const choice = choices.get(number);
    if (!choice) continue;
    const cleanups = cleanupsOf(index, number);
    const users = [
      ...usersOf(index, number).filter(
        (user) => choices.get(user)?.action === "run",
      ),
      ...cleanups.filter((cleanup) => from.includes(cleanup)),
    ];
    if (choice.action === "reuse" && users.length > 0)
      choices.set(number, { action: "run", why: neededBy(index, users) });
    for (const cleanup of cleanups)
      if (choices.get(number)?.action === "reuse") choices.delete(cleanup);
      else if (choices.get(cleanup)?.action !== "run")
        choices.set(cleanup, {
          action: "run",
          why: `cleans up after ${index.nodes[number]!.name}`,
        });
  }
}

/**
 * Plans to go on with a run: successes whose key still holds are kept, all else runs; of a mapped task element by element.
 * A task is the same as before if its node and its key are; else a task that has its key is (calls were put into another
 * order). What reads the outcome of a task that runs again runs again too, though its key may be the same: a clean-up after
 * a failure, for instance. A resource that tasks need which run again is set up again. What read an attachment that is another
 * one now is not the same, nor what wrote rows into a table that went besides the tasks.
 */
export function planResume(
  graph: Graph,
  keys: Keys,
  last: RunState,
  storedNow: StoredNow = {},
  now: Time = -Infinity,
): ResumePlan {
  const stored = storedByName(storedNow);
  const index = indexGraph(graph);
  const same = sameCalls(index, keys, last);
  const held = matchResults(same, last);
  const marks = new Marks(index, last, held);
  const keeping = new Keeping(index, last, held, marks, stored);
  const changeOf = changesSince(last, index, keys, same);
  const spared = sparedByMarks(
    index,
    (number) =>
      keeping.isWhole(number) && last.tasks.get(held.get(number)!)!.isMarked,
    (number) => keeping.isWhole(number) || keeping.leaves(number).length > 0,
  );
  const planned = numbersOfTasks(index).filter((one) => !spared.has(one));
  /** Why a task runs though the last run has an outcome of it. */
  const whyAgain = (number: number, before: TaskRun): string => {
    const again = upstreamTasks(index, number).filter(
      (other) => !keeping.isWhole(other),
    );
    if (again.length > 0) return runsAgain(index, again);
    const replaced = whyOutdatedOf(before, stored);
    if (replaced !== undefined) return replaced;
    const fruitless = whyFruitless(before, now);
    if (fruitless !== undefined) return fruitless;
    if (marks.overtake(number, before)) return overtakenByMark;
    const node = index.nodes[number] as TaskNode;
    if (mayEndOtherwise(node, last, held.get(number)!)) return redecided;
    const users = usersOf(index, number);
    return neededBy(
      index,
      users.filter((user) => !keeping.isWhole(user)),
    );
  };
  const items = planned.map((number): PlanItem => {
    const { id, name } = index.nodes[number] as TaskNode;
    const from = held.get(number);
    const before = from === undefined ? undefined : last.tasks.get(from);
    if (before && keeping.isWhole(number)) {
      const partly = before.isMarked
        ? undefined
        : tellPartlyGone(before, stored);
      const why = `kept: ${whyKept(before, last.run)}`;
      return {
        ...{ id, name, action: "reuse" },
        why: partly === undefined ? why : `${why}; ${partly}`,
      };
    }
    const some = keeping.count(number);
    const all = before?.children?.count ?? 0;
    if (some > 0 && some < all) {
      const why = `${all - some} of ${all} elements run, ${some} ${some === 1 ? "is" : "are"} kept`;
      return { id, name, action: "run", why: `runs: ${why}` };
    }
    const why =
      before !== undefined && isKeepable(before.state)
        ? whyAgain(number, before)
        : (whyUnfinished(last.tasks.get(same.get(number) ?? id), now) ??
          changeOf(number) ??
          "its result is not kept");
    return { id, name, action: "run", why: `runs: ${why}` };
  });
  const idOf = (number: number) => index.nodes[number]!.id;
  const outdated = findOutdated(held, last, stored).map(idOf);
  const overtaken = planned.filter((number) => {
    const before = last.tasks.get(held.get(number) ?? "");
    return before && !keeping.isWhole(number) && marks.overtake(number, before);
  });
  return {
    items,
    kept: keeping.kept(),
    keys: keepNumbers(index, keys, last, held),
    same: new Map([...same].map(([number, id]) => [idOf(number), id])),
    outdated,
    overtaken: overtaken.map(idOf),
  };
}

const redecided = "what decides how it ends changed";
const overtakenByMark = "what it needs was marked as a success by hand since";

function numbersOfTasks(index: GraphIndex): number[] {
  return index.nodes.flatMap((node, number) =>
    node.kind === "task" ? [number] : [],
  );
}

function upstreamTasks(index: GraphIndex, number: number): number[] {
  return index.upstream
    .of(number)
    .filter((other) => index.nodes[other]!.kind === "task");
}
