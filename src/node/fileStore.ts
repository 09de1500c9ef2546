import type { BigIntStats } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { isAbsolute, join, normalize, sep } from "node:path";
import type { CacheEntry } from "../core/cache.ts";
import type { RunEvent } from "../core/events.ts";
import { FlowError } from "../core/errors.ts";
import type { KeptEntry, KeptKind } from "../core/kept.ts";
import { expandKeys } from "../core/resultKeys.ts";
import type { TableRecord, TableRecords } from "../core/tablesWritten.ts";
import { shorten } from "../core/words.ts";
import { readEntry, toText } from "../engine/database/notebookTable.ts";
import type { Output } from "../engine/protocol.ts";
import type {
  KeptResults,
  LogLine,
  ResultsCommit,
  StoredFile,
} from "../engine/services.ts";
import type {
  NamedResults,
  NotebookStore,
  StoredCommit,
  StoredNotebook,
} from "../storage/notebookStore.ts";
import type { Entry } from "./entries.ts";
import { FileHashes } from "./fileHashes.ts";
import { sendFile } from "./fileOnDisk.ts";
import { pagesOfFile, type NotebookFile } from "./notebookFile.ts";

/** How large a result may be that is kept of a run of which only what is small is, in characters. */
const smallResult = 4_000;

/** What is kept of a notebook, in its SQLite file; its attachments are the files of a folder. */
export class FileStore implements NotebookStore {
  readonly needsCompaction = false;
  generation = 0;
  readonly #file: NotebookFile;
  readonly #folder: string;
  readonly #places: Readonly<Record<string, string>>;
  readonly #hashes = new FileHashes();
  /** What is to replace all that the file has of a run when something is written of it. */
  readonly #cut = new Map<string, readonly RunEvent[]>();
  /** The runs that were there already, whose results may be written again. */
  #earlier: ReadonlySet<string> = new Set();
  #nextLog = Date.now();

  /** Attachments are files of a folder, by their names or at `places` in it. */
  constructor(
    file: NotebookFile,
    folder: string,
    places: Readonly<Record<string, string>> = {},
  ) {
    this.#file = file;
    this.#folder = folder;
    this.#places = places;
  }

  storedPages(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async load(): Promise<StoredNotebook> {
    const runs = new Map<string, unknown[]>();
    for (const entry of this.#list("events")) addPart(runs, entry.run, entry);
    this.#earlier = new Set(runs.keys());
    return {
      database: pagesOfFile(this.#file),
      runs: [...runs]
        .map(([id, events]) => ({ id, events }))
        .sort((one, other) => startOf(other.events) - startOf(one.events)),
      files: [],
      outputs: Object.fromEntries(
        this.#list("outputs").map(({ key, value }) => [key, value as Output[]]),
      ),
      cache: this.#cacheEntries(),
    };
  }

  async claim(): Promise<void> {}

  async compact(): Promise<void> {}

  async saveChanged(): Promise<void> {}

  async copy(): Promise<void> {}

  async replaceDatabase(): Promise<void> {}

  async kept(): Promise<KeptEntry[]> {
    const kinds: KeptKind[] = [
      ...(["events", "logs", "result", "cache", "outputs", "writer"] as const),
    ];
    return kinds.flatMap((kind) => this.#list(kind));
  }

  async commit(commit: StoredCommit): Promise<void> {
    const { key, result, cache, tables = {}, ...rest } = commit;
    const records = Object.entries(tables).map(([name, kept]) =>
      entryOf("writer", "", name, kept),
    );
    await this.#commit(
      { ...rest, keys: [key], values: [result], cache: cache ? [cache] : [] },
      true,
      await Promise.all(records),
    );
  }

  async commitResults(commit: ResultsCommit): Promise<void> {
    await this.#commit({ ...commit, keys: expandKeys(commit.keys) }, false);
  }

  async events(run: string): Promise<readonly unknown[]> {
    const runs = new Map<string, unknown[]>();
    for (const entry of this.#list("events", run)) addPart(runs, run, entry);
    return runs.get(run) ?? [];
  }

  cutEvents(run: string, events: readonly RunEvent[]): void {
    this.#cut.set(run, events);
  }

  async appendEvents(
    run: string,
    firstEvent: number,
    events: readonly RunEvent[],
  ): Promise<void> {
    if (events.length === 0) return;
    await this.#replaceCut(run);
    this.#file.put([await entryOf("events", run, firstEvent, events)]);
    this.generation += 1;
  }

  async appendLogs(lines: readonly LogLine[]): Promise<void> {
    const byRun = groupByRun(lines);
    const entries = [...byRun].map(([run, some]) =>
      entryOf("logs", run, this.#nextLog++, some),
    );
    this.#file.put(await Promise.all(entries));
  }

  async logs(run: string): Promise<LogLine[]> {
    return this.#list("logs", run).flatMap(({ value }) => value as LogLine[]);
  }

  async results(
    run: string,
    keys: readonly string[],
  ): Promise<readonly ({ value: unknown } | undefined)[]> {
    return keys.map((key) => {
      const value = this.#file.find("result", run, key);
      const [found] =
        value === undefined
          ? []
          : readEntry({ kind: "result", run, key, value });
      return found && { value: found.value };
    });
  }

  async cacheEntries(): Promise<CacheEntry[]> {
    return this.#cacheEntries();
  }

  async tableRecords(): Promise<TableRecords> {
    return Object.fromEntries(
      this.#list("writer").map(({ key, value }) => [key, value as TableRecord]),
    );
  }

  async retainResults({ runs, keys, small }: KeptResults): Promise<void> {
    const keepAll = new Set(runs);
    const keepSmall = new Set([...runs, ...small, ...Object.keys(keys)]);
    this.#file.drop(
      "result",
      ({ run, key, value }) =>
        keepAll.has(run) ||
        (keys[run]?.includes(String(key)) ?? false) ||
        (keepSmall.has(run) && value.length <= smallResult),
    );
  }

  async writeFile(): Promise<StoredFile> {
    throw new FlowError(
      "invalid-argument",
      `Attachments are the files of ${this.#folder}. Put the file there.`,
    );
  }

  async readFile(name: string): Promise<Blob> {
    const path = this.#pathOf(name);
    if (path !== undefined && (await findFile(path))) return sendFile(path);
    throw new FlowError(
      "missing-attachment",
      path !== undefined
        ? `There is no file ${shorten(name, 60)} in ${this.#folder}. Put it there, or correct the name.`
        : `${shorten(name, 60)} is no file in ${this.#folder}, and tasks read no others by name. Put it there, or use Node's own fs.`,
    );
  }

  async fileHash(name: string): Promise<string | undefined> {
    const path = this.#pathOf(name);
    const found = path === undefined ? undefined : await findFile(path);
    return found && this.#hashes.of(path!, found);
  }

  async files(): Promise<StoredFile[]> {
    const entries = await readdir(this.#folder, { withFileTypes: true });
    const files = entries.filter(
      (entry) => entry.isFile() && !entry.name.startsWith("."),
    );
    return Promise.all(
      files.map(async ({ name }) => {
        const path = join(this.#folder, name);
        const found = await stat(path, { bigint: true });
        const hash = (await this.#hashes.of(path, found)) ?? "";
        const { size, mtimeMs } = found;
        return { name, size: Number(size), hash, addedAt: Number(mtimeMs) };
      }),
    );
  }

  async removeFile(): Promise<void> {}

  async renameFile(): Promise<void> {}

  async saveOutputs(cell: string, outputs: readonly Output[]): Promise<void> {
    this.#file.put([await entryOf("outputs", "", cell, outputs)]);
  }

  close(): void {}

  async #commit(
    { run, firstEvent, events, keys, values, cache }: NamedResults,
    isOfCommit: boolean,
    more: readonly Entry[] = [],
  ): Promise<void> {
    await this.#replaceCut(run);
    const entries = keys.map((key, at) =>
      entryOf("result", run, key, values[at]),
    );
    if (events.length > 0)
      entries.push(entryOf("events", run, firstEvent, events));
    for (const entry of [...this.#replaced(run, keys), ...cache])
      entries.push(entryOf("cache", "", entry.cacheKey, entry));
    this.#file.put([...(await Promise.all(entries)), ...more], isOfCommit);
    this.generation += 1;
  }

  /** What could not be understood of a run goes when something is written of it. */
  async #replaceCut(run: string): Promise<void> {
    const events = this.#cut.get(run);
    if (!events) return;
    this.#file.drop("events", (entry) => entry.run !== run);
    this.#file.put([await entryOf("events", run, 0, events)]);
    this.#cut.delete(run);
  }

  /** The entries of results that these take the place of, as entries of which no result is found. */
  #replaced(run: string, keys: readonly string[]): CacheEntry[] {
    if (!this.#earlier.has(run)) return [];
    const given = new Set(keys);
    return this.#cacheEntries()
      .filter((entry) => entry.run === run && given.has(entry.resultKey))
      .map((entry) => ({ ...entry, resultKey: "" }));
  }

  #list(kind: KeptKind, run?: string): KeptEntry[] {
    return this.#file
      .list(kind, run)
      .flatMap((entry) => readEntry({ ...entry, kind }));
  }

  #cacheEntries(): CacheEntry[] {
    return this.#list("cache")
      .map(({ value }) => value as CacheEntry)
      .sort((one, other) => other.at - one.at);
  }

  /** Where an attachment is; undefined for a name that leads out of the folder. */
  #pathOf(name: string): string | undefined {
    const isPlaced = Object.hasOwn(this.#places, name);
    const path = normalize(isPlaced ? this.#places[name]! : name);
    if (isAbsolute(path) || path === ".." || path.startsWith(`..${sep}`))
      return undefined;
    return join(this.#folder, path);
  }
}

async function entryOf(
  kind: KeptKind,
  run: string,
  key: string | number,
  value: unknown,
): Promise<Entry> {
  return { kind, run, key, value: await toText(value) };
}

/** Parts come in order; what follows a gap cannot be understood and is left out. */
function addPart(
  runs: Map<string, unknown[]>,
  run: string,
  { key, value }: KeptEntry,
): void {
  const events = runs.get(run) ?? [];
  runs.set(run, events);
  const first = Number(key);
  if (first > events.length) return;
  const part = value as unknown[];
  for (const event of part.slice(events.length - first)) events.push(event);
}

function startOf(events: readonly unknown[]): number {
  return (events[0] as { at?: number } | undefined)?.at ?? 0;
}

function groupByRun(lines: readonly LogLine[]): Map<string, LogLine[]> {
  const byRun = new Map<string, LogLine[]>();
  for (const line of lines) {
    const some = byRun.get(line.run);
    if (some) some.push(line);
    else byRun.set(line.run, [line]);
  }
  return byRun;
}

async function findFile(path: string): Promise<BigIntStats | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found?.isFile() ? found : undefined;
}
