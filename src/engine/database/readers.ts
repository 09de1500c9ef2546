/** Queries that are made somewhere else than where rows are written, so that nobody has to wait for them. */
import type { CellQuery, SqlParameters } from "../protocol.ts";
import type { QueryRows } from "./execute.ts";

/** A query of what is committed. */
export interface ReaderQuery {
  readonly sql: string;
  readonly parameters: SqlParameters;
  readonly limit: number | undefined;
  readonly cells: readonly CellQuery[] | undefined;
}

/** One that is being made. */
export interface Reading {
  /** Undefined if it has to be made where rows are written after all. */
  readonly rows: Promise<QueryRows | undefined>;
  /** Ends it at once; `rows` rejects with the reason. */
  stop(reason: Error): void;
}

/** Who makes them. */
export interface Readers {
  /** Undefined for one that takes less time where rows are written. */
  read(query: ReaderQuery): Reading | undefined;
}
