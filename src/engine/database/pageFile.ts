import {
  bytesInSegment,
  pageSize,
  pagesPerSegment,
  segmentCount,
  segmentSize,
  type FoundPages,
  type PageImage,
  type StoredSegment,
} from "../../core/pages.ts";
import { emptyPages } from "./freeList.ts";
import { PageCopies } from "./pageCopies.ts";
import { CommittedPages, type ChangingFile } from "./committedPages.ts";

/** The parts of a file as they were, whatever is written into it, until they are given back. */
export interface LentParts {
  readonly parts: readonly Uint8Array<ArrayBuffer>[];
  giveBack(): void;
}

/** What of a file is stored and not in memory. */
export interface UnreadParts {
  /** Takes over what is stored, over what was there: what is to be read later is not in memory then. There may be no changes. */
  load(found: FoundPages): void;
  /** Reads what has not been wanted yet, as long as `isWanted`; rejects if something of it is there no more. */
  fetchRest(isWanted: () => boolean): Promise<void>;
  /** Why something that was wanted could not be read, if so. */
  readonly lost: Error | undefined;
}

/** A segment that nobody has wanted yet, and the pages that count over its own. */
class UnreadSegment {
  readonly #stored: StoredSegment;
  readonly #newer: [from: number, page: Uint8Array][] = [];

  constructor(stored: StoredSegment) {
    this.#stored = stored;
  }

  patch(from: number, page: Uint8Array): void {
    this.#newer.push([from, page]);
  }

  read(): Uint8Array<ArrayBuffer> {
    return this.#complete(this.#stored.read());
  }

  async fetch(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#complete(await this.#stored.fetch());
  }

  #complete(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    const own = wholeSegment(bytes);
    for (const [from, page] of this.#newer) own.set(page, from);
    return own;
  }
}

/** These bytes, as a segment in a buffer of its own; what is missing is zero. */
function wholeSegment(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteLength } = bytes;
  if (byteLength === segmentSize && buffer.byteLength === segmentSize)
    return bytes as Uint8Array<ArrayBuffer>;
  const own = new Uint8Array(segmentSize);
  own.set(bytes);
  return own;
}

const emptyPage = new Uint8Array(pageSize);

/** How many segments are fetched at once in peace. */
const fetchedAtOnce = 4;

/**
 * The bytes of a database file, in memory that is ours. It knows which pages have changed since the last save and what they
 * were before, so that a save costs what changed, and a save that failed can be taken back.
 */
export class PageFile implements PageImage, UnreadParts, ChangingFile {
  /** The same as of the last save; of a file that was replaced as a whole, as it is. */
  readonly committed = new CommittedPages(this);
  #segments: (Uint8Array<ArrayBuffer> | UnreadSegment)[] = [];
  #size = 0;
  /** Bytes of the file at the last save. */
  #savedSize = 0;
  /** The pages that have changed, and what they were at the last save; undefined if they were behind the end. */
  #before = new Map<number, Uint8Array | undefined>();
  readonly #copies = new PageCopies();
  /** Which pages held nothing at the last save, once that is wanted. */
  #empty: Uint8Array | undefined;
  /** How often the saved bytes have become others, when all did last, and when those of a page did since. */
  #changes = 0;
  #allChangedAt = 0;
  readonly #changedAt = new Map<number, number>();
  /** What the whole file was, if all of it was replaced. */
  #replaced: readonly (Uint8Array<ArrayBuffer> | UnreadSegment)[] | undefined;
  lost: Error | undefined;
  /** How many have parts of the file, and the segments that are copied before something is written into them. */
  #borrowers = 0;
  readonly #lent = new Set<Uint8Array>();

  constructor(found?: FoundPages) {
    if (found) this.load(found);
  }

  get size(): number {
    return this.#size;
  }

  get savedSize(): number {
    return this.#replaced ? this.#size : this.#savedSize;
  }

  earlier(page: number): Uint8Array | undefined {
    return this.#before.get(page);
  }

  get changes(): number {
    return this.#changes;
  }

  changedAt(page: number): number {
    return this.#changedAt.get(page) ?? this.#allChangedAt;
  }

  hasChanged(from: number, to: number): boolean {
    if (this.#before.size === 0) return false;
    for (let page = from; page < to; page += 1)
      if (this.#before.has(page)) return true;
    return false;
  }

  load({ size, segments, deltas }: FoundPages): void {
    const count = segmentCount(size);
    for (let index = 0; index < count; index += 1) {
      const given = segments.get(index);
      if (given instanceof Uint8Array)
        this.#segments[index] = wholeSegment(given);
      else if (given) this.#segments[index] = new UnreadSegment(given);
      else this.#segments[index] ??= new Uint8Array(segmentSize);
    }
    this.#resize(size);
    for (const { pages, bytes } of deltas)
      for (const [at, page] of pages.entries())
        if (page * pageSize < size)
          this.#patch(page, bytes.subarray(at * pageSize, (at + 1) * pageSize));
    this.#savedSize = size;
    this.#changeAll();
  }

  #changeAll(): void {
    this.#empty = undefined;
    this.#changedAt.clear();
    this.#allChangedAt = this.#changes += 1;
  }

  #patch(page: number, bytes: Uint8Array): void {
    const segment = this.#segments[Math.floor(page / pagesPerSegment)];
    if (segment instanceof UnreadSegment)
      segment.patch((page % pagesPerSegment) * pageSize, bytes);
    else this.#ownPage(page)?.set(bytes);
  }

  async fetchRest(isWanted: () => boolean): Promise<void> {
    const rest = this.#segments.entries();
    const some = Array.from({ length: fetchedAtOnce }, async () => {
      for (const [index, segment] of rest) {
        if (!isWanted()) return;
        if (!(segment instanceof UnreadSegment)) continue;
        const bytes = await segment.fetch();
        if (this.#segments[index] === segment) this.#segments[index] = bytes;
      }
    });
    await Promise.all(some);
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

  /** The bytes of a page, by SQLite's number, to be written anew. Of one that held nothing at the last save, no copy is made: it is zero when it is taken back. */
  renew(number: number): Uint8Array {
    const page = number - 1;
    if (!this.#before.has(page) && !this.#replaced) {
      this.#empty ??= emptyPages(this.committed);
      if (this.#empty[number]) this.#before.set(page, emptyPage);
    }
    this.#remember(page);
    if (number * pageSize > this.#size) this.#resize(number * pageSize);
    return this.#ownPage(page)!;
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

  segment(index: number): Uint8Array<ArrayBuffer> {
    return this.#read(index)!;
  }

  page(number: number): Uint8Array {
    return this.#pageOrNone(number)!;
  }

  /** What is there now is on disk. */
  saved(): void {
    this.#changes += 1;
    for (const page of this.#before.keys())
      this.#changedAt.set(page, this.#changes);
    this.#keepAsSaved();
  }

  #keepAsSaved(): void {
    this.#before.clear();
    this.#copies.clear();
    this.#replaced = undefined;
    this.#empty = undefined;
    this.#savedSize = this.#size;
  }

  /** Makes the file again what it was at the last save. */
  revert(): void {
    const size = this.#savedSize;
    const isOther = this.#replaced !== undefined;
    if (this.#replaced) this.#segments = [...this.#replaced];
    this.#resize(size);
    for (const [page, bytes] of this.#before)
      if (bytes) this.#ownPage(page)?.set(bytes);
    this.#keepAsSaved();
    if (isOther) this.#changeAll();
  }

  /** The parts of the file, one after the other; they are its own bytes, to be read at once. */
  parts(): Uint8Array<ArrayBuffer>[] {
    return this.#segments.map((_, index) =>
      this.#read(index)!.subarray(0, bytesInSegment(index, this.#size)),
    );
  }

  /** The parts as of the last save, for whom reads them later: what is written meanwhile is not in them. */
  lend(): LentParts {
    return this.#lend(this.committed.parts());
  }

  /** The same with what is not saved. */
  lendUnsaved(): LentParts {
    return this.#lend(this.parts());
  }

  #lend(parts: readonly Uint8Array<ArrayBuffer>[]): LentParts {
    for (const segment of this.#segments)
      if (segment instanceof Uint8Array) this.#lent.add(segment);
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
    const was = isNew ? undefined : this.#pageOrNone(page);
    this.#before.set(page, was && this.#copies.add(was));
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
    return this.#read(Math.floor(offset / segmentSize))!;
  }

  /** A segment, which is read if nobody has wanted it yet. */
  #read(index: number): Uint8Array<ArrayBuffer> | undefined {
    const segment = this.#segments[index];
    if (!(segment instanceof UnreadSegment)) return segment;
    try {
      return (this.#segments[index] = segment.read());
    } catch (thrown) {
      this.lost = thrown as Error;
      throw thrown;
    }
  }

  /** A segment to be written into, if it is there: one that is lent is copied first. */
  #ownSegment(index: number): Uint8Array<ArrayBuffer> | undefined {
    const segment = this.#read(index);
    if (!segment || !this.#lent.has(segment)) return segment;
    return (this.#segments[index] = segment.slice());
  }

  #ownPage(number: number): Uint8Array | undefined {
    this.#ownSegment(Math.floor(number / pagesPerSegment));
    return this.#pageOrNone(number);
  }

  #pageOrNone(number: number): Uint8Array | undefined {
    const from = (number % pagesPerSegment) * pageSize;
    return this.#read(Math.floor(number / pagesPerSegment))?.subarray(
      from,
      from + pageSize,
    );
  }
}
