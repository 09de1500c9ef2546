import type { Shape } from "../core/events.ts";
import type { NodeId, Template } from "../core/graph.ts";
import type { NodeResult } from "../core/report.ts";
import { reportLimit } from "../core/reportLimit.ts";
import type { RunState, TaskRun } from "../core/run.ts";
import { hasResult } from "../core/state.ts";
import { Absent, refsOf, resolveTemplate } from "../core/template.ts";
import type { DatabaseService } from "../engine/services.ts";

type Kept = Pick<TaskRun, "resultRun" | "key">;

/** Reads the results of task runs from where they are kept. */
export class RunResults {
  readonly #database: Pick<DatabaseService, "results">;

  constructor(database: Pick<DatabaseService, "results">) {
    this.#database = database;
  }

  /** The result of a task run, or undefined if none is kept; of a mapped one the list of its elements' results, with null for those that have none. */
  async of(task: TaskRun): Promise<NodeResult | undefined> {
    return (await this.#ofAll([["task", task]])).get("task");
  }

  /** The results of all tasks of a run, and of all elements of mapped ones, but the largest. */
  ofRun(run: RunState): Promise<Map<NodeId, NodeResult>> {
    return this.#ofAll([...run.tasks], reportLimit);
  }

  /** The results that a template needs. */
  ofTemplate(
    run: RunState,
    template: Template,
  ): Promise<Map<NodeId, NodeResult>> {
    return this.#ofAll(
      refsOf(template).flatMap((id) => {
        const task = run.tasks.get(id);
        return task ? [[id, task] as const] : [];
      }),
    );
  }

  /** What a template stands for in a run that is over; `place` says for which element of a map. */
  async resolve(
    run: RunState,
    template: Template,
    place: readonly number[] = [],
  ): Promise<unknown> {
    const results = await this.ofTemplate(run, template);
    return resolveTemplate(template, {
      place,
      valueOf: (id, each) => {
        const node = run.graph.nodes.find((other) => other.id === id);
        if (node?.kind === "parameter") return run.parameters[node.name];
        const result = results.get(id);
        if (!result) return new Absent(null);
        return place
          .slice(0, each)
          .reduce<unknown>(
            (value, at) => (value as readonly unknown[])[at],
            result.value,
          );
      },
    });
  }

  async #ofAll(
    tasks: readonly (readonly [NodeId, TaskRun])[],
    mostBytes = Infinity,
  ): Promise<Map<NodeId, NodeResult>> {
    const wanted: Kept[] = [];
    /** Asks for the result of a task run, if there is one to read. */
    const ask = (run: TaskRun): boolean => {
      const isWanted = hasResult(run.state) && (run.size ?? 0) <= mostBytes;
      if (isWanted) wanted.push(run);
      return isWanted;
    };
    const asked = tasks.map(([id, task]) => {
      const { children } = task;
      if (!children) return { id, isAsked: ask(task) };
      const indices: number[] = [];
      for (let index = 0; index < children.count; index += 1)
        if (hasResult(children.stateOf(index)) && ask(children.run(index)))
          indices.push(index);
      return { id, children, indices };
    });
    const values = await this.#read(wanted);
    const found = new Map<NodeId, NodeResult>();
    let next = 0;
    for (const { id, isAsked, children, indices } of asked) {
      if (!children) {
        const result = isAsked ? values[next++] : undefined;
        if (result) found.set(id, result);
        continue;
      }
      const elements = new Map<number, unknown>();
      for (const index of indices) {
        const result = values[next++];
        if (result) elements.set(index, result.value);
      }
      found.set(id, { value: toList(children.shape, elements), elements });
    }
    return found;
  }

  /** Results in the order in which they are asked for, with one question for each run that keeps some. */
  async #read(
    wanted: readonly Kept[],
  ): Promise<({ value: unknown } | undefined)[]> {
    const values: ({ value: unknown } | undefined)[] = [];
    const byRun = new Map<string, number[]>();
    wanted.forEach(({ resultRun }, at) => {
      const list = byRun.get(resultRun);
      if (list) list.push(at);
      else byRun.set(resultRun, [at]);
    });
    for (const [run, places] of byRun) {
      const keys = places.map((at) => wanted[at]!.key);
      const found = await this.#database.results(run, keys);
      places.forEach((at, index) => (values[at] = found[index]));
    }
    return values;
  }
}

/** Values counted through, in lists of that shape; null for what has none. */
export function toList(
  shape: Shape,
  values: ReadonlyMap<number, unknown>,
): unknown {
  let next = 0;
  const take = () => values.get(next++) ?? null;
  const build = (part: Shape): unknown =>
    part === null
      ? take()
      : typeof part === "number"
        ? Array.from({ length: part }, take)
        : part.map(build);
  return build(shape);
}
