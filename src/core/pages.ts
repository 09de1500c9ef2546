/** The bytes of a database file in pages and segments, as memory and store speak of them. */

/** Bytes of a page, the unit in which changes are seen. SQLite's own pages may have another size. */
export const pageSize = 4096;
/** Bytes of a segment, the unit in which a file is read and written at large. */
export const segmentSize = 1024 * 1024;
export const pagesPerSegment = segmentSize / pageSize;

/** Pages of a file, and their bytes one after the other. */
export interface PageDelta {
  /** Their numbers, from 0. */
  pages: Int32Array;
  bytes: Uint8Array;
}

/** A segment that is read when it is wanted. */
export interface StoredSegment {
  /** Its bytes, in a buffer of their own; throws if they are there no more. */
  read(): Uint8Array;
  /** The same, holding up nobody meanwhile. */
  fetch(): Promise<Uint8Array>;
}

/** Bytes of a file as they were found; what is not mentioned is as it was before, or zero. */
export interface FoundPages {
  /** Bytes of the file. */
  size: number;
  /** By index; of at most {@link segmentSize} bytes, in buffers of their own. */
  segments: ReadonlyMap<number, Uint8Array | StoredSegment>;
  /** Pages that count over those of the segments, oldest first. */
  deltas: readonly PageDelta[];
  /** What is missing or cannot be understood, if anything. */
  damage: string | undefined;
}

/** A file whose changes are to be saved. */
export interface PageImage {
  /** Bytes of the file. */
  readonly size: number;
  /** The numbers of the pages within the file that changed since the last save, ascending. */
  changedPages(): readonly number[];
  /** A whole segment, of {@link segmentSize} bytes in a buffer of its own. */
  segment(index: number): Uint8Array;
  /** The bytes of a page, to be read at once. */
  page(number: number): Uint8Array;
}

/** How many segments a file of that size has. */
export function segmentCount(size: number): number {
  return Math.ceil(size / segmentSize);
}

/** How many bytes of a file of that size are in a segment. */
export function bytesInSegment(index: number, size: number): number {
  return Math.min(segmentSize, size - index * segmentSize);
}

/** A file of these bytes. */
export function pagesOf(bytes: Uint8Array): FoundPages {
  const segments = new Map<number, Uint8Array>();
  for (let from = 0; from < bytes.byteLength; from += segmentSize)
    segments.set(from / segmentSize, bytes.slice(from, from + segmentSize));
  return { size: bytes.byteLength, segments, deltas: [], damage: undefined };
}
