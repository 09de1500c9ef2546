/** The database worker: SQLite and the browser's storage, the only writer of a notebook's data. No user code runs here. */
import * as Comlink from "comlink";
import { copyBucket, listCopies } from "../storage/coldCopy.ts";
import {
  openNotebookStore,
  removeNotebookStore,
} from "../storage/notebookStore.ts";
import { openTabChannel } from "../storage/tabChannel.ts";
import { carryErrors } from "./carryErrors.ts";
import { carryGraphs } from "./carryGraphs.ts";
import { Database } from "./database/database.ts";
import { loadSqlite } from "./database/loadSqlite.ts";
import { nameMissingParts } from "./missingParts.ts";

carryErrors();
carryGraphs();
nameMissingParts();

/** Pages hear here what any tab writes; or else its own page what it writes itself. */
const tabs = openTabChannel() ?? self;

const sqlite = loadSqlite();
// It is not waited for: what loads need is there before the first one, and asked for again if not.
void sqlite
  .then(() => import("./database/tableLoad.ts"))
  .catch(() => undefined);

class DatabaseWorker extends Database {
  /** Offers the database on another port as well: to the engine worker. */
  connect(port: MessagePort): void {
    Comlink.expose(this, port);
  }
}

Comlink.expose(
  new DatabaseWorker(
    sqlite,
    {
      open: (notebook, written) =>
        openNotebookStore(notebook, written, copyBucket),
      remove: (notebook) => removeNotebookStore(notebook, copyBucket),
      copies: () => listCopies(copyBucket),
      async restore(notebook) {
        const { restoreCopy } = await import("../storage/restoreCopy.ts");
        return restoreCopy(notebook, copyBucket);
      },
    },
    (notebook, generation, tables) =>
      tabs.postMessage({ type: "written", notebook, generation, tables }),
  ),
);
