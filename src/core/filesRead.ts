/** The attachments that a result was made of: the hash of each by its name, or {@link missing} of one that its task has gone on without. */
export type FilesRead = Readonly<Record<string, string>>;

/** In the place of a hash: there was no such attachment. */
export const missing = "";

/** An attachment that there is now. */
export interface FileNow {
  readonly name: string;
  readonly hash: string;
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
