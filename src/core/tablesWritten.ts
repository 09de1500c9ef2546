/**
 * Which tables hold the rows of a task run, and whether they still do. A table can go besides the tasks: a person drops it, or puts
 * another database in its place. Nothing tells of that in all cases (a file can be changed by any program), so it is seen from what
 * is left: the task run that changed a table last left it there, and it is not there.
 */
import type { Time } from "./events.ts";
import type { NodeId } from "./graph.ts";
import { fold } from "./sqliteRules.ts";

/** The tables that a task run changed and left there, by their names, each with which {@link TableRecord.made making} of it that was. Views, which hold no rows, are among them only where there are no others. */
export type TablesWritten = Readonly<Record<string, string>>;

/** What is kept of a table besides its rows. */
export interface TableRecord {
  /** The task run that changed it last; missing if that is not known, as of a database that was imported. */
  readonly run?: string;
  readonly node?: NodeId;
  readonly at?: Time;
  /** By whom it was made anew after it had gone besides the tasks; missing if it never had. */
  readonly made?: string;
  /** Whether that task run dropped it. */
  readonly isGone?: true;
}

export type TableRecords = Readonly<Record<string, TableRecord>>;

/** A table, or a view, that a transaction changed: whether it was there before, and is there now. */
export interface TouchedTable {
  readonly name: string;
  readonly isView: boolean;
  readonly wasThere: boolean;
  readonly isThere: boolean;
}

/** A table that went besides the tasks: it is not there now, or was made anew. */
export interface TableNow {
  readonly name: string;
  /** Undefined if it is not there. */
  readonly made?: string | undefined;
}

/** What is to be kept of the tables that a task run changed, and which of them hold its rows. `id` tells the task run from all others. */
export function recordTables(
  records: TableRecords,
  touched: readonly TouchedTable[],
  writer: Pick<TableRecord, "run" | "node" | "at">,
  id: string,
): { records: TableRecords; tables: TablesWritten | undefined } {
  const keyOf = new Map(Object.keys(records).map((name) => [fold(name), name]));
  const changed: [string, TableRecord][] = [];
  const left: [string, string][] = [];
  const views: [string, string][] = [];
  for (const { name, isView, wasThere, isThere } of touched) {
    if (!wasThere && !isThere) continue;
    const key = keyOf.get(fold(name)) ?? name;
    const before = Object.hasOwn(records, key) ? records[key] : undefined;
    const wasLost = before && !before.isGone && !wasThere;
    const made = wasLost ? id : before?.made;
    changed.push([
      key,
      {
        ...writer,
        ...(made === undefined ? {} : { made }),
        ...(isThere ? {} : { isGone: true }),
      },
    ]);
    if (isThere) (isView ? views : left).push([name, made ?? ""]);
  }
  const tables = left.length > 0 ? left : views;
  return {
    records: Object.fromEntries(changed),
    tables: tables.length > 0 ? Object.fromEntries(tables) : undefined,
  };
}

/** The tables that went besides the tasks; `there` are the names of those that there are. */
export function tablesNow(
  records: TableRecords,
  there: Iterable<string>,
): TableNow[] {
  const names = new Set(Array.from(there, fold));
  return Object.entries(records).flatMap(([name, { made, isGone }]) => {
    if (!isGone && !names.has(fold(name))) return [{ name }];
    return made === undefined ? [] : [{ name, made }];
  });
}
