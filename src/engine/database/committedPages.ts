import {
  bytesInSegment,
  pageSize,
  pagesPerSegment,
  segmentCount,
  segmentSize,
} from "../../core/pages.ts";
import type { VfsFile } from "./pageVfs.ts";
import type { WatchedImage } from "./tableSize.ts";

/** A file, and what it was at its last save. */
export interface ChangingFile extends Pick<
  WatchedImage,
  "changes" | "changedAt"
> {
  readonly savedSize: number;
  /** Whether it is another now. */
  readonly isChanged: boolean;
  /** What a page was at the last save; undefined if it is that still, or was not there. */
  earlier(page: number): Uint8Array | undefined;
  /** Whether pages from one to before another have changed since. */
  hasChanged(from: number, to: number): boolean;
  read(target: Uint8Array, offset: number): number;
  page(number: number): Uint8Array;
  segment(index: number): Uint8Array<ArrayBuffer>;
}

/** The bytes of a file as they are saved, whatever is written into it meanwhile. */
export class CommittedPages implements WatchedImage, VfsFile {
  readonly #file: ChangingFile;

  constructor(file: ChangingFile) {
    this.#file = file;
  }

  get size(): number {
    return this.#file.savedSize;
  }

  read(target: Uint8Array, offset: number): number {
    if (!this.#file.isChanged) return this.#file.read(target, offset);
    const count = Math.max(0, Math.min(target.length, this.size - offset));
    for (let done = 0; done < count;) {
      const page = Math.floor((offset + done) / pageSize);
      const from = (offset + done) % pageSize;
      const to = Math.min(pageSize, from + count - done);
      const part = target.subarray(done, done + to - from);
      const earlier = this.#file.earlier(page);
      if (earlier) part.set(earlier.subarray(from, to));
      else this.#file.read(part, offset + done);
      done += to - from;
    }
    if (count < target.length) target.fill(0, count);
    return count;
  }

  write(): void {
    throw new Error("What is saved cannot be changed.");
  }

  truncate(): void {
    this.write();
  }

  changedPages(): readonly number[] {
    return [];
  }

  /** How often these bytes have become others. */
  get changes(): number {
    return this.#file.changes;
  }

  /** At which of these times those of a page did last. */
  changedAt(page: number): number {
    return this.#file.changedAt(page);
  }

  page(number: number): Uint8Array {
    return this.#file.earlier(number) ?? this.#file.page(number);
  }

  segment(index: number): Uint8Array<ArrayBuffer> {
    const first = index * pagesPerSegment;
    if (!this.#file.hasChanged(first, first + pagesPerSegment))
      return this.#file.segment(index);
    const own = new Uint8Array(segmentSize);
    this.read(own, index * segmentSize);
    return own;
  }

  /** The parts of the file, one after the other: where nothing has changed, its own bytes, to be read at once. */
  parts(): Uint8Array<ArrayBuffer>[] {
    const { size } = this;
    return Array.from({ length: segmentCount(size) }, (_, index) =>
      this.segment(index).subarray(0, bytesInSegment(index, size)),
    );
  }
}
