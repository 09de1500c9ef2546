import { FlowError, fromErrorData } from "../core/errors.ts";
import type { TaskNumber } from "../core/events.ts";
import type { MapInput, Source, Template } from "../core/graph.ts";
import { isRunByRun, visitRefs } from "../core/graphIndex.ts";
import { flattenedMap, sourcesOfFlattened, unequal } from "../core/openRuns.ts";
import { resultKeyOf } from "../core/resume.ts";
import { nameOfRun, nodeOf } from "../core/schedulerState.ts";
import type { SchedulerState } from "../core/schedulerState.ts";
import { hasResult } from "../core/state.ts";
import { Absent, notTaken, resolveTemplate, toList } from "../core/template.ts";
import type { Values } from "../core/template.ts";
import { findFailed, isRenamed } from "./failedInputs.ts";
import type { FailedInput } from "./protocol.ts";
import { TaskMap } from "./taskMap.ts";

/** Reads results that are kept under keys by a run. */
export type ReadResults = (
  run: string,
  keys: readonly string[],
) => Promise<readonly ({ value: unknown } | undefined)[]>;

/** A sub-flow, and what it is given. */
export interface EnteredFlow {
  flow: string;
  parameters: Template;
  /** In how many maps it is, its own among them: it is given something once for each element of these. */
  levels: number;
}

const none: readonly TaskNumber[] = [];

/** The values of a flow run's tasks: those of this sitting from memory, older ones from where they are kept. */
export class RunValues {
  readonly #state: () => SchedulerState;
  readonly #read: ReadResults;
  readonly #values = new TaskMap<unknown>();
  /** Lists that maps go over, by the template and the run that is expanded: an element each is taken out of them. */
  readonly #lists = new Map<Template, Map<TaskNumber, readonly unknown[]>>();
  /** What sub-flows said of what they were given, by that, and for which elements of the maps around; undefined if they take it. */
  readonly #entered = new Map<Template, Map<string, unknown>>();
  /** The values as a run sees them, and the run. */
  readonly #view = this.#makeView();
  #number: TaskNumber = -1;
  /** The run is a sub-flow as a whole: as in the result of a flow, what has no result is null in its value, and no error. */
  #isFlow = false;
  /** Whether a copy of some error among the values has another name: most runs have none to look for. */
  #hasRenamed = false;
  /** The errors that stand for failed tasks. */
  readonly #made = new WeakSet<object>();
  /** Lists of a map's values that have such errors. */
  readonly #holders = new WeakSet<object>();

  constructor(state: () => SchedulerState, read: ReadResults) {
    this.#state = state;
    this.#read = read;
  }

  set(number: TaskNumber, value: unknown): void {
    this.#values.set(number, value);
  }

  /** Task numbers are given anew. */
  clear(): void {
    this.#values.clear();
    this.#lists.clear();
    this.#entered.clear();
  }

  /**
   * What templates stand for in a run; a promise only if something has to be read first. Fails where a sub-flow that is entered
   * does not take what it is given.
   */
  resolve(
    number: TaskNumber,
    templates: readonly Template[],
    entered: readonly EnteredFlow[] = [],
  ): unknown[] | Promise<unknown[]> {
    this.#lookFrom(number);
    const missing = this.#missing(templates);
    // As for nearly all elements of a map, which are very many.
    if (missing === none && entered.length === 0)
      return this.#resolve(templates);
    const unchecked = entered.filter((flow) => !this.#isChecked(flow));
    const all = unchecked.reduce(
      (more, { parameters }) => [...more, ...this.#missing([parameters])],
      missing,
    );
    const resolve = () => {
      for (const flow of unchecked) this.#check(flow);
      return this.#resolve(templates);
    };
    return all.length === 0
      ? resolve()
      : this.#load(all).then(() => {
          this.#lookFrom(number);
          return resolve();
        });
  }

  /** Whether a sub-flow takes what it is given, as far as that is known; throws if it does not. */
  #isChecked({ parameters, levels }: EnteredFlow): boolean {
    const checked = this.#entered.get(parameters);
    const place = this.#placeOf(levels);
    if (!checked?.has(place)) return false;
    const refusal = checked.get(place);
    if (refusal !== undefined) throw refusal;
    return true;
  }

  /** Once for each time that the sub-flow is entered: tasks may be many, and what it is given large. */
  #check({ flow, parameters, levels }: EnteredFlow): void {
    let checked = this.#entered.get(parameters);
    if (!checked) this.#entered.set(parameters, (checked = new Map()));
    const place = this.#placeOf(levels);
    try {
      this.#resolve([parameters]);
      checked.set(place, undefined);
    } catch (thrown) {
      const refusal = notTaken(flow, thrown);
      checked.set(place, refusal);
      throw refusal;
    }
  }

  /** Which element of so many maps the run is. */
  #placeOf(levels: number): string {
    return this.#view.place.slice(0, levels).join();
  }

  /** The errors of failed tasks among what templates were resolved to that do not arrive as they are. */
  failedAmong(
    templates: readonly Template[],
    values: readonly unknown[],
  ): readonly FailedInput[] | undefined {
    return this.#hasRenamed
      ? findFailed(templates, values, this.#made, this.#holders)
      : undefined;
  }

  /** How many elements the next level of a map has; `sources` are the runs that they come from, for flattened maps. */
  async measure(
    number: TaskNumber,
    inputs: readonly MapInput[],
  ): Promise<{ count: number; sources?: TaskNumber[] }> {
    const state = this.#state();
    const { table, index } = state;
    const level = table.level[number]!;
    const path = table.path(number);
    const depthOf = (id: string) => {
      const node = index.nodes[index.numberOf.get(id)!]!;
      return node.kind === "task" ? node.over.length : 0;
    };
    let first: { input: string; count: number } | undefined;
    let sources: TaskNumber[] | undefined;
    for (const { input, of } of inputs) {
      let count: number;
      if (isRunByRun(of, level, depthOf)) {
        const run = table.find(index.numberOf.get(of.node)!, path, level);
        count = table.count[run]!;
      } else {
        this.#lookFrom(number);
        const missing = this.#missing([of]);
        if (missing.length > 0) await this.#load(missing);
        this.#lookFrom(number);
        count = this.#list(number, of, input).length;
        const flattened = flattenedMap(state, of, path);
        if (flattened !== undefined)
          sources ??= sourcesOfFlattened(state, flattened, (run) => {
            const value = this.#valueOf(state, run);
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
    return sources?.length === count ? { count, sources } : { count };
  }

  #resolve(templates: readonly Template[]): unknown[] {
    return templates.map((template) => resolveTemplate(template, this.#view));
  }

  /** From now on values are found for this run; that is never interrupted. */
  #lookFrom(number: TaskNumber): void {
    const state = this.#state();
    this.#number = number;
    this.#isFlow = nodeOf(state, number).operator?.type === "flow";
    this.#view.place = state.table.path(number);
  }

  #makeView(): Values & { place: readonly number[] } {
    return {
      place: [],
      valueOf: (node, each) => {
        const state = this.#state();
        const at = state.index.numberOf.get(node)!;
        const source = state.index.nodes[at]!;
        if (source.kind === "parameter") return state.parameters[source.name];
        const run = state.table.find(at, this.#view.place, each);
        const value = this.#valueOf(state, run);
        return isThere(state, run) ? value : new Absent(value as Error | null);
      },
      nameOf: (node) => {
        const { index } = this.#state();
        return index.nodes[index.numberOf.get(node)!]!.name;
      },
      listOf: (of, level) => this.#list(this.#runAt(level), of),
    };
  }

  /** The run of that level that the run is, or is an element of. */
  #runAt(level: number): TaskNumber {
    const { table } = this.#state();
    let run = this.#number;
    while (table.level[run]! > level) run = table.parent[run]!;
    return run;
  }

  /** The list that a run is expanded over, made once; `input` is the name of the argument. */
  #list(run: TaskNumber, of: Template, input?: string): readonly unknown[] {
    let byRun = this.#lists.get(of);
    if (!byRun) this.#lists.set(of, (byRun = new Map()));
    let list = byRun.get(run);
    if (!list) {
      const name = nodeOf(this.#state(), run).name;
      list = toList(resolveTemplate(of, this.#view), () =>
        input === undefined
          ? `the list that ${name} is mapped over`
          : `${input} of ${name}`,
      );
      byRun.set(run, list);
    }
    return list;
  }

  /** A run's value for those downstream: its result, its Error if it failed, null if it was skipped or cancelled; of a map the list of them. */
  #valueOf(state: SchedulerState, run: TaskNumber): unknown {
    const { table } = state;
    const isExpanded = table.isExpanded(run);
    const isOwn = isExpanded && this.#isFlow;
    if (!isOwn && this.#values.has(run)) return this.#values.get(run);
    if (isExpanded) {
      const first = table.first[run]!;
      const list = Array.from({ length: table.count[run]! }, (_, place) =>
        this.#valueOf(state, first + place),
      );
      const isHolder = (value: unknown) =>
        value instanceof Error
          ? isRenamed(value)
          : Array.isArray(value) && this.#holders.has(value);
      if (this.#hasRenamed && list.some(isHolder)) this.#holders.add(list);
      if (!isOwn && table.isFinal(run)) this.#values.set(run, list);
      return list;
    }
    const ended = table.state(run);
    if (this.#isFlow || ended === "Skipped" || ended === "Cancelled")
      return null;
    const details = table.details(run);
    if (details?.error) {
      const error = fromErrorData(details.error);
      this.#made.add(error);
      this.#hasRenamed ||= isRenamed(error);
      return error;
    }
    return new Error(
      details?.message ?? `${nameOfRun(state, run)} is ${ended}.`,
    );
  }

  /** Runs whose results have to be read before these templates can be resolved. */
  #missing(templates: readonly Template[]): readonly TaskNumber[] {
    let missing: TaskNumber[] | undefined;
    const { table, index } = this.#state();
    const look = ({ node, each }: Source) => {
      const at = index.numberOf.get(node)!;
      if (index.nodes[at]!.kind === "parameter") return;
      const run = table.find(at, this.#view.place, each);
      if (this.#values.has(run)) return;
      table.forEachLeaf(run, (leaf) => {
        if (hasResult(table.state(leaf)) && !this.#values.has(leaf))
          (missing ??= []).push(leaf);
      });
    };
    for (const template of templates) {
      // Nothing is missing of a list that was made.
      const isMade =
        template.type === "each" &&
        this.#lists.get(template.of)?.has(this.#runAt(template.level));
      if (!isMade) visitRefs(template, look);
    }
    return missing ?? none;
  }

  async #load(runs: readonly TaskNumber[]): Promise<void> {
    const state = this.#state();
    const byRun = new Map<string, TaskNumber[]>();
    for (const run of new Set(runs)) {
      // A map over nothing has a value without a result.
      if (state.table.isExpanded(run)) continue;
      const keptBy = state.table.details(run)?.resultRun ?? state.run;
      const list = byRun.get(keptBy);
      if (list) list.push(run);
      else byRun.set(keptBy, [run]);
    }
    for (const [keptBy, numbers] of byRun) {
      const keys = numbers.map((run) => resultKeyOf(state, run));
      const found = await this.#read(keptBy, keys);
      numbers.forEach((run, at) => {
        const result = found[at];
        if (!result)
          throw new FlowError(
            "task-failed",
            `The result of ${nameOfRun(state, run)} is no longer kept. Run the flow again.`,
          );
        this.#values.set(run, result.value);
      });
    }
  }
}

function isThere({ table }: SchedulerState, run: TaskNumber): boolean {
  return table.isExpanded(run) || hasResult(table.state(run));
}
