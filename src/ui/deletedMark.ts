const prefix = "deleted:";

/**
 * The setting that is there as long as the data of a deleted notebook are, so that they are removed though the page is closed
 * meanwhile; and, as the name of a lock, what a tab holds as long as it offers to undo that.
 */
export function deletedMark(id: string): string {
  return prefix + id;
}

/** The notebook that such a setting is about; undefined for other settings. */
export function markedNotebook(setting: string): string | undefined {
  return setting.startsWith(prefix) ? setting.slice(prefix.length) : undefined;
}
