import type { ErrorData } from "../../core/errors.ts";
import { toErrorData } from "../../core/errors.ts";
import type { Sort } from "./sort.ts";
import { tableColumns, type Row, type TableColumn } from "./tableColumns.ts";

/** A part of a table, as the database gives it. `total` counts all rows. */
export interface RowPage {
  columns: readonly string[];
  rows: readonly Row[];
  total: number;
}

export type FetchRows = (
  offset: number,
  limit: number,
  sort: Sort | undefined,
) => Promise<RowPage>;

const pageSize = 100;
/** Pages far from what is in sight are let go. */
const mostPages = 60;

/** The rows of a table that are or were in sight. One fetch at a time, and always of what is in sight now. */
export class RowPages {
  columns = $state.raw<readonly TableColumn[]>([]);
  total = $state(0);
  sort = $state.raw<Sort>();
  error = $state.raw<ErrorData>();
  /** False until the first rows have come. */
  isReady = $state(false);
  isFetching = $state(false);

  #fetch: FetchRows | undefined;
  #pages = $state.raw<ReadonlyMap<number, readonly Row[]>>(new Map());
  /** Pages that are as they would be read now; others are shown only until they are read again. */
  readonly #fresh = new Set<number>();
  #range = { first: 0, end: pageSize };
  /** Counts beginnings anew; what was asked for before the last one is dropped when it comes. */
  #round = 0;
  /** As `isFetching`, which who only says what is in sight must not follow. */
  #hasBegun = false;
  /** Nothing is fetched before somebody asks for it. */
  #isStopped = false;

  /** Reads from here from now on: another table, or the same with other rows. */
  read(fetch: FetchRows): void {
    this.#fetch = fetch;
    if (!this.#isStopped) this.#reload();
  }

  /** Waits for nothing any more: what was asked for does not end. The order goes, which may be why. */
  stop(error: ErrorData): void {
    this.#isStopped = true;
    this.#round += 1;
    this.#setFetching(false);
    this.sort = undefined;
    this.error = error;
  }

  /** What is read next is asked for by somebody, also after a stop. */
  resume(): void {
    this.#isStopped = false;
    this.error = undefined;
  }

  readAgain(): void {
    this.resume();
    this.#reload();
  }

  rowAt(index: number): Row | undefined {
    return this.#pages.get(Math.floor(index / pageSize))?.[index % pageSize];
  }

  /** Says which rows are in sight. */
  see(first: number, end: number): void {
    this.#range = { first, end };
    void this.#fill();
  }

  sortBy(sort: Sort | undefined): void {
    this.sort = sort;
    this.#reload();
  }

  /** There turn out to be other rows than were counted so far. */
  recount(total: number): void {
    if (total === this.total) return;
    this.total = total;
    if (this.isReady) void this.#fill();
  }

  /** Reads everything in sight again; until it comes, what is in sight stays. */
  #reload(): void {
    this.#round += 1;
    this.#setFetching(false);
    this.#fresh.clear();
    const first = Math.floor(this.#range.first / pageSize);
    const last = Math.floor(this.#range.end / pageSize);
    this.#pages = new Map(
      [...this.#pages].filter(([page]) => page >= first && page <= last),
    );
    void this.#fill();
  }

  #setFetching(isFetching: boolean): void {
    this.#hasBegun = isFetching;
    this.isFetching = isFetching;
  }

  async #fill(): Promise<void> {
    if (this.#hasBegun || !this.#fetch) return;
    const round = this.#round;
    this.#setFetching(true);
    for (
      let page = this.#missing();
      page !== undefined;
      page = this.#missing()
    ) {
      try {
        const found = await this.#fetch(page * pageSize, pageSize, this.sort);
        if (round !== this.#round) return;
        this.#keep(page, found);
      } catch (thrown) {
        if (round !== this.#round) return;
        this.error = toErrorData(thrown);
        break;
      }
    }
    this.#setFetching(false);
  }

  #keep(page: number, found: RowPage): void {
    const pages = new Map(this.#pages).set(page, found.rows);
    if (pages.size > mostPages) {
      const here = this.#range.first / pageSize;
      const farthest = [...pages.keys()].sort(
        (a, b) => Math.abs(b - here) - Math.abs(a - here),
      )[0]!;
      pages.delete(farthest);
      this.#fresh.delete(farthest);
    }
    this.#fresh.add(page);
    this.#pages = pages;
    this.total = found.total;
    this.error = undefined;
    const names = found.columns.join("\n");
    if (names !== this.columns.map((column) => column.name).join("\n"))
      this.columns = tableColumns(found.columns, found.rows);
    this.isReady = true;
  }

  /** The first page in sight that is not there. */
  #missing(): number | undefined {
    const last = this.isReady ? Math.min(this.#range.end, this.total) - 1 : 0;
    for (
      let page = Math.floor(this.#range.first / pageSize);
      page * pageSize <= last;
      page += 1
    )
      if (!this.#fresh.has(page)) return page;
    return this.#fresh.size === 0 ? 0 : undefined;
  }
}
