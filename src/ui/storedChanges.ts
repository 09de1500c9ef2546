/** What is done to the database and the files of the open notebook; fetched when a reader first does that. */
import { FlowError } from "../core/errors.ts";
import { allTies, storedByName, whyOutdatedOf } from "../core/outdated.ts";
import { listNames, withoutDirectionMarks } from "../core/words.ts";
import type { DatabaseService } from "../engine/services.ts";
import type { Notices } from "./notices.svelte.ts";
import type { Session } from "./session.svelte.ts";
import { undo as undoLabel } from "./words/session.ts";
import * as words from "./words/storedChanges.ts";

/** What changes of what is stored need of the page. */
export interface StoredHost {
  session: Session;
  database: Pick<
    DatabaseService,
    | "exportDatabase"
    | "importDatabase"
    | "dropTable"
    | "refresh"
    | "readFile"
    | "writeFile"
    | "removeFile"
    | "renameFile"
  >;
  /** Takes the files as they are listed now. */
  listFiles(): Promise<void>;
  /** Does something; if it fails, says why. */
  attempt(action: () => Promise<void>): Promise<void>;
}

/** Puts an SQLite file in the place of the database; a notice says so, and offers the way back. What is put back has words of its own: `said`. */
export async function importDatabase(
  host: StoredHost,
  file: File | Blob,
  said?: string,
): Promise<void> {
  const { session, database } = host;
  if (session.desk.running)
    throw new FlowError("already-running", words.importWhileRunning);
  session.notices.closeRefusals();
  const { tables } = session;
  const before =
    tables.length > 0 ? await database.exportDatabase() : undefined;
  await database.importDatabase(file, session.id, said !== undefined);
  await session.desk.open(await database.refresh(), session.readOnly);
  session.desk.updatePlan();
  await session.refreshTables();
  const changed = [...tables, ...session.tables].map(({ name }) => name);
  session.views.changedTables(changed);
  session.rested();
  offer(
    host,
    said ?? (await tellImported(file)),
    before && (() => session.importDatabase(before, words.databasePutBack)),
    true,
  );
}

/** What is said of a database that was imported. Of one in write-ahead mode a part may be in a file beside it, which is not here. */
async function tellImported(file: File | Blob): Promise<string> {
  const name = "name" in file ? file.name : undefined;
  // How it is written and read (https://sqlite.org/fileformat2.html#file_format_version_numbers): 2 is with a log.
  const versions = new Uint8Array(await file.slice(18, 20).arrayBuffer());
  const imported = words.databaseImported(name);
  return versions.includes(2)
    ? `${imported} ${words.logBeside(name)}`
    : imported;
}

/** Drops a table or a view; a notice offers the way back. */
export async function dropTable(host: StoredHost, name: string): Promise<void> {
  const { session, database } = host;
  if (session.desk.running)
    throw new FlowError("already-running", words.importWhileRunning);
  const isView = session.tables.some(
    (other) => other.name === name && other.view !== undefined,
  );
  const before = await database.exportDatabase();
  await database.dropTable(name, session.id);
  await session.desk.lookAtTables();
  await session.refreshTables();
  session.rested();
  offer(
    host,
    tellDropped(session, name, isView),
    () => session.importDatabase(before, words.tablePutBack(name)),
    true,
  );
}

/** What is said of a table that was dropped, and of the tasks of the flow on show that wrote into it. */
function tellDropped(
  { desk, flowName }: Session,
  name: string,
  isView: boolean,
): string {
  const said = [isView ? words.viewDropped(name) : words.tableDropped(name)];
  const last = desk.last(flowName ?? "");
  const stored = storedByName(desk.stored);
  const writers = (last?.graph.nodes ?? []).flatMap(({ id, name: task }) => {
    const run = last!.tasks.get(id);
    const isTied = run && Object.hasOwn(allTies(run)?.tables ?? {}, name);
    const isStale = run && whyOutdatedOf(run, stored) !== undefined;
    return isTied ? [{ task, isStale }] : [];
  });
  const namesOf = (wanted: boolean) =>
    listNames(
      writers.flatMap(({ task, isStale }) =>
        isStale === wanted ? [task] : [],
      ),
    );
  if (namesOf(true)) said.push(words.writersRun(namesOf(true)));
  if (namesOf(false)) said.push(words.writersKept(namesOf(false)));
  return said.join(" ");
}

/** Keeps a file with the notebook, by its name as it is seen; in the place of another of its name, a notice offers the way back. */
export async function attach(
  host: StoredHost,
  given: string,
  data: Blob,
): Promise<void> {
  const name = nameOf(given);
  const { session, database, listFiles } = host;
  const hashOf = () => session.files.find((file) => file.name === name)?.hash;
  const hash = hashOf();
  const before = hash && (await database.readFile(name));
  await database.writeFile(name, data, session.id);
  await listFiles();
  if (before && hash !== hashOf())
    offer(host, words.fileReplaced(name), () => session.attach(name, before));
}

/** Removes a file; a notice offers the way back. */
export async function removeFile(
  host: StoredHost,
  name: string,
): Promise<void> {
  const { session, database, listFiles } = host;
  const content = await database.readFile(name);
  await database.removeFile(name, session.id);
  await listFiles();
  offer(
    host,
    words.fileRemoved(name),
    content && (() => session.attach(name, content)),
  );
}

/** Gives a file another name. */
export async function renameFile(
  { session, database, listFiles }: StoredHost,
  from: string,
  to: string,
): Promise<void> {
  const name = nameOf(to);
  await database.renameFile(from, name, session.id);
  await listFiles();
}

/** A name as it is seen: without marks of direction. One of which nothing is seen is none. */
function nameOf(given: string): string {
  const name = withoutDirectionMarks(given);
  return name.trim() === "" ? words.file : name;
}

function offer(
  { session, attempt }: StoredHost,
  said: string,
  undo: (() => Promise<void>) | undefined,
  isOfData = false,
): void {
  const action = undo && {
    label: undoLabel,
    run: () => void attempt(undo),
  };
  session.notices.offer(said, action, isOfData);
}

/** Says that a notebook is opened when what is being done to the one on show is done; until then. */
export function tellWaiting(
  notices: Pick<Notices, "add" | "close">,
  done: Promise<unknown>,
): void {
  const notice = notices.add("info", words.openedAfterwards);
  void done.then(() => notices.close(notice));
}
