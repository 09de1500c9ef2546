/**
 * A copy of a notebook's store, for the day on which the browser loses the original.
 *
 * Chromium keeps all IndexedDB databases of a site in one LevelDB, and deletes all of them when it finds that one damaged, as
 * it may be after the browser was killed. A storage bucket has a LevelDB of its own, so a copy there outlives that. Browsers
 * without storage buckets (Firefox, Safari) keep IndexedDB in SQLite and have no such fault.
 *
 * The copy has the same keys and values as the original (notebookStore.ts), its database in segments only, and at "about" what
 * the library had of the notebook.
 */
import { promisifyRequest } from "idb-keyval";
import {
  pagesPerSegment,
  segmentCount,
  type PageImage,
} from "../core/pages.ts";
import type { CopyEntry, NotebookText } from "../engine/services.ts";
import { knownFormat, type Manifest } from "./fencedWrites.ts";
import { putAllSegments } from "./pageLog.ts";
import {
  commit,
  createStore,
  deleteStore,
  keysUnder,
  readEntries,
  type Store,
} from "./useStore.ts";

/** What a copy says of its notebook. */
export interface About extends NotebookText {
  at: number;
}

/** What the names of copies begin with. */
export const prefix = "flowbook:";
/** What is kept of each run, by its id. */
const ofRuns = ["events", "logs", "result", "results"];
/** What is kept beside runs. */
const others = ["cache", "file", "blob", "outputs", "table"] as const;

export type CopiedKind = (typeof others)[number];

/** Where copies are kept; undefined where the browser has no such place. */
export type CopyPlace = () => Promise<IDBFactory | undefined>;

/** For whom no copies are kept. */
export const nowhere: CopyPlace = () => Promise.resolve(undefined);

interface StorageBuckets {
  open(name: string): Promise<{ indexedDB: IDBFactory }>;
}

/** The storage bucket of the copies. */
export async function copyBucket(): Promise<IDBFactory | undefined> {
  const { storageBuckets } = navigator as { storageBuckets?: StorageBuckets };
  try {
    return (await storageBuckets?.open("flowbook-copies"))?.indexedDB;
  } catch {
    // A private window may refuse it.
    return undefined;
  }
}

interface Changes {
  others: Set<CopiedKind>;
  runs: Set<string>;
  /** Numbers of segments of the database. */
  segments: Set<number>;
}

/** What has changed in a notebook's store since it was copied. */
export class ColdCopy {
  readonly #notebook: string;
  readonly #source: Store["use"];
  readonly #place: CopyPlace;
  /** What has changed; undefined: everything may have. */
  #changes: Changes | undefined;
  /** Whether anything has changed at all. */
  #hasChanged = false;
  /** The document as it was copied last. */
  #text: string | undefined;

  constructor(notebook: string, source: Store["use"], place: CopyPlace) {
    this.#notebook = notebook;
    this.#source = source;
    this.#place = place;
  }

  /** Something of that kind was written. */
  changed(kind: CopiedKind): void {
    this.#hasChanged = true;
    this.#changes?.others.add(kind);
  }

  /** Something of a run was written. */
  changedRun(run: string): void {
    this.#hasChanged = true;
    this.#changes?.runs.add(run);
  }

  /** Pages of the database were written. */
  changedPages(image: PageImage): void {
    this.#hasChanged = true;
    if (this.#changes)
      for (const page of image.changedPages())
        this.#changes.segments.add(Math.floor(page / pagesPerSegment));
  }

  /** Copies what has changed; meanwhile nothing may be written into the database. */
  async update(
    image: PageImage,
    generation: number,
    { title, text }: NotebookText,
  ): Promise<void> {
    if (!this.#hasChanged && text === this.#text) return;
    const place = await this.#place();
    if (!place) return;
    const changes = this.#changes;
    this.#hasChanged = false;
    this.#changes = { others: new Set(), runs: new Set(), segments: new Set() };
    const target = createStore(`${prefix}${this.#notebook}`, place);
    try {
      const ranges = rangesOf(changes);
      const entries = await this.#source("readonly", async (store) =>
        (
          await Promise.all(ranges.map((range) => readEntries(store, range)))
        ).flat(),
      );
      await target.use("readwrite", async (store) => {
        if (!changes) store.clear();
        for (const range of ranges) store.delete(range);
        for (const [key, value] of entries) store.put(value, key);
        const database = await putAllSegments(
          store,
          image,
          generation,
          changes?.segments ?? Array(segmentCount(image.size)).keys(),
        );
        const manifest: Manifest = {
          format: knownFormat,
          generation,
          database,
        };
        store.put(manifest, "manifest");
        store.put({ title, text, at: Date.now() } satisfies About, "about");
        await commit(store);
      });
      this.#text = text;
    } catch (thrown) {
      this.#hasChanged = true;
      this.#changes = undefined;
      throw thrown;
    } finally {
      target.close();
    }
  }
}

/** All copies that there are, the newest first. */
export async function listCopies(place: CopyPlace): Promise<CopyEntry[]> {
  const factory = await place();
  if (!factory) return [];
  const found: CopyEntry[] = [];
  for (const { name } of await factory.databases()) {
    if (!name?.startsWith(prefix)) continue;
    const store = createStore(name, factory);
    const about = await store.use("readonly", (entries) =>
      promisifyRequest<About | undefined>(entries.get("about")),
    );
    store.close();
    if (!about) continue;
    const { title, at } = about;
    found.push({ notebook: name.slice(prefix.length), title, at });
  }
  return found.sort((a, b) => b.at - a.at);
}

/** Deletes the copy of a notebook. */
export async function removeCopy(
  notebook: string,
  place: CopyPlace,
): Promise<void> {
  const factory = await place();
  if (factory) await deleteStore(`${prefix}${notebook}`, factory);
}

/** The keys of what has changed. */
function rangesOf(changes: Changes | undefined): IDBKeyRange[] {
  if (!changes) return [...others, ...ofRuns].map((kind) => keysUnder(kind));
  return [
    ...[...changes.others].map((kind) => keysUnder(kind)),
    ...[...changes.runs].flatMap((run) =>
      ofRuns.map((kind) => keysUnder(kind, run)),
    ),
  ];
}
