/**
 * The database's thread: SQLite and the file, the only writer of a notebook's data. No code of a notebook runs here. Queries that
 * may take long are made by other processes (queryReaders.ts).
 */
import * as Comlink from "comlink";
import { dirname } from "node:path";
import { workerData } from "node:worker_threads";
import { carryErrors } from "../engine/carryErrors.ts";
import { Database } from "../engine/database/database.ts";
import { loadDriver } from "./driver.ts";
import { FileStore } from "./fileStore.ts";
import { isReadBeside } from "./journal.ts";
import { NotebookFile } from "./notebookFile.ts";
import { QueryReaders } from "./queryReaders.ts";
import { startReader } from "./readerProcess.ts";
import { ShortQueries } from "./shortQueries.ts";
import { openTemporary } from "./temporary.ts";

/** What the thread is given. */
export interface DatabaseThreadData {
  port: MessagePort;
  /** Where attachments are, and the paths of those that are not called as their files are. */
  folder: string;
  places: Readonly<Record<string, string>>;
}

carryErrors();
const { port, folder, places } = workerData as DatabaseThreadData;

let file: NotebookFile | undefined;

const short = new ShortQueries();
const script = new URL("./reader.process.mjs", import.meta.url);
const readers = new QueryReaders(
  (listener) => startReader(script, file!.path, listener),
  (query) => short.has(query, file!) || !isReadBeside(file!.reader),
);

class DatabaseThread extends Database {
  /** Offers the database on another port as well: to the engine. */
  connect(other: MessagePort): void {
    Comlink.expose(this, other);
  }

  /** Leaves the file as one that every SQLite opens. */
  async shut(): Promise<void> {
    // What reads the file keeps its log from being taken into it.
    await readers.close();
    await this.closeNotebook();
  }
}

const driver = Promise.resolve().then(loadDriver);

Comlink.expose(
  new DatabaseThread(
    driver.then((loaded) => ({
      mismatch: undefined,
      connect() {
        if (!file) throw new Error("No file is open.");
        return file;
      },
      create: () => openTemporary(loaded),
    })),
    {
      async open(path) {
        file = new NotebookFile(await driver, path);
        return new FileStore(file, folder || dirname(path), places);
      },
      remove: () => Promise.reject(new Error("Files are not removed here.")),
      copies: () => Promise.resolve([]),
      restore: () => Promise.resolve(undefined),
      readers,
    },
    () => short.forget(),
  ),
  port,
);
