/** Whether what results hang on besides code and inputs is still what it was. */
import { missing, type FileNow } from "./filesRead.ts";
import type { NodeId } from "./graph.ts";
import type { RunState, TaskRun } from "./run.ts";
import { fold } from "./sqliteRules.ts";
import type { TableNow } from "./tablesWritten.ts";
import { onlyTies, type Ties } from "./ties.ts";
import { listNames } from "./words.ts";

/** What there is of it now. */
export interface StoredNow {
  readonly files?: readonly FileNow[];
  readonly tables?: readonly TableNow[];
}

/** The same by names, those of the tables as SQLite compares them. */
export interface Stored {
  readonly files: ReadonlyMap<string, string>;
  readonly tables: ReadonlyMap<string, string | undefined>;
}

export function storedByName({ files = [], tables = [] }: StoredNow): Stored {
  return {
    files: new Map(files.map(({ name, hash }) => [name, hash])),
    tables: new Map(tables.map(({ name, made }) => [fold(name), made])),
  };
}

/** Of a task run, and of each of its elements, or of some of them. */
export function* tiesOf(
  task: TaskRun,
  elements: Iterable<number> = Array(task.children?.count ?? 0).keys(),
): Generator<Ties> {
  yield task;
  for (const element of elements) {
    const ties = task.children!.ties(element);
    if (ties) yield ties;
  }
}

/** The names of the files that the results of a run were made of. */
export function namesRead({ tasks }: RunState): Set<string> {
  const names = new Set<string>();
  for (const task of tasks.values())
    for (const { files } of tiesOf(task))
      for (const name in files) names.add(name);
  return names;
}

/** Those of a task run and of its elements, or of some of these, as one; undefined if there are none. */
export function allTies(
  task: TaskRun,
  elements?: readonly number[],
): Ties | undefined {
  const files = new Map<string, string>();
  const tables = new Map<string, string>();
  for (const ties of tiesOf(task, elements)) {
    for (const name in ties.files) files.set(name, ties.files[name]!);
    for (const name in ties.tables) tables.set(name, ties.tables[name]!);
  }
  return onlyTies({
    files: files.size > 0 ? Object.fromEntries(files) : undefined,
    tables: tables.size > 0 ? Object.fromEntries(tables) : undefined,
  });
}

/**
 * Why a result no longer holds, for people, if what it hangs on is something else now. A file that is gone is none: what was made
 * of it could not be made again. Nor is a table, if others hold rows of the same task run, which would write these once more.
 */
export function whyOutdated(
  ties: Ties | undefined,
  stored: Stored,
): string | undefined {
  for (const name in ties?.files) {
    const hash = stored.files.get(name);
    if (hash !== undefined && hash !== ties.files[name])
      return ties.files[name] === missing
        ? `${name} was missing and is there now`
        : `${name} is another file now`;
  }
  const gone = tablesGone(ties, stored);
  const [name] = gone;
  if (name === undefined) return undefined;
  if (gone.length < Object.keys(ties!.tables!).length) return undefined;
  return stored.tables.get(fold(name)) === undefined
    ? `the table ${name}, which it wrote, is gone`
    : `its rows went with the table ${name}, which was made anew since`;
}

/** The tables that held rows of a task run and went besides the tasks. */
function tablesGone(ties: Ties | undefined, { tables }: Stored): string[] {
  if (tables.size === 0) return [];
  return Object.entries(ties?.tables ?? {}).flatMap(([name, made]) => {
    const key = fold(name);
    return tables.has(key) && tables.get(key) !== made ? [name] : [];
  });
}

/** What is to be said of a task that is kept though some of its tables went; undefined if none did. */
export function tellPartlyGone(
  task: TaskRun,
  stored: Stored,
): string | undefined {
  if (stored.tables.size === 0) return undefined;
  const gone = new Set<string>();
  for (const ties of tiesOf(task))
    for (const name of tablesGone(ties, stored)) gone.add(name);
  if (gone.size === 0) return undefined;
  const [verb, noun] = gone.size === 1 ? ["is", "table"] : ["are", "tables"];
  return `its ${noun} ${listNames([...gone])} ${verb} gone, but others hold its rows; run from here writes all of them again`;
}

/** The same of all that a task run hangs on, or any element of it. */
export function whyOutdatedOf(
  task: TaskRun,
  stored: Stored,
): string | undefined {
  if (stored.files.size + stored.tables.size === 0) return undefined;
  for (const ties of tiesOf(task)) {
    const found = whyOutdated(ties, stored);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * The tasks of a graph whose results in the last run hang on something that is another one now; `held` has the node of that run
 * whose result each has. What a person gave hangs on nothing.
 */
export function findOutdated(
  held: ReadonlyMap<number, NodeId>,
  { tasks }: RunState,
  stored: Stored,
): number[] {
  return [...held].flatMap(([number, from]) => {
    const task = tasks.get(from)!;
    const isOutdated =
      !task.isMarked && whyOutdatedOf(task, stored) !== undefined;
    return isOutdated ? [number] : [];
  });
}
