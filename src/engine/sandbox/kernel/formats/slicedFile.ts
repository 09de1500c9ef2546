/** A file of which parts can be read. */
export interface SlicedFile {
  byteLength: number;
  slice(start: number, end?: number): Promise<ArrayBuffer>;
}

/** The same file, which is asked for nothing at a place that is no number, as a damaged one may name: Node ends the process when a Blob is. */
export function atWholePlaces(file: SlicedFile): SlicedFile {
  return {
    byteLength: file.byteLength,
    slice(start, end) {
      if ([start, end ?? start].every(Number.isSafeInteger))
        return file.slice(start, end);
      const refused = Promise.reject<ArrayBuffer>(
        new Error("where a part of it begins or ends is no whole number"),
      );
      // The library asks for more than it then waits for.
      refused.catch(() => {});
      return refused;
    },
  };
}
