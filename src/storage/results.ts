/**
 * The results of runs:
 *
 *   ["result", run, key]      { value, event }: one result, and the number of the first event that was written with it
 *   ["results", run, event]   a pack: small results that were written together
 *
 * Writing ten thousand small results one by one would take seconds, and reading a large one must not read others, so only
 * small ones are packed. What was written last under a key counts; that is the one with the higher number, and at equal
 * numbers the pack: the write of a single result removes a pack of its own number, which is one whose write did not count.
 */
import { promisifyRequest } from "idb-keyval";
import type { UseStore } from "idb-keyval";
import type { KeptResults } from "../engine/services.ts";
import { keysUnder } from "./useStore.ts";

/** A result; in an object, so that an undefined one can be told from none. */
export interface Found {
  value: unknown;
}

interface Single {
  value: unknown;
  /** Missing in what format 1 wrote: that is older than any pack. */
  event?: number;
}

interface Pack {
  keys: readonly string[];
  values: readonly unknown[];
}

/** Where the results of a run are. */
interface Places {
  singles: Set<string>;
  /** The last pack that has a key. */
  packs: Map<string, number>;
  /** Packs whose keys are not in that yet: most of them are asked for only when their run is over, or never. */
  written: { event: number; keys: readonly string[] }[];
}

function noPlaces(): Places {
  return { singles: new Set(), packs: new Map(), written: [] };
}

/** Finds results, wherever they are. */
export class Results {
  readonly #use: UseStore;
  /** By run, from its beginning or from the first question about it on. */
  readonly #places = new Map<string, Promise<Places>>();
  /** The pack that was read last: results of a map are often asked for one by one. */
  #last:
    { run: string; event: number; values: Map<string, unknown> } | undefined;

  constructor(use: UseStore) {
    this.#use = use;
  }

  /** Writes results of a run in a transaction; what it gives is to be called when that is done. */
  put(
    store: IDBObjectStore,
    run: string,
    event: number,
    keys: readonly string[],
    values: readonly unknown[],
  ): () => void {
    const { singles, pack } = divide(keys, values);
    if (pack.keys.length > 0) store.put(pack, ["results", run, event]);
    else store.delete(["results", run, event]);
    for (const at of singles) {
      const single: Single = { value: values[at], event };
      store.put(single, ["result", run, keys[at]!]);
    }
    return () => {
      if (this.#last?.run === run && this.#last.event === event)
        this.#last = undefined;
      const places = this.#places.get(run);
      void places?.then(
        (known) => {
          for (const at of singles) known.singles.add(keys[at]!);
          if (pack.keys.length > 0)
            known.written.push({ event, keys: pack.keys });
        },
        () => undefined,
      );
    };
  }

  /** The results under these keys, in their order. */
  async find(
    run: string,
    keys: readonly string[],
  ): Promise<(Found | undefined)[]> {
    const places = await this.#placesOf(run);
    const packs = new Map<number, Map<string, unknown>>();
    const singles = new Map<string, Single>();
    const last = this.#last;
    await this.#use("readonly", (store) => {
      const reads: Promise<void>[] = [];
      for (const key of new Set(keys)) {
        const event = places.packs.get(key);
        if (places.singles.has(key))
          reads.push(
            promisifyRequest<Single | undefined>(
              store.get(["result", run, key]),
            ).then((single) => void (single && singles.set(key, single))),
          );
        if (event === undefined || packs.has(event)) continue;
        packs.set(event, new Map());
        if (last?.run === run && last.event === event)
          packs.set(event, last.values);
        else
          reads.push(
            promisifyRequest<Pack | undefined>(
              store.get(["results", run, event]),
            ).then((pack) => {
              const values = valuesOf(pack);
              packs.set(event, values);
              this.#last = { run, event, values };
            }),
          );
      }
      return Promise.all(reads);
    });
    return keys.map((key) => {
      const event = places.packs.get(key);
      const single = singles.get(key);
      const values = event === undefined ? undefined : packs.get(event);
      const isPacked =
        event !== undefined && !(single && (single.event ?? -1) > event);
      if (isPacked && values?.has(key)) return { value: values.get(key) };
      return single && { value: single.value };
    });
  }

  /** Drops all results but these; gives the runs that lost some. */
  async retain({ runs, keys, small }: KeptResults): Promise<Set<string>> {
    const keepAll = new Set(runs);
    const keepSmall = new Set([...runs, ...small, ...Object.keys(keys)]);
    const keyed = new Map(
      Object.entries(keys).map(([run, list]) => [run, new Set(list)]),
    );
    const dropped = new Set<string>();
    await this.#use("readwrite", async (store) => {
      const [singles, packs] = (await Promise.all([
        promisifyRequest(store.getAllKeys(keysUnder("result"))),
        promisifyRequest(store.getAllKeys(keysUnder("results"))),
      ])) as [string, string, string | number][][];
      const gone = [
        ...singles!.filter(
          ([, run, key]) =>
            !keepAll.has(run) && !keyed.get(run)?.has(String(key)),
        ),
        ...packs!.filter(([, run]) => !keepSmall.has(run)),
      ];
      for (const key of gone) {
        store.delete(key);
        dropped.add(key[1]);
      }
      await promisifyRequest(store.transaction);
    });
    for (const run of dropped) this.#places.delete(run);
    if (this.#last && dropped.has(this.#last.run)) this.#last = undefined;
    return dropped;
  }

  /** A run begins in this store: it has no results yet, and where those are that come need not be looked up. */
  begin(run: string): void {
    if (!this.#places.has(run))
      this.#places.set(run, Promise.resolve(noPlaces()));
  }

  /** What is known of where a run's results are counts no more. */
  forget(run: string): void {
    this.#places.delete(run);
    if (this.#last?.run === run) this.#last = undefined;
  }

  async #placesOf(run: string): Promise<Places> {
    let looking = this.#places.get(run);
    if (!looking) {
      looking = this.#lookUp(run);
      this.#places.set(run, looking);
      looking.catch(() => this.#places.delete(run));
    }
    const places = await looking;
    for (const { event, keys } of places.written)
      for (const key of keys) places.packs.set(key, event);
    places.written = [];
    return places;
  }

  #lookUp(run: string): Promise<Places> {
    return this.#use("readonly", async (store) => {
      const places = noPlaces();
      const singles = promisifyRequest(
        store.getAllKeys(keysUnder("result", run)),
      ) as Promise<[string, string, string][]>;
      // One after the other, for all of them at once may be more than there is room for.
      const packs = new Promise<void>((resolve, reject) => {
        const cursor = store.openCursor(keysUnder("results", run));
        cursor.onerror = () => reject(cursor.error as DOMException);
        cursor.onsuccess = () => {
          const found = cursor.result;
          if (!found) return resolve();
          const [, , event] = found.key as [string, string, number];
          const { keys } = found.value as Pack;
          places.written.push({ event, keys });
          found.continue();
        };
      });
      const [keys] = await Promise.all([singles, packs]);
      for (const [, , key] of keys) places.singles.add(key);
      return places;
    });
  }
}

/** Which results stand alone, by their place, and the others as a pack: the small ones, where there are more than one. */
function divide(
  keys: readonly string[],
  values: readonly unknown[],
): { singles: readonly number[]; pack: Pack } {
  const singles: number[] = [];
  values.forEach((value, at) => {
    if (keys.length === 1 || !isSmall(value)) singles.push(at);
  });
  if (singles.length === 0) return { singles, pack: { keys, values } };
  const alone = new Set(singles);
  const pick = <T>(list: readonly T[]) =>
    list.filter((_, at) => !alone.has(at));
  return { singles, pack: { keys: pick(keys), values: pick(values) } };
}

function valuesOf(pack: Pack | undefined): Map<string, unknown> {
  return new Map(
    (pack?.keys ?? []).map((key, at) => [key, pack?.values[at]] as const),
  );
}

/** A value of so many bytes at most is small, as far as its bytes can be told. */
const smallBytes = 4000;
const bytesOfPart = 8;

/** Whether a value is small; it is not looked at further than that. */
function isSmall(value: unknown): boolean {
  // As most elements of a large map are, for which a list each takes longer than all else here.
  if (typeof value !== "object") return bytesOf(value) <= smallBytes;
  let room = smallBytes;
  const todo: unknown[] = [value];
  while (todo.length > 0) {
    const next = todo.pop();
    room -= bytesOf(next);
    if (typeof next === "object" && next !== null) {
      if (next instanceof Blob) return false;
      if (next instanceof ArrayBuffer) room -= next.byteLength;
      else if (ArrayBuffer.isView(next)) room -= next.byteLength;
      else if (next instanceof Map || next instanceof Set) {
        if (next.size * bytesOfPart > room) return false;
        for (const part of next.entries()) todo.push(...(part as unknown[]));
      } else {
        if (Array.isArray(next) && next.length * bytesOfPart > room)
          return false;
        const parts: unknown[] = Object.values(next);
        if (parts.length * bytesOfPart > room) return false;
        todo.push(...parts);
      }
    }
    if (room < 0) return false;
  }
  return true;
}

/** What a value takes without its parts. */
function bytesOf(value: unknown): number {
  return bytesOfPart + (typeof value === "string" ? 2 * value.length : 0);
}
