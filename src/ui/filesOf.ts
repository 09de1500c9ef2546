/**
 * The files that are dropped or pasted. Programs put a picture beside the text that is copied there, such as cells of a
 * spreadsheet: what comes formatted and as plain text is text.
 */
export function filesOf(data: DataTransfer | null): File[] {
  const files = [...(data?.files ?? [])];
  if (files.length === 0) return files;
  const isText = data?.getData("text/html") && data.getData("text/plain");
  return isText ? [] : files;
}
