import type { NodeId } from "./graph.ts";
import type { RunState, TaskRun } from "./run.ts";

/** The attachments that a result was made of: the hash of each by its name. */
export type FilesRead = Readonly<Record<string, string>>;

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

/** The names of the files that the results of a run were made of. */
export function namesRead({ tasks }: RunState): Set<string> {
  const names = new Set<string>();
  const add = (read: FilesRead | undefined) => {
    for (const name in read) names.add(name);
  };
  for (const { files, children } of tasks.values()) {
    add(files);
    for (let at = 0; at < (children?.count ?? 0); at += 1)
      add(children!.files(at));
  }
  return names;
}

/** Which of the files is another one now. One that is gone is none: what was made of it could not be made again. */
export function findReplaced(
  read: FilesRead | undefined,
  files: Files,
): string | undefined {
  for (const name in read) {
    const hash = files.get(name);
    if (hash !== undefined && hash !== read[name]) return name;
  }
  return undefined;
}

/** Which file is another one now of those that a task run read, or any element of it. */
export function findReplacedOf(
  { files: read, children }: TaskRun,
  files: Files,
): string | undefined {
  if (files.size === 0) return undefined;
  let found = findReplaced(read, files);
  for (let at = 0; !found && at < (children?.count ?? 0); at += 1)
    found = findReplaced(children!.files(at), files);
  return found;
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
      !task.isMarked && findReplacedOf(task, files) !== undefined;
    return isOutdated ? [number] : [];
  });
}

/** Why what was made of a file no longer holds, for people. */
export function tellReplaced(name: string): string {
  return `${name} is another file now`;
}
