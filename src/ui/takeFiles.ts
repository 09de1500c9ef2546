import { withoutDirectionMarks } from "../core/words.ts";
import { isNotebook, openFile } from "./convert/openFile.ts";
import { addFiles } from "./files/addFiles.ts";
import { fileSlot } from "./files/fileSlot.ts";
import type { Session } from "./session.svelte.ts";
import type { Workbench } from "./workbench.svelte.ts";
import * as words from "./words/takeFiles.ts";
import { listNames } from "./words/language.ts";

/** What reads a file whose name ends so; anything else is text. */
const readers: Readonly<Record<string, string>> = {
  csv: "readCsv",
  tsv: "readCsv",
  json: "readJson",
  ndjson: "readNdjson",
  jsonl: "readNdjson",
  geojson: "readGeoJson",
  html: "readHtmlTable",
  parquet: "readParquet",
  xlsx: "readExcel",
  sqlite: "readSqlite",
  db: "readSqlite",
};

/** Opens the first file that is a notebook, or the first of all if none is. */
export async function openOneOf(
  session: Session,
  files: readonly File[],
): Promise<void> {
  const file = (await findNotebook(files)) ?? files[0];
  if (file) await openBeside(session, file, files);
}

async function findNotebook(files: readonly File[]): Promise<File | undefined> {
  for (const file of files) if (await isNotebook(file)) return file;
  return undefined;
}

/** Opens one of several files, and says which were left alone. */
async function openBeside(
  session: Session,
  file: File,
  files: readonly File[],
): Promise<void> {
  await openFile(session, file);
  const others = files.filter((other) => other !== file);
  if (others.length === 0) return;
  const names = listNames(
    others.map(({ name }) => withoutDirectionMarks(name)),
  );
  session.notify("info", words.notTaken({ count: others.length, names }));
}

/**
 * Opens the first file that is a notebook; else keeps the files with the one that was open when they were given, and says how a
 * task reads them. Settles when that has begun or the files are kept: `opened` when the notebook is open.
 */
export async function takeFiles(
  bench: Workbench,
  files: readonly File[],
  open = bench.session.id,
): Promise<{ opened: Promise<unknown> } | undefined> {
  const { session } = bench;
  const notebook = await findNotebook(files);
  if (notebook)
    return { opened: bench.try(() => openBeside(session, notebook, files)) };
  const names = await addFiles(session, files, {
    notebook: open,
    nameOf: ({ name }) => fileSlot(name, session),
  });
  const kept = new Set(names);
  const twice = [...kept].filter(
    (name) => names?.indexOf(name) !== names?.lastIndexOf(name),
  );
  const [first] = kept;
  if (first === undefined) return undefined;
  const texts = [
    words.filesKept({
      count: kept.size,
      names: listNames([...kept]),
      call: callOf(first),
    }),
  ];
  if (twice.length > 0) texts.push(words.lastKept(listNames(twice)));
  // Of the notebook on show: it goes with that.
  session.notices.offer(texts.join(" "), {
    label: words.showFiles,
    run: () => bench.showTab("files"),
  });
  return undefined;
}

/** Options of a reader that a file may need. */
export interface ReadOptions {
  skip?: number;
  decimal?: ",";
  escape?: "\\";
}

/** The call that reads a file, as a cell says it. */
export function callOf(name: string, options: ReadOptions = {}): string {
  const reader = readerOf(name);
  const query = reader === "readSqlite" ? ', "SELECT ..."' : "";
  return `${reader}(${JSON.stringify(name)}${query}${writeOptions(options)})`;
}

/** Options as the last argument of a call; nothing if there are none. */
export function writeOptions(options: ReadOptions): string {
  const written = Object.entries(options).map(
    ([name, value]) => `${name}: ${JSON.stringify(value)}`,
  );
  return written.length === 0 ? "" : `, { ${written.join(", ")} }`;
}

/** The task of the library that reads a file, by its name. */
export function readerOf(name: string): string {
  const parts = name.toLowerCase().split(".");
  const ending = (parts.at(-1) === "gz" ? parts.at(-2) : parts.at(-1)) ?? "";
  return (Object.hasOwn(readers, ending) && readers[ending]) || "readText";
}
