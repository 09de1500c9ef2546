/**
 * The history of runs as SQL tables, in an SQLite database of its own that no file and no export ever holds.
 *
 * It is made from the stored events when a query first speaks of it, and what has changed since is made again when another
 * does. A reader attaches it as `history` for one query: at other times a name without a schema must not find its tables.
 * What a transaction has attached it cannot detach before its end, so a writer gets a copy that is taken back after each query.
 */
import { replay } from "../../core/scheduler.ts";
import { snapshot } from "../../core/snapshot.ts";
import type { RunState } from "../../core/run.ts";
import type { NotebookStore } from "../../storage/notebookStore.ts";
import { readAll } from "./execute.ts";
import { historyNames } from "./history.ts";
import {
  historyTables,
  rowOfLine,
  rowsOfRun,
  type HistoryTable,
} from "./historyRows.ts";
import type { Connection, RawValue, Sqlite, Statement } from "./sqlite.ts";

/** The tables, which few queries ask for: this is fetched when one does. */
export class HistoryTables {
  readonly #sqlite: Sqlite;
  readonly #store: Pick<NotebookStore, "events" | "logs">;
  #connection: Connection | undefined;
  #isClosed = false;

  constructor(sqlite: Sqlite, store: Pick<NotebookStore, "events" | "logs">) {
    this.#sqlite = sqlite;
    this.#store = store;
  }

  /** Makes the rows of these runs, but for those of their logs; each is taken out of the set. */
  makeRuns(changed: Set<string>): Promise<void> {
    return this.#makeAgain(changed, ["runs", "tasks", "attempts"], (run) =>
      this.#runRows(run),
    );
  }

  /** The same for the rows of their logs. */
  makeLogs(changed: Set<string>): Promise<void> {
    return this.#makeAgain(changed, ["logs"], (run) => this.#logRows(run));
  }

  /** Runs a query on a connection without a transaction, with the tables attached to it. */
  attachedTo<T>(reader: Connection, work: () => T): T {
    reader.run(`ATTACH '/${this.#open().filename}' AS history`);
    try {
      return work();
    } finally {
      reader.run("DETACH history");
    }
  }

  /** Runs a query in a transaction, with a copy of the tables. An empty `history` stays attached until the transaction's end. */
  copiedTo<T>(writer: Connection, work: () => T): T {
    if (!hasHistory(writer)) writer.run("ATTACH ':memory:' AS history");
    writer.run("SAVEPOINT flowbook_history");
    try {
      createTables(writer, "history");
      for (const table of historyNames)
        insertAll(
          writer,
          "history",
          readAll(this.#open(), `SELECT * FROM ${table}`).map(
            (row) => [table, row] as const,
          ),
        );
      return work();
    } finally {
      writer.run("ROLLBACK TO flowbook_history; RELEASE flowbook_history");
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#connection?.close();
    this.#connection = undefined;
  }

  #open(): Connection {
    if (!this.#connection) {
      this.#connection = this.#sqlite.create();
      createTables(this.#connection, "main");
      this.#connection.run(
        "CREATE INDEX tasks_of ON tasks (run, id); CREATE INDEX attempts_of ON attempts (run, id); CREATE INDEX logs_of ON logs (run, id)",
      );
    }
    return this.#connection;
  }

  async #makeAgain(
    changed: Set<string>,
    tables: readonly HistoryTable[],
    read: (run: string) => Promise<Iterable<HistoryRow>>,
  ): Promise<void> {
    for (const run of [...changed]) {
      // What is written while the rows are being read will be read again.
      changed.delete(run);
      try {
        const rows = await read(run);
        if (this.#isClosed) return;
        replaceRows(this.#open(), tables, run, rows);
      } catch (thrown) {
        changed.add(run);
        throw thrown;
      }
    }
  }

  async #runRows(run: string): Promise<Iterable<HistoryRow>> {
    const state = await this.#stateOf(run);
    return state ? rowsOfRun(state) : [];
  }

  async #logRows(run: string): Promise<HistoryRow[]> {
    const lines = await this.#store.logs(run);
    const isStateNeeded = lines.some(
      ({ element, attempt }) => attempt > 1 || element?.includes("."),
    );
    const state = isStateNeeded ? await this.#stateOf(run) : undefined;
    const indexes = new Map<string, ReadonlyMap<string, number>>();
    const indexOf = (node: string, element: string): number | undefined => {
      if (!element.includes(".")) return Number(element);
      let known = indexes.get(node);
      if (!known) indexes.set(node, (known = elementsOf(state, node)));
      return known.get(element);
    };
    const runOf = (node: string, index?: number) => {
      const task = state?.tasks.get(node);
      const one = index === undefined ? task : task?.children?.run(index);
      return one ?? { attempts: [], fallbacks: [] };
    };
    return lines.map(
      (line) => ["logs", rowOfLine(line, indexOf, runOf)] as const,
    );
  }

  /** What a run's events add up to; undefined if they add up to nothing. */
  async #stateOf(run: string): Promise<RunState | undefined> {
    const { upgradeEvents } = await import("../../core/upgrade.ts");
    const events = upgradeEvents(await this.#store.events(run));
    try {
      return snapshot(replay(events));
    } catch {
      return undefined;
    }
  }
}

function hasHistory(connection: Connection): boolean {
  return readAll(connection, "PRAGMA database_list").some(
    ([, name]) => name === "history",
  );
}

type HistoryRow = readonly [HistoryTable, readonly RawValue[]];

function createTables(connection: Connection, schema: string): void {
  for (const table of historyNames)
    connection.run(`CREATE TABLE ${schema}.${table} (${historyTables[table]})`);
}

function insertAll(
  connection: Connection,
  schema: string,
  rows: Iterable<HistoryRow>,
): void {
  const statements = new Map<HistoryTable, Statement>();
  try {
    for (const [table, row] of rows) {
      let statement = statements.get(table);
      if (!statement) {
        const values = row.map(() => "?").join(", ");
        statement = connection.prepare(
          `INSERT INTO ${schema}.${table} VALUES (${values})`,
        );
        statements.set(table, statement);
      }
      statement.run(row);
    }
  } finally {
    for (const statement of statements.values()) statement.free();
  }
}

/** Puts rows of a run in the place of those that the tables have. */
function replaceRows(
  connection: Connection,
  tables: readonly HistoryTable[],
  run: string,
  rows: Iterable<HistoryRow>,
): void {
  connection.run("BEGIN");
  try {
    for (const table of tables) {
      const column = table === "runs" ? "id" : "run";
      readAll(connection, `DELETE FROM ${table} WHERE ${column} = ?`, [run]);
    }
    insertAll(connection, "main", rows);
    connection.run("COMMIT");
  } catch (thrown) {
    connection.run("ROLLBACK");
    throw thrown;
  }
}

/** The index of each element of a mapped task, by its places. */
function elementsOf(
  state: RunState | undefined,
  node: string,
): Map<string, number> {
  const children = state?.tasks.get(node)?.children;
  return new Map(
    Array.from({ length: children?.count ?? 0 }, (_, index) => [
      children!.pathOf(index).join("."),
      index,
    ]),
  );
}
