import type { NodeId } from "./graph.ts";
import type { RunState, TaskRun } from "./run.ts";

/** The attachments that a result was made of: the hash of each by its name, or {@link missing} of one that its task has gone on without. */
export type FilesRead = Readonly<Record<string, string>>;

/** In the place of a hash: there was no such attachment. */
export const missing = "";

/** An attachment that there is now. */
export interface FileNow {
  readonly name: string;
  readonly hash: string;
}

/** All of them: the hash of each by its name. */
export type Files = ReadonlyMap<string, string>;

export function filesOf(list: readonly FileNow[]): Files {
  return new Map(list.map(({ name, hash }) => [name, hash]));
}

/** Those of the files with these names that are there; `hashOf` gives undefined for one that is not. */
export async function lookUpFiles(
  names: Iterable<string>,
  hashOf: (name: string) => Promise<string | undefined>,
): Promise<FileNow[]> {
  const files: FileNow[] = [];
  for (const name of names) {
    const hash = await hashOf(name);
    if (hash !== undefined) files.push({ name, hash });
  }
  return files;
}

/** What a task run read, and each of its elements, or some of them. */
function* readsOf(
  { files, children }: TaskRun,
  elements: Iterable<number> = Array(children?.count ?? 0).keys(),
): Generator<FilesRead> {
  if (files) yield files;
  for (const element of elements) {
    const read = children!.files(element);
    if (read) yield read;
  }
}

/** All files that a task run read, with those of its elements, or of these alone. */
export function allRead(
  task: TaskRun,
  elements?: readonly number[],
): FilesRead | undefined {
  const all = new Map<string, string>();
  for (const read of readsOf(task, elements))
    for (const name in read) all.set(name, read[name]!);
  return all.size > 0 ? Object.fromEntries(all) : undefined;
}

/** The names of the files that the results of a run were made of. */
export function namesRead({ tasks }: RunState): Set<string> {
  const names = new Set<string>();
  for (const task of tasks.values())
    for (const read of readsOf(task)) for (const name in read) names.add(name);
  return names;
}

/** Why what was made of these files no longer holds, for people, if one of them is another one now. One that is gone is none: what was made of it could not be made again. */
export function whyOutdated(
  read: FilesRead | undefined,
  files: Files,
): string | undefined {
  for (const name in read) {
    const hash = files.get(name);
    if (hash !== undefined && hash !== read[name])
      return read[name] === missing
        ? `${name} was missing and is there now`
        : `${name} is another file now`;
  }
  return undefined;
}

/** The same of all that a task run read, or any element of it. */
export function whyOutdatedOf(task: TaskRun, files: Files): string | undefined {
  if (files.size === 0) return undefined;
  for (const read of readsOf(task)) {
    const found = whyOutdated(read, files);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * The tasks of a graph whose results in the last run were made of a file that is another one now; `held` has the node of that
 * run whose result each has. What a person gave does not hang on files.
 */
export function findOutdated(
  held: ReadonlyMap<number, NodeId>,
  { tasks }: RunState,
  files: Files,
): number[] {
  return [...held].flatMap(([number, from]) => {
    const task = tasks.get(from)!;
    const isOutdated =
      !task.isMarked && whyOutdatedOf(task, files) !== undefined;
    return isOutdated ? [number] : [];
  });
}
