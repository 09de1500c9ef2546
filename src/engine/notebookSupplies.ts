import { FlowError } from "../core/errors.ts";
import { shorten } from "../core/words.ts";
import type { DatabaseUse } from "./databaseUse.ts";
import { loadFormatLibrary, loadLibrary } from "./sandbox/libraries.ts";
import type { Supplies } from "./supplies.ts";

/** What runs and views get: the rows and files of the notebook that is open. */
export function notebookSupplies(database: DatabaseUse): Supplies {
  return {
    library: loadLibrary,
    formatLibrary: loadFormatLibrary,
    openDatabase: (...of) => database.open(...of),
    readFile: async (name) => {
      // Before its content: what is made of one that is replaced meanwhile is stale at once, and never taken for that of the new one.
      const hash = await database.service.fileHash(name);
      const file = await database.service.readFile(name);
      if (file) return { file, hash };
      const files = await database.service.files();
      const names = files.map((other) => other.name);
      throw new FlowError(
        "missing-attachment",
        `There is no attachment "${shorten(name, 60)}" in this notebook. ${names.length === 0 ? "It has none so far" : `It has ${names.join(", ")}`}: add the file in the Files pane, or correct the name.`,
      );
    },
  };
}
