import {
  bytesInSegment,
  pageSize,
  pagesPerSegment,
  segmentCount,
  segmentSize,
  type FoundPages,
  type PageImage,
} from "../../core/pages.ts";

/** The parts of a file as they were, whatever is written into it, until they are given back. */
export interface LentParts {
  readonly parts: readonly Uint8Array<ArrayBuffer>[];
  giveBack(): void;
}

/**
 * The bytes of a database file, in memory that is ours. It knows which pages have changed since the last save and what they
 * were before, so that a save costs what changed, and a save that failed can be taken back.
 */
export class PageFile implements PageImage {
  #segments: Uint8Array<ArrayBuffer>[] = [];
  #size = 0;
  /** Bytes of the file at the last save. */
  #savedSize = 0;
  /** The pages that have changed, and what they were at the last save; undefined if they were behind the end. */
  #before = new Map<number, Uint8Array | undefined>();
  /** What the whole file was, if all of it was replaced. */
  #replaced: readonly Uint8Array<ArrayBuffer>[] | undefined;
  /** How many have parts of the file, and the segments that are copied before something is written into them. */
  #borrowers = 0;
  readonly #lent = new Set<Uint8Array>();

  constructor(found?: FoundPages) {
    if (found) this.load(found);
  }

  get size(): number {
    return this.#size;
  }

  /** Takes over what is stored, over what was there; there may be no changes. */
  load({ size, segments, deltas }: FoundPages): void {
    this.#resize(size);
    for (const [index, bytes] of segments) {
      if (index >= this.#segments.length) continue;
      const isWhole =
        bytes.byteLength === segmentSize &&
        bytes.buffer.byteLength === segmentSize;
      const own = isWhole
        ? (bytes as Uint8Array<ArrayBuffer>)
        : new Uint8Array(segmentSize);
      if (!isWhole) own.set(bytes);
      this.#segments[index] = own;
    }
    for (const { pages, bytes } of deltas)
      for (const [at, page] of pages.entries())
        if (page * pageSize < size)
          this.#ownPage(page)?.set(
            bytes.subarray(at * pageSize, (at + 1) * pageSize),
          );
    this.#savedSize = size;
  }

  /** Replaces all that there is, as one change; there may be no changes before. */
  replace(found: FoundPages): void {
    const before = this.#segments;
    const savedSize = this.#savedSize;
    this.#segments = [];
    this.load(found);
    this.#replaced = before;
    this.#savedSize = savedSize;
  }

  /** Fills `target` from `offset` on; says how many bytes there were, the rest is zero. */
  read(target: Uint8Array, offset: number): number {
    const count = Math.max(0, Math.min(target.length, this.#size - offset));
    this.#visit(offset, count, (part, done) => target.set(part, done));
    if (count < target.length) target.fill(0, count);
    return count;
  }

  write(source: Uint8Array, offset: number): void {
    const end = offset + source.length;
    const last = Math.floor((end - 1) / pageSize);
    for (let page = Math.floor(offset / pageSize); page <= last; page += 1)
      this.#remember(page);
    if (end > this.#size) this.#resize(end);
    const from = offset % segmentSize;
    // As SQLite writes: a page at a time.
    if (from + source.length <= segmentSize)
      this.#ownSegment(Math.floor(offset / segmentSize))!.set(source, from);
    else {
      for (let at = offset - from; at < end; at += segmentSize)
        this.#ownSegment(at / segmentSize);
      this.#visit(offset, source.length, (part, done) =>
        part.set(source.subarray(done, done + part.length)),
      );
    }
  }

  truncate(size: number): void {
    if (size >= this.#size) return;
    const end = Math.ceil(this.#size / pageSize);
    for (let page = Math.floor(size / pageSize); page < end; page += 1)
      this.#remember(page);
    this.#resize(size);
  }

  /** Whether anything has changed since the last save. */
  get isChanged(): boolean {
    return (
      this.#before.size > 0 ||
      this.#replaced !== undefined ||
      this.#size !== this.#savedSize
    );
  }

  changedPages(): readonly number[] {
    const end = Math.ceil(this.#size / pageSize);
    if (this.#replaced) return Array.from({ length: end }, (_, page) => page);
    return [...this.#before.keys()]
      .filter((page) => page < end)
      .sort((a, b) => a - b);
  }

  segment(index: number): Uint8Array {
    return this.#segments[index]!;
  }

  page(number: number): Uint8Array {
    return this.#pageOrNone(number)!;
  }

  /** What is there now is on disk. */
  saved(): void {
    this.#before.clear();
    this.#replaced = undefined;
    this.#savedSize = this.#size;
  }

  /** Makes the file again what it was at the last save. */
  revert(): void {
    const size = this.#savedSize;
    if (this.#replaced) this.#segments = [...this.#replaced];
    this.#resize(size);
    for (const [page, bytes] of this.#before)
      if (bytes) this.#ownPage(page)?.set(bytes);
    this.saved();
  }

  /** The parts of the file, one after the other; they are its own bytes, to be read at once. */
  parts(): Uint8Array<ArrayBuffer>[] {
    return this.#segments.map((segment, index) =>
      segment.subarray(0, bytesInSegment(index, this.#size)),
    );
  }

  /** The same, for whom reads them later: what is written meanwhile is not in them. */
  lend(): LentParts {
    const parts = this.parts();
    for (const segment of this.#segments) this.#lent.add(segment);
    this.#borrowers += 1;
    let isBack = false;
    return {
      parts,
      giveBack: () => {
        if (isBack) return;
        isBack = true;
        this.#borrowers -= 1;
        if (this.#borrowers === 0) this.#lent.clear();
      },
    };
  }

  #remember(page: number): void {
    if (this.#before.has(page)) return;
    const isNew = page * pageSize >= this.#savedSize || this.#replaced;
    this.#before.set(page, isNew ? undefined : this.#pageOrNone(page)?.slice());
  }

  /** Calls back for each part of these bytes that is in one segment, with how many there were before it. */
  #visit(
    offset: number,
    count: number,
    call: (part: Uint8Array, done: number) => void,
  ): void {
    for (let done = 0; done < count;) {
      const from = (offset + done) % segmentSize;
      const to = Math.min(segmentSize, from + count - done);
      call(this.#segmentAt(offset + done).subarray(from, to), done);
      done += to - from;
    }
  }

  /** Bytes behind the end are zero. */
  #resize(size: number): void {
    const count = segmentCount(size);
    while (this.#segments.length < count)
      this.#segments.push(new Uint8Array(segmentSize));
    this.#segments.length = count;
    const rest = size % segmentSize;
    if (size < this.#size && rest > 0)
      this.#ownSegment(count - 1)!.fill(0, rest);
    this.#size = size;
  }

  #segmentAt(offset: number): Uint8Array<ArrayBuffer> {
    return this.#segments[Math.floor(offset / segmentSize)]!;
  }

  /** A segment to be written into, if it is there: one that is lent is copied first. */
  #ownSegment(index: number): Uint8Array<ArrayBuffer> | undefined {
    const segment = this.#segments[index];
    if (!segment || !this.#lent.has(segment)) return segment;
    return (this.#segments[index] = segment.slice());
  }

  #ownPage(number: number): Uint8Array | undefined {
    this.#ownSegment(Math.floor(number / pagesPerSegment));
    return this.#pageOrNone(number);
  }

  #pageOrNone(number: number): Uint8Array | undefined {
    const from = (number % pagesPerSegment) * pageSize;
    return this.#segments[Math.floor(number / pagesPerSegment)]?.subarray(
      from,
      from + pageSize,
    );
  }
}
