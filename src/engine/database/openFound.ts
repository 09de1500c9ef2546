import { FlowError } from "../../core/errors.ts";
import type { FoundPages } from "../../core/pages.ts";
import type { OpenFile } from "./databaseFile.ts";
import { readAll } from "./execute.ts";
import type { Connection, Sqlite } from "./sqlite.ts";

/** A larger file is checked only where there is reason to doubt it: the check reads all of it. In bytes. */
export const alwaysChecked = 32 * 1024 * 1024;

/** A database that was opened, and why what was found could not be used if so: the file is then empty. */
export interface OpenedFile {
  file: OpenFile;
  damage: FlowError | undefined;
}

/** Opens what was found in the store as a database. */
export function openFound(
  sqlite: Sqlite,
  found: FoundPages,
  isDoubtful: boolean,
): OpenedFile {
  let reason = found.damage;
  if (reason === undefined) {
    let file: OpenFile | undefined;
    try {
      file = sqlite.connect(found);
      if (isDoubtful || found.size <= alwaysChecked) checkFile(file);
      else readAll(file.reader, "SELECT count(*) FROM sqlite_schema");
      return { file, damage: undefined };
    } catch (thrown) {
      reason = thrown instanceof Error ? thrown.message : String(thrown);
    }
    file?.close();
  }
  return {
    file: sqlite.connect(),
    damage: new FlowError(
      "storage-damaged",
      `The stored database of this notebook is damaged: ${reason}. It was left as it is, and nothing will be written over it. Download it from the Tables pane to save what can be saved; to go on, open the notebook's text as a new notebook and run it there.`,
    ),
  };
}

/** Throws what is wrong with a database, if anything. */
export function checkFile({ reader }: OpenFile): void {
  const faults = faultsOf(reader, 5);
  if (faults !== undefined) throw new Error(faults);
}

/** What is wrong with a database, so many faults at most; undefined if nothing is. */
export function faultsOf(
  connection: Connection,
  most: number,
): string | undefined {
  const found = readAll(connection, `PRAGMA quick_check(${most})`).flat();
  return found[0] === "ok" ? undefined : found.join("; ");
}
