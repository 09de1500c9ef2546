import { pageSize } from "../../core/pages.ts";

const pagesPerSlab = 64;
/** So much is kept for the next copies; what is more is let go. */
const mostKept = 32 * 1024 * 1024;

/**
 * Copies of pages, which are all let go at the same time. They are made in memory that was used before: to get a new page from the
 * system can take longer than to copy one.
 */
export class PageCopies {
  readonly #slabs: Uint8Array[] = [];
  #count = 0;

  /** A copy of a page, which is what it is until {@link clear}. */
  add(page: Uint8Array): Uint8Array {
    const index = Math.floor(this.#count / pagesPerSlab);
    const slab = (this.#slabs[index] ??= new Uint8Array(
      pagesPerSlab * pageSize,
    ));
    const from = (this.#count % pagesPerSlab) * pageSize;
    const copy = slab.subarray(from, from + pageSize);
    copy.set(page);
    this.#count += 1;
    return copy;
  }

  /** Lets all of them go. */
  clear(): void {
    this.#count = 0;
    const kept = mostKept / (pagesPerSlab * pageSize);
    if (this.#slabs.length > kept) this.#slabs.length = kept;
  }
}
