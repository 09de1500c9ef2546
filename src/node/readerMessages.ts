/** What the database's thread and a process that makes queries say to each other. */
import type { ErrorData } from "../core/errors.ts";
import type { QueryRows } from "../engine/database/execute.ts";
import type { ReaderQuery } from "../engine/database/readers.ts";

/** A query; the next one is sent when it is answered. */
export type ToReader = ReaderQuery;

export type FromReader =
  /** The file is open. */
  | { type: "ready" }
  | {
      type: "rows";
      found: QueryRows;
      /** Whether values are bytes, which arrive as pieces of the whole message. */
      hasBytes: boolean;
    }
  | { type: "failed"; error: ErrorData };
