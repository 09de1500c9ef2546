import { promisifyRequest } from "idb-keyval";
import type { UseStore } from "idb-keyval";
import { FlowError } from "../core/errors.ts";
import type { RunEvent } from "../core/events.ts";
import {
  isLarge,
  isPackedStart,
  packStart,
  unpackStart,
} from "../core/packedStart.ts";
import { keysUnder } from "./useStore.ts";

/** A run as it is in the store: its events may be of any format. */
export interface RunRecord {
  id: string;
  events: readonly unknown[];
}

type EventsKey = ["events", string, number];

/** The lists of events of all runs, which are written part by part: ["events", run, number of the first in the part]. */
export class EventLists {
  readonly #use: UseStore;
  /** What is to replace all that the disk has of a run when the next part is written. */
  readonly #cut = new Map<string, readonly unknown[]>();
  /** How many events of a run are on disk. */
  readonly #lengths = new Map<string, number>();

  constructor(use: UseStore) {
    this.#use = use;
  }

  /** All runs, newest first, as a transaction finds them. */
  async load(store: IDBObjectStore): Promise<RunRecord[]> {
    const { runs, cut } = await readParts(store, keysUnder("events"));
    for (const { id, events } of cut) this.cut(id, events);
    this.#lengths.clear();
    for (const { id, events } of runs) this.#lengths.set(id, events.length);
    return runs.sort((a, b) => startOf(b) - startOf(a));
  }

  async of(run: string): Promise<readonly unknown[]> {
    const { runs } = await this.#use("readonly", (store) =>
      readParts(store, keysUnder("events", run)),
    );
    return runs[0]?.events ?? [];
  }

  /** What the disk has behind these events stays until the next write, and then goes, so that what is written has its place. */
  cut(run: string, events: readonly unknown[]): void {
    this.#cut.set(run, events);
  }

  /**
   * Writes a part in a transaction; what it gives is to be called when that is done. Throws where the part would stand behind a
   * gap, as nothing of it could be read again.
   */
  put(
    store: IDBObjectStore,
    run: string,
    first: number,
    events: readonly RunEvent[],
  ): () => void {
    const whole = this.#cut.get(run);
    const length = whole?.length ?? this.#lengths.get(run) ?? 0;
    if (first > length)
      throw new FlowError(
        "storage-failed",
        "The end of this run could not be saved. Reload the page, and resume it.",
      );
    if (whole) {
      store.delete(keysUnder("events", run));
      store.put(whole, ["events", run, 0]);
    }
    if (events.length > 0)
      store.put(events.map(withPack), ["events", run, first]);
    return () => {
      if (whole) this.#cut.delete(run);
      this.#lengths.set(run, Math.max(length, first + events.length));
    };
  }
}

/** As it is stored: to write and to read a large graph as it is takes ten times as long as packed. */
function withPack(event: RunEvent): unknown {
  return "graph" in event && isLarge(event.graph.nodes)
    ? packStart(event)
    : event;
}

/** As it was put; an event whose pack is damaged stays as it is, and is no event to those who read it. */
function withGraph(stored: unknown): unknown {
  if (!isPackedStart(stored)) return stored;
  try {
    return unpackStart(stored);
  } catch {
    return stored;
  }
}

async function readParts(store: IDBObjectStore, range: IDBKeyRange) {
  const [keys, parts] = await Promise.all([
    promisifyRequest(store.getAllKeys(range)) as Promise<EventsKey[]>,
    promisifyRequest<unknown[]>(store.getAll(range)),
  ]);
  return joinParts(keys, parts);
}

/** Keys come in order, so the parts of a run follow each other. What follows a gap, or is no list, cannot be understood and is left out. */
function joinParts(
  keys: readonly EventsKey[],
  parts: readonly unknown[],
): { runs: RunRecord[]; cut: RunRecord[] } {
  const runs = new Map<string, unknown[]>();
  const cut = new Set<string>();
  for (const [index, [, run, first]] of keys.entries()) {
    const events = runs.get(run) ?? [];
    runs.set(run, events);
    const part = parts[index];
    if (first > events.length || !Array.isArray(part)) cut.add(run);
    else if (!cut.has(run))
      for (const event of part.slice(events.length - first) as unknown[])
        events.push(withGraph(event));
  }
  const records = [...runs].map(([id, events]) => ({ id, events }));
  return {
    runs: records.filter(({ events }) => events.length > 0),
    cut: records.filter(({ id }) => cut.has(id)),
  };
}

function startOf({ events }: RunRecord): number {
  return (events[0] as { at?: number } | undefined)?.at ?? 0;
}
