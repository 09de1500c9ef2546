/** What a result hangs on besides code and inputs: the attachments that it was made of, and the tables that hold its rows. */
import type { FilesRead } from "./filesRead.ts";
import type { TablesWritten } from "./tablesWritten.ts";

export interface Ties {
  readonly files?: FilesRead | undefined;
  readonly tables?: TablesWritten | undefined;
}

/** As events and entries of the cache have them: without what there is none of; undefined if there is nothing. */
export function onlyTies({ files, tables }: Ties): Ties | undefined {
  if (!files && !tables) return undefined;
  return { ...(files ? { files } : {}), ...(tables ? { tables } : {}) };
}
