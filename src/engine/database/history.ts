/** Which queries speak of the history of runs, and what it has not told yet; its tables are in historyTables.ts. */
import type { NotebookStore } from "../../storage/notebookStore.ts";
import type { HistoryTables } from "./historyTables.ts";
import type { Connection, Sqlite } from "./sqlite.ts";
import { nameOf, tokenize } from "../../core/sqlTokens.ts";

/** The tables of the history, by name. */
export const historyNames = ["runs", "tasks", "attempts", "logs"] as const;

/** Which tables of the history an SQL text may read; undefined if it does not speak of the history. */
export function historyIn(sql: string): { withLogs: boolean } | undefined {
  if (!/history/i.test(sql)) return undefined;
  const names = tokenize(sql).map((token) => nameOf(token).toLowerCase());
  const isMentioned = names.some(
    (name, at) => name === "history" && names[at + 1] === ".",
  );
  return isMentioned ? { withLogs: names.includes("logs") } : undefined;
}

export class History {
  readonly #sqlite: Sqlite;
  readonly #store: Pick<NotebookStore, "events" | "logs">;
  /** The runs of which something was written since they were last made. */
  readonly #changedRuns: Set<string>;
  readonly #changedLogs: Set<string>;
  #tables: HistoryTables | undefined;
  #updating: Promise<void> = Promise.resolve();
  #isClosed = false;

  /** The history of a notebook that has these runs. */
  constructor(
    sqlite: Sqlite,
    store: Pick<NotebookStore, "events" | "logs">,
    runs: readonly string[],
  ) {
    this.#sqlite = sqlite;
    this.#store = store;
    this.#changedRuns = new Set(runs);
    this.#changedLogs = new Set(runs);
  }

  /** Says that events of a run were written. */
  changed(run: string): void {
    this.#changedRuns.add(run);
  }

  /** Says that lines of a run's log were written. */
  logged(run: string): void {
    this.#changedLogs.add(run);
  }

  /** Makes the tables tell of all that has been written so far. */
  update({ withLogs }: { withLogs: boolean }): Promise<void> {
    const updating = this.#updating.then(async () => {
      const { HistoryTables } = await import("./historyTables.ts");
      if (this.#isClosed) return;
      this.#tables ??= new HistoryTables(this.#sqlite, this.#store);
      await this.#tables.makeRuns(this.#changedRuns);
      if (withLogs) await this.#tables.makeLogs(this.#changedLogs);
    });
    this.#updating = updating.catch(() => undefined);
    return updating;
  }

  /** Runs a query on a connection without a transaction, with the tables of the last update attached to it. */
  attachedTo<T>(reader: Connection, work: () => T): T {
    return this.#tables!.attachedTo(reader, work);
  }

  /** Runs a query in a transaction, with a copy of the tables of the last update. */
  copiedTo<T>(writer: Connection, work: () => T): T {
    return this.#tables!.copiedTo(writer, work);
  }

  close(): void {
    this.#isClosed = true;
    this.#tables?.close();
  }
}
