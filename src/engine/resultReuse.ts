import {
  identify,
  type Dependencies,
  validUntil,
  whyNotReused,
  whyReused,
  type CacheEntry,
  type CacheIdentity,
} from "../core/cache.ts";
import { toErrorData } from "../core/errors.ts";
import type { TaskNumber } from "../core/events.ts";
import { lookUpFiles } from "../core/filesRead.ts";
import type { TaskNode } from "../core/graph.ts";
import { versionOf } from "../core/keys.ts";
import { storedByName, whyOutdated } from "../core/outdated.ts";
import { resultKeyOf } from "../core/resume.ts";
import type { SchedulerState } from "../core/schedulerState.ts";
import { onlyTies, type Ties } from "../core/ties.ts";
import type { AttemptRequest } from "./executor.ts";
import type { DriverParts } from "./runDriver.ts";

/** A result that need not be computed. */
export interface FoundResult {
  value: unknown;
  run: string;
  key: string;
  runAt: number;
  size: number;
  ties: Ties | undefined;
  why: string;
}

/** A call that is being computed, and those with the same identity that wait for it. */
interface Computing {
  identity: CacheIdentity;
  node: TaskNode;
  done: Promise<CacheEntry | undefined>;
  settle(entry: CacheEntry | undefined): void;
  entry: CacheEntry | undefined;
}

/** The results that tasks with `cacheFor` share: with earlier runs, and within a run with other calls that are the same. */
export class ResultReuse {
  readonly #state: () => SchedulerState;
  readonly #parts: DriverParts;
  readonly #computing = new Map<string, Computing>();
  readonly #byTask = new Map<TaskNumber, Computing>();
  readonly #isOpen: (request: AttemptRequest) => boolean;
  /** What an earlier part of this run left, by the place of the result, which a new result takes. */
  readonly #ofRun = new Map<string, string>();

  /** `isOpen` says whether an attempt is still to be made. */
  constructor(
    state: () => SchedulerState,
    parts: DriverParts,
    isOpen: (request: AttemptRequest) => boolean,
  ) {
    this.#state = state;
    this.#parts = parts;
    this.#isOpen = isOpen;
    for (const entry of parts.cache.values())
      if (entry.run === state().run)
        this.#ofRun.set(entry.resultKey, entry.cacheKey);
  }

  /** A valid result for the attempt's arguments; undefined if it has to be computed, which others may then wait for. */
  async find(
    request: AttemptRequest,
    node: TaskNode,
  ): Promise<FoundResult | undefined> {
    const cacheFor = node.options.cacheFor!;
    const version = versionOf(node, this.#parts.versions);
    let identity: CacheIdentity;
    try {
      identity = await this.#identify(request, node, version);
    } catch (thrown) {
      this.#log(
        request,
        "warning",
        `Not cached: ${toErrorData(thrown).message}`,
      );
      return undefined;
    }
    const { cacheKey } = identity;
    for (
      let other = this.#computing.get(cacheKey);
      other;
      other = this.#computing.get(cacheKey)
    ) {
      const entry = await other.done;
      if (entry) {
        const found = await this.#read(
          entry,
          "Reused: another call in this run had the same code and inputs.",
        );
        if (found) return found;
      }
    }
    const now = this.#parts.clock.now();
    const known = this.#parts.cache.get(cacheKey);
    let replaced: string | undefined;
    if (known && validUntil(known, cacheFor) > now) {
      replaced = await this.#whyOutdated(known);
      const found =
        replaced === undefined &&
        (await this.#read(known, whyReused(known, cacheFor, now)));
      if (found) return found;
      // An equal call may have left a newer one meanwhile.
      if (this.#parts.cache.get(cacheKey) !== known)
        return this.find(request, node);
      this.#parts.cache.delete(cacheKey);
      // While that was looked for, another call may have begun.
      if (this.#computing.has(cacheKey)) return this.find(request, node);
    }
    const others = [...this.#parts.cache.values()].filter(
      ({ task }) => task === node.task,
    );
    const why =
      replaced !== undefined
        ? replaced
        : others.length > 0 &&
          whyNotReused(others, identity, version, cacheFor, now);
    if (why) this.#log(request, "info", `Computed anew: ${why}.`);
    // One that was cancelled while it waited would have the others wait for ever.
    if (this.#isOpen(request)) this.#begin(request.number, identity, node);
    return undefined;
  }

  /** Whether later runs, or other calls of this one, may use the attempt's result. */
  isAwaited(number: TaskNumber): boolean {
    return this.#byTask.has(number);
  }

  /** What is kept of the attempt's result for later runs. */
  entryFor(
    request: AttemptRequest,
    ties: Ties | undefined,
  ): CacheEntry | undefined {
    const computing = this.#byTask.get(request.number);
    if (!computing) return undefined;
    const { identity, node } = computing;
    const state = this.#state();
    computing.entry = {
      ...identity,
      task: node.task,
      version: versionOf(node, this.#parts.versions),
      key: state.keys[node.id] ?? "",
      node: node.id,
      at: this.#parts.clock.now(),
      run: state.run,
      runAt: state.startedAt,
      resultKey: resultKeyOf(state, request.number),
      size: 0,
      ...ties,
    };
    return computing.entry;
  }

  /** The attempt's result is on disk. */
  settle(number: TaskNumber): void {
    const computing = this.#byTask.get(number);
    if (!computing?.entry) return;
    const { resultKey } = computing.entry;
    this.#parts.cache.delete(this.#ofRun.get(resultKey) ?? "");
    this.#ofRun.delete(resultKey);
    this.#parts.cache.set(computing.identity.cacheKey, computing.entry);
    this.#end(number, computing, computing.entry);
  }

  /** The attempt gives no result: whoever waits for it computes. */
  giveUp(number: TaskNumber): void {
    const computing = this.#byTask.get(number);
    if (computing) this.#end(number, computing, undefined);
  }

  #end(
    number: TaskNumber,
    computing: Computing,
    entry: CacheEntry | undefined,
  ): void {
    this.#byTask.delete(number);
    this.#computing.delete(computing.identity.cacheKey);
    computing.settle(entry);
  }

  #begin(number: TaskNumber, identity: CacheIdentity, node: TaskNode): void {
    let settle: Computing["settle"] = () => {};
    const done = new Promise<CacheEntry | undefined>(
      (resolve) => (settle = resolve),
    );
    const computing = { identity, node, done, settle, entry: undefined };
    this.#computing.set(identity.cacheKey, computing);
    this.#byTask.set(number, computing);
  }

  async #identify(
    request: AttemptRequest,
    node: TaskNode,
    version: string,
  ): Promise<CacheIdentity> {
    const { args, task, flow } = request;
    const more: { -readonly [Name in keyof Dependencies]: unknown } = {};
    if (node.options.cacheKey !== undefined)
      more.cacheKey = node.options.cacheKey;
    else if (node.options.functions.includes("cacheKey")) {
      const answer = await this.#parts.executor.ask(
        { task, flow, node: node.id },
        { type: "cache-key", args },
      );
      if (answer.type === "cache-key") more.cacheKey = answer.value;
    }
    if (this.#parts.contextTasks.has(node.task))
      more["the parameters"] = request.makeJob().context.parameters;
    return identify(version, args, node.inputs ?? [], more);
  }

  async #read(
    entry: CacheEntry,
    why: string,
  ): Promise<FoundResult | undefined> {
    const { run, resultKey: key, runAt, size } = entry;
    const [found] = await this.#parts.store.results(run, [key]);
    if (!found) return undefined;
    const ties = onlyTies(entry);
    return { value: found.value, run, key, runAt, size, ties, why };
  }

  /** Why a result no longer holds because of what it hangs on, if so. */
  async #whyOutdated(ties: Ties): Promise<string | undefined> {
    const { store } = this.#parts;
    const names = Object.keys(ties.files ?? {});
    const files = await lookUpFiles(names, (name) => store.fileHash(name));
    const tables = ties.tables ? await store.tablesNow() : [];
    return whyOutdated(ties, storedByName({ files, tables }));
  }

  #log(request: AttemptRequest, level: "info" | "warning", text: string): void {
    const { listener, clock } = this.#parts;
    listener.log(request, level, text, clock.now());
  }
}
