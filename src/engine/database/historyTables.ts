import type { RawValue } from "./sqlite.ts";

/** The tables of the history, by name, with their columns. */
export const historyTables = {
  runs: "id TEXT, flow TEXT, state TEXT, message TEXT, parameters TEXT, started_at TEXT, ended_at TEXT, scheduled_at TEXT",
  tasks:
    "run TEXT, id TEXT, task TEXT, name TEXT, map_index INTEGER, state TEXT, message TEXT, attempts INTEGER, started_at TEXT, ended_at TEXT, result_size INTEGER",
  attempts:
    "run TEXT, id TEXT, map_index INTEGER, attempt INTEGER, state TEXT, message TEXT, started_at TEXT, ended_at TEXT",
  logs: "run TEXT, id TEXT, map_index INTEGER, attempt INTEGER, at TEXT, level TEXT, text TEXT",
} as const;

export type HistoryTable = keyof typeof historyTables;

/** A row, with its table. */
export type HistoryRow = readonly [HistoryTable, readonly RawValue[]];
