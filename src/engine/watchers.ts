import type { TaskNumber } from "../core/events.ts";
import { formatDuration } from "../core/duration.ts";
import { isKeepable } from "../core/keeping.ts";
import { mapIndexOf } from "../core/mapIndex.ts";
import { attemptOf } from "../core/pauses.ts";
import { elementId, nameOfRun, nodeOf } from "../core/schedulerState.ts";
import type { SchedulerState } from "../core/schedulerState.ts";
import type { State } from "../core/state.ts";
import { flags } from "../core/taskTable.ts";
import { attemptId } from "./attempt.ts";
import type { AttemptListener } from "./executor.ts";
import type { WatchedChange } from "./protocol.ts";
import type { DriverParts, RunWatcher } from "./runDriver.ts";

/** How long the end of a run waits for functions that watch it. */
const patience = 5_000;

/** Tells the `onStateChange` functions of a run what they watch, in order, without holding up anything. */
export class Watchers implements RunWatcher {
  readonly #run: string;
  readonly #state: () => SchedulerState;
  readonly #parts: DriverParts;
  readonly #listener: () => AttemptListener;
  /** Whose numbers are those of the nodes and tasks; of a run that goes on the graph may be another one. */
  #numbers: Pick<SchedulerState, "index" | "table">;
  #watched: ReadonlySet<number>;
  #isFlowWatched: boolean;
  #seen = new Map<TaskNumber, State>();
  /** What was seen before the numbers changed, by the ids of tasks and elements. */
  #seenBefore: ReadonlyMap<string, State> = new Map();
  #flowSeen: State = "Pending";
  #waiting: WatchedChange[] = [];
  #telling: Promise<void> = Promise.resolve();
  #isTelling = false;
  /** What is being told. */
  #told: readonly WatchedChange[] = [];
  #isGivenUp = false;

  constructor(
    run: string,
    state: () => SchedulerState,
    parts: DriverParts,
    listener: () => AttemptListener,
  ) {
    this.#run = run;
    this.#state = state;
    this.#parts = parts;
    this.#listener = listener;
    const { index, table, graph } = state();
    this.#numbers = { index, table };
    this.#watched = watchedOf(index);
    this.#isFlowWatched = graph.settings.watched;
  }

  /** Takes the states as they are now; of a run that has just begun that is a change already. */
  begin(isNew = false): void {
    const { table } = this.#state();
    if (!isNew) this.#flowSeen = this.#state().state;
    const see = (run: TaskNumber) =>
      this.#seen.set(run, isNew ? "Pending" : table.state(run));
    for (const node of this.#watched) {
      // A map is watched beside its elements.
      see(node);
      table.forEachLeaf(node, see);
    }
    this.look();
  }

  /** Looks for what has changed. */
  look(): void {
    const state = this.#state();
    if (state.index !== this.#numbers.index) this.#renumber(state);
    const { table } = state;
    const changed = state.changed;
    state.changed = [];
    for (const node of changed) {
      table.drop(node, flags.changed);
      if (!this.#watched.has(node)) continue;
      // A map begins before its elements, and is over after them.
      const isOver = table.isFinal(node);
      if (!isOver) this.#lookAt(state, node);
      if (table.isExpanded(node))
        table.forEachLeaf(node, (leaf) => this.#lookAt(state, leaf));
      if (isOver) this.#lookAt(state, node);
    }
    if (this.#isFlowWatched && state.state !== this.#flowSeen) {
      this.#add(undefined, {
        name: state.flow,
        mapIndex: undefined,
        from: this.#flowSeen,
        to: state.state,
        attempt: 1,
        message: state.message,
      });
      this.#flowSeen = state.state;
    }
  }

  /** Settles when all have been told, or have taken too long. */
  async settled(): Promise<void> {
    if (!this.#isTelling) return;
    let cancel = () => {};
    const late = new Promise<void>((resolve) => {
      const at = this.#parts.clock.now() + patience;
      cancel = this.#parts.clock.setTimer(at, () => {
        this.#isGivenUp = true;
        const [first, ...others] = this.#told;
        const untold = others.length + this.#waiting.length;
        const changes = `${untold} later ${untold === 1 ? "change of state was" : "changes of state were"}`;
        if (first)
          this.#complain(
            first,
            `had not ended ${formatDuration(patience)} after the run, so the run is over without it${untold > 0 ? `, and ${changes} told to nobody` : ""}`,
          );
        resolve();
      });
    });
    await Promise.race([this.#telling, late]);
    cancel();
  }

  /** Goes on with the graph of a run that was resumed: what has been seen of a task stays seen. */
  #renumber({ index, table, graph }: SchedulerState): void {
    const before = this.#numbers;
    this.#seenBefore = new Map(
      [...this.#seen].map(([number, state]) => [idOf(before, number), state]),
    );
    this.#numbers = { index, table };
    this.#watched = watchedOf(index);
    this.#isFlowWatched = graph.settings.watched;
    this.#seen = new Map();
    // What has another id now is kept as it was.
    const see = (run: TaskNumber) => {
      const state = table.state(run);
      if (
        isKeepable(state) &&
        !this.#seenBefore.has(idOf({ index, table }, run))
      )
        this.#seen.set(run, state);
    };
    for (const node of this.#watched) {
      see(node);
      table.forEachLeaf(node, see);
    }
  }

  #lookAt(state: SchedulerState, number: TaskNumber): void {
    const { table } = state;
    const from =
      this.#seen.get(number) ??
      this.#seenBefore.get(idOf(state, number)) ??
      "Pending";
    const to = table.state(number);
    if (from === to) return;
    this.#seen.set(number, to);
    const { task, id: node } = nodeOf(state, number);
    const path = table.path(number);
    const element = path.length === 0 ? undefined : path.join(".");
    const attempt = table.attempt[number]!;
    const of = { task, node, element, attempt };
    const change = {
      name: nameOfRun(state, number),
      mapIndex: mapIndexOf(state, number),
      attempt: attemptOf(state, number, attempt),
      message: table.details(number)?.message,
    };
    // Of tasks that a worker got together, one event tells all.
    const isAtOnce = from === "Pending" && to === "Success";
    if (isAtOnce)
      this.#add(of, {
        ...change,
        from,
        to: "Running",
        message: undefined,
      });
    const before = isAtOnce ? "Running" : from;
    this.#add(of, { ...change, from: before, to });
  }

  #add(
    of: Omit<WatchedChange, "change"> | undefined,
    change: WatchedChange["change"],
  ): void {
    const { task, node, element, attempt = 1 } = of ?? {};
    this.#waiting.push({ task, node, element, attempt, change });
    if (this.#isTelling) return;
    this.#isTelling = true;
    this.#telling = this.#tell();
  }

  async #tell(): Promise<void> {
    while (this.#waiting.length > 0) {
      // Those of one task at a time: what its function logs is told as the task's, and as an element's where that is known.
      const [{ node, attempt }] = this.#waiting as [WatchedChange];
      const end = this.#waiting.findIndex((other) => other.node !== node);
      const changes = this.#waiting.splice(
        0,
        end < 0 ? this.#waiting.length : end,
      );
      this.#told = changes;
      await this.#parts.executor
        .watch(
          { run: this.#run, node: node ?? "", attempt },
          this.#state().flow,
          changes,
          this.#listener(),
        )
        .catch((thrown: unknown) => {
          if (!this.#isGivenUp)
            this.#complain(
              changes[0]!,
              `did not end. ${thrown instanceof Error ? thrown.message : ""}`,
            );
        });
    }
    this.#isTelling = false;
    this.#told = [];
  }

  /** Says in the log of a task that its function was not told, or not to the end. */
  #complain({ node, element, attempt, change }: WatchedChange, what: string) {
    this.#listener().log(
      attemptId({
        ...{ run: this.#run, node: node ?? "", attempt },
        ...(element === undefined ? {} : { element }),
      }),
      "error",
      `onStateChange of ${change.name} ${what}`.trimEnd(),
      this.#parts.clock.now(),
    );
  }
}

/** The nodes of which changes are told. */
function watchedOf({ nodes }: SchedulerState["index"]): Set<number> {
  return new Set(
    nodes.flatMap((node, number) =>
      node.kind === "task" && node.options.functions.includes("onStateChange")
        ? [number]
        : [],
    ),
  );
}

/** The id of a task, or of an element of a map. */
function idOf(
  { index, table }: Pick<SchedulerState, "index" | "table">,
  number: TaskNumber,
): string {
  return elementId(index.nodes[table.node[number]!]!.id, table.path(number));
}
