import type { SlicedFile } from "./slicedFile.ts";

/** More bytes than this are not held at a time. */
const mostHeld = 16 * 1024 * 1024;

interface Held {
  start: number;
  end: number;
  bytes: Promise<ArrayBuffer>;
}

/**
 * A file of which parts are held, so that what is wanted of them needs not be asked for piece by piece, which takes its time each
 * time. A part can be held before it is wanted: it comes while other things are done.
 */
export class HeldFile implements SlicedFile {
  readonly byteLength: number;
  readonly #file: SlicedFile;
  #held: Held[] = [];

  constructor(file: SlicedFile) {
    this.#file = file;
    this.byteLength = file.byteLength;
  }

  /** Reads a part, unless it is too large, and holds it and the one before. */
  hold(start: number, end: number): void {
    const isHeld = this.#held.some(
      (one) => one.start === start && one.end === end,
    );
    if (isHeld || !(start >= 0 && end - start <= mostHeld)) return;
    const bytes = this.#file.slice(start, end);
    // Whoever wants it is told.
    bytes.catch(() => {});
    this.#held = [...this.#held.slice(-1), { start, end, bytes }];
  }

  async slice(start: number, end = this.byteLength): Promise<ArrayBuffer> {
    const held = this.#held.find(
      (one) => one.start <= start && one.end >= end && start <= end,
    );
    if (!held) return this.#file.slice(start, end);
    const bytes = await held.bytes;
    return bytes.slice(start - held.start, end - held.start);
  }
}
