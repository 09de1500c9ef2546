/**
 * The order of a large table by a column, found without sorting the table: some rows, taken from all over it, cut the order into
 * buckets; each part of the table is counted by bucket, which says where every bucket begins; the rows of a bucket are looked
 * for and sorted when they are to be seen. Every query is short, and no more is held than counts and the numbers of some rows.
 *
 * Rows of one value follow each other by their numbers. So no two rows are equal, and a bucket stays small also when a table
 * has few values. SQLite compares, so that the order is the one of ORDER BY whatever the values are.
 */
import { quoteName } from "../../core/sqliteRules.ts";
import type { RowNumber } from "./tableParts.ts";
import type { RunQuery } from "./tableReader.ts";
import { whereSql, type TableQuery } from "./tableQuery.ts";

/** Rows of a bucket, about. */
const bucketRows = 25_000;
/** How many rows are taken for each that ends a bucket, so that buckets are of about one size. */
const sampledEach = 20;
const mostBuckets = 400;
/** How many buckets are kept once they were sorted. */
const mostKept = 6;

/** Rows by their numbers, both included. */
interface Range {
  from: bigint;
  to: bigint;
}

/** A row that a bucket begins with. */
interface Mark {
  id: RowNumber;
  isMissing: boolean;
}

export class RowOrder {
  readonly #run: RunQuery;
  readonly #query: TableQuery;
  readonly #rowid: string;
  readonly #column: string;
  readonly #table: string;
  readonly #isAscending: boolean;
  #marks: readonly Mark[] = [];
  #ranges: readonly Range[] = [];
  /** How many rows each range has in each bucket. */
  #counts: readonly (readonly number[])[] = [];
  /** Where each bucket begins; last, how many rows there are. */
  #starts: readonly number[] = [0];
  readonly #kept = new Map<number, Promise<readonly RowNumber[]>>();

  constructor(run: RunQuery, query: TableQuery, rowid: string) {
    const { table, sort } = query;
    this.#run = run;
    this.#query = query;
    this.#rowid = rowid;
    this.#table = quoteName(table);
    this.#column = quoteName(sort!.column);
    this.#isAscending = sort!.direction === "asc";
  }

  get total(): number {
    return this.#starts.at(-1)!;
  }

  /** Counts all ranges of the table; `told` hears how many are, and ends it by giving false. */
  async count(
    ranges: readonly Range[],
    told: (counted: number) => boolean,
  ): Promise<void> {
    this.#ranges = ranges;
    this.#marks = await this.#chooseMarks();
    const bucket = this.#bucketSql(0, this.#marks.length);
    const counts: number[][] = [];
    for (const range of ranges) {
      if (!told(counts.length)) return;
      const { rows } = await this.#run(
        `SELECT ${bucket} AS bucket, count(*) AS n FROM ${this.#table} WHERE ${this.#where(range)} GROUP BY 1`,
      );
      const found = Array.from({ length: this.#marks.length + 1 }, () => 0);
      for (const { bucket: at, n } of rows) found[Number(at)] = Number(n);
      counts.push(found);
    }
    const starts = [0];
    for (let at = 0; at <= this.#marks.length; at += 1)
      starts.push(
        starts[at]! + counts.reduce((sum, found) => sum + found[at]!, 0),
      );
    this.#counts = counts;
    this.#starts = starts;
  }

  /** The numbers of the rows from a place on. */
  async numbersOf(
    offset: number,
    limit: number,
  ): Promise<readonly RowNumber[]> {
    const found: RowNumber[] = [];
    const end = Math.min(offset + limit, this.total);
    for (let at = offset; at < end;) {
      const bucket = this.#starts.findLastIndex((start) => start <= at);
      const start = this.#starts[bucket]!;
      const numbers = await this.#sorted(bucket);
      const taken = numbers.slice(at - start, end - start);
      // The table has changed since it was counted: it is about to be read anew.
      if (taken.length === 0) break;
      found.push(...taken);
      at += taken.length;
    }
    return found;
  }

  /** The numbers of the rows of a bucket, in order. */
  #sorted(bucket: number): Promise<readonly RowNumber[]> {
    const known = this.#kept.get(bucket);
    const sorted = known ?? this.#sort(bucket);
    this.#kept.delete(bucket);
    this.#kept.set(bucket, sorted);
    if (this.#kept.size > mostKept)
      this.#kept.delete(this.#kept.keys().next().value!);
    sorted.catch(() => this.#kept.delete(bucket));
    return sorted;
  }

  async #sort(bucket: number): Promise<readonly RowNumber[]> {
    const [first, next] = [this.#marks[bucket - 1], this.#marks[bucket]];
    const bounds = [
      ...(first ? [`(${this.#isBefore(first)}) IS NOT TRUE`] : []),
      ...(next ? [this.#isBefore(next)] : []),
    ];
    const found: RowNumber[] = [];
    for (const [at, range] of this.#ranges.entries())
      if (this.#counts[at]![bucket]! > 0)
        found.push(...(await this.#numbers(this.#where(range, bounds))));
    return this.#numbers(`${this.#rowid} IN (${found.join(",")})`, true);
  }

  async #numbers(where: string, isOrdered = false): Promise<RowNumber[]> {
    const order = `${this.#column} ${this.#isAscending ? "ASC" : "DESC"} NULLS LAST, ${this.#rowid}`;
    const { rows } = await this.#run(
      `SELECT ${this.#rowid} AS id FROM ${this.#table} WHERE ${where}${isOrdered ? ` ORDER BY ${order}` : ""}`,
    );
    return rows.map(({ id }) => id as RowNumber);
  }

  /** Rows from all over the table, in order. */
  async #chooseMarks(): Promise<readonly Mark[]> {
    const ranges = this.#ranges;
    const spanned = ranges.reduce(
      (sum, { from, to }) => sum + Number(to - from) + 1,
      0,
    );
    const buckets = Math.min(mostBuckets, Math.ceil(spanned / bucketRows));
    const each = Math.ceil((buckets * sampledEach) / ranges.length);
    const places = ranges.flatMap(({ from, to }) =>
      Array.from({ length: each }, (_, at) => {
        const far = ((at + scatter(at)) / each) * Number(to - from);
        return from + BigInt(Math.floor(far));
      }),
    );
    const nearest = `(SELECT ${this.#rowid} FROM ${this.#table} WHERE ${this.#rowid} >= place ORDER BY ${this.#rowid} LIMIT 1)`;
    const sample = await this.#numbers(
      `${this.#rowid} IN (WITH wanted(place) AS (VALUES ${places.map((place) => `(${place})`).join(",")}) SELECT ${nearest} FROM wanted)`,
      true,
    );
    const step = sample.length / buckets;
    const chosen = Array.from(
      { length: Math.max(0, buckets - 1) },
      (_, at) => sample[Math.floor((at + 1) * step)]!,
    );
    const ids = [...new Set(chosen)];
    if (ids.length === 0) return [];
    const { rows } = await this.#run(
      `SELECT ${this.#rowid} AS id FROM ${this.#table} WHERE ${this.#rowid} IN (${ids.join(",")}) AND ${this.#column} IS NULL`,
    );
    const missing = new Set(rows.map(({ id }) => id as RowNumber));
    return ids.map((id) => ({ id, isMissing: missing.has(id) }));
  }

  /** True of rows that stand before a mark; of others false, or NULL. */
  #isBefore({ id, isMissing }: Mark): string {
    const isLower = `${this.#rowid} < ${id}`;
    if (isMissing) return `(${this.#column} IS NOT NULL OR ${isLower})`;
    const value = `(SELECT ${this.#column} FROM ${this.#table} WHERE ${this.#rowid} = ${id})`;
    const sign = this.#isAscending ? "<" : ">";
    return `(${this.#column} ${sign} ${value} OR (${this.#column} = ${value} AND ${isLower}))`;
  }

  /** The bucket of a row, which is one of these; the marks are searched by halves. */
  #bucketSql(first: number, last: number): string {
    if (first === last) return String(first);
    const middle = (first + last) >> 1;
    return `CASE WHEN ${this.#isBefore(this.#marks[middle]!)} THEN ${this.#bucketSql(first, middle)} ELSE ${this.#bucketSql(middle + 1, last)} END`;
  }

  #where({ from, to }: Range, more: readonly string[] = []): string {
    const within = `${this.#rowid} BETWEEN ${from} AND ${to}`;
    return whereSql(this.#query.filters, [within, ...more])!;
  }
}

/** Numbers from 0 to 1 that follow no pattern which rows could follow too, the same every time. */
function scatter(at: number): number {
  return (at * 0.618033988749895) % 1;
}
