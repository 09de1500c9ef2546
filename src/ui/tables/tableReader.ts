/**
 * Reads a table for a view of it, so that each query is short: the database does one thing at a time, and a commit must not wait for
 * a view. A small table is read as SQL says it. Of a large one the rows are found by their numbers (rowid), part by part:
 *
 * - without a filter, a row's number says where it stands if there are no gaps; else parts of the table are counted;
 * - with a filter, parts are counted one after the other, and the total grows while that goes on;
 * - in the order of a column, they are found by what rowOrder.ts counts of each part.
 *
 * A newer question drops the older one: it asks nothing more.
 */
import { quoteName } from "../../core/sqliteRules.ts";
import type { Row } from "../output/tableColumns.ts";
import type { RowPage } from "../output/rowPages.svelte.ts";
import { selectSql, whereSql, type TableQuery } from "./tableQuery.ts";
import { RowOrder } from "./rowOrder.ts";
import { tableParts, type TablePart } from "./tableParts.ts";

/** Above so many rows a table is read in parts. */
export const largeTable = 200_000;

/** What a reader asks for rows. */
export type RunQuery = (
  sql: string,
  limit?: number,
) => Promise<{
  columns: readonly string[];
  rows: readonly Row[];
  total: number;
}>;

/** A table as a reader has to know it. */
export interface ReadTable {
  /** Undefined of a view: to count them may take as long as somebody has made it take. */
  rows: number | undefined;
  hasRowid: boolean;
  columns: readonly { name: string }[];
}

/** Rows by their numbers, both included, and how many of them meet the filter. */
interface Part {
  from: bigint;
  to: bigint;
  rows: number;
}

/** How far a reader has come. */
export interface ReadProgress {
  /** Rows that meet the filter, as far as they are counted. */
  total: number;
  isCounted: boolean;
  /** Set until rows can be shown in their order: how much of the table has been looked at, from 0 to 1. */
  sorted?: number | undefined;
}

/** The name by which the rows of a table are numbered, which no column of it hides; undefined if there is none. */
export function rowidOf({ hasRowid, columns }: ReadTable): string | undefined {
  const taken = new Set(columns.map(({ name }) => name.toLowerCase()));
  return hasRowid
    ? ["rowid", "_rowid_", "oid"].find((name) => !taken.has(name))
    : undefined;
}

export class TableReader {
  readonly #run: RunQuery;
  readonly #table: ReadTable;
  readonly #query: TableQuery;
  readonly #told: (progress: ReadProgress) => void;
  /** The name by which rows are numbered; undefined if the table is read as a whole. */
  readonly #rowid: string | undefined;
  #parts: Part[] = [];
  #isDropped = false;
  #counting: Promise<void> | undefined;
  #isCounted = false;
  #order: Promise<RowOrder> | undefined;

  constructor(
    run: RunQuery,
    table: ReadTable,
    query: TableQuery,
    told: (progress: ReadProgress) => void = () => {},
  ) {
    this.#run = run;
    this.#table = table;
    this.#query = query;
    this.#told = told;
    this.#rowid = (table.rows ?? 0) > largeTable ? rowidOf(table) : undefined;
  }

  /** Nothing more is asked; what is on its way comes to nothing. */
  drop(): void {
    this.#isDropped = true;
  }

  async read(offset: number, limit: number): Promise<RowPage> {
    if (this.#table.rows === undefined) return this.#readView(offset, limit);
    if (this.#rowid === undefined)
      return this.#readWhole(this.#table.rows, offset, limit);
    if (this.#query.sort) return this.#readSorted(offset, limit);
    return this.#readParts(offset, limit);
  }

  /** How many rows of a view there are, as far as they have been read. */
  #seen = 0;

  /** Reads no more than is wanted, and one row to know whether others follow. */
  async #readView(offset: number, limit: number): Promise<RowPage> {
    const { columns, rows } = await this.#run(
      `${selectSql(this.#query)}\nLIMIT ${limit + 1} OFFSET ${offset}`,
      limit + 1,
    );
    if (!this.#isCounted) {
      this.#isCounted =
        rows.length <= limit && (rows.length > 0 || offset === 0);
      this.#seen = Math.max(this.#seen, offset + rows.length);
    }
    this.#tell({ total: this.#seen, isCounted: this.#isCounted });
    return { columns, rows: rows.slice(0, limit), total: this.#seen };
  }

  async #readWhole(
    all: number,
    offset: number,
    limit: number,
  ): Promise<RowPage> {
    const sql = selectSql(this.#query);
    const page = await this.#run(
      `${sql}\nLIMIT ${limit} OFFSET ${offset}`,
      limit,
    );
    const total =
      this.#query.filters.length === 0 ? all : await this.#countWhole();
    this.#told({ total, isCounted: true });
    return { ...page, total };
  }

  #whole: Promise<number> | undefined;

  #countWhole(): Promise<number> {
    this.#whole ??= this.#number(this.#countSql([]));
    return this.#whole;
  }

  // ---------------------------------------------------------------- parts

  async #readParts(offset: number, limit: number): Promise<RowPage> {
    this.#counting ??= this.#count();
    // As soon as the part is counted that the rows stand in, or all are.
    while (
      !this.#isDropped &&
      !this.#isCounted &&
      this.#total <= offset + limit
    )
      await this.#step();
    let before = 0;
    for (const part of this.#parts) {
      if (before + part.rows > offset) {
        const page = await this.#rowsFrom(part.from, offset - before, limit);
        return { ...page, total: this.#total };
      }
      before += part.rows;
    }
    const page = await this.#run(
      `SELECT * FROM ${quoteName(this.#query.table)} LIMIT 0`,
    );
    return { ...page, total: this.#total };
  }

  #rowsFrom(from: bigint, skip: number, limit: number) {
    const where = whereSql(this.#query.filters, [`${this.#rowid} >= ${from}`]);
    return this.#run(
      `SELECT * FROM ${quoteName(this.#query.table)} WHERE ${where} ORDER BY ${this.#rowid} LIMIT ${limit} OFFSET ${skip}`,
      limit,
    );
  }

  get #total(): number {
    return this.#parts.reduce((sum, { rows }) => sum + rows, 0);
  }

  #waiting: (() => void)[] = [];

  /** Settles when another part is counted. */
  #step(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #tellStep(): void {
    this.#tell({ total: this.#total, isCounted: this.#isCounted });
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  async #count(): Promise<void> {
    try {
      for await (const { from, to, rows } of this.#ranges()) {
        if (this.#isDropped) break;
        const isWhole = this.#query.filters.length === 0 && rows !== undefined;
        this.#parts.push({
          from,
          to,
          rows: isWhole
            ? rows
            : await this.#number(this.#countSql(this.#within(from, to))),
        });
        this.#tellStep();
      }
    } finally {
      this.#isCounted = true;
      this.#tellStep();
    }
  }

  #within(from: bigint, to: bigint): string[] {
    return [`${this.#rowid} BETWEEN ${from} AND ${to}`];
  }

  #countSql(more: readonly string[]): string {
    const where = whereSql(this.#query.filters, more);
    return `SELECT count(*) AS n FROM ${quoteName(this.#query.table)}${where ? ` WHERE ${where}` : ""}`;
  }

  async #number(sql: string): Promise<number> {
    const { rows } = await this.#run(sql);
    return Number(rows[0]?.n ?? 0);
  }

  #ranges(): AsyncGenerator<TablePart> {
    const table = { ...this.#table, name: this.#query.table };
    return tableParts(this.#run, table, this.#rowid!, () => this.#isDropped);
  }

  // ---------------------------------------------------------------- order

  async #readSorted(offset: number, limit: number): Promise<RowPage> {
    this.#order ??= this.#findOrder();
    const order = await this.#order;
    const wanted = await order.numbersOf(offset, limit);
    const list =
      wanted.map((id, at) => `(${at}, ${id})`).join(", ") || "(0, NULL)";
    const { columns, rows } = await this.#run(
      `WITH wanted(place, id) AS (VALUES ${list}) SELECT t.* FROM wanted JOIN ${quoteName(this.#query.table)} AS t ON t.${this.#rowid} = wanted.id ORDER BY place`,
    );
    return { columns, rows, total: order.total };
  }

  async #findOrder(): Promise<RowOrder> {
    const order = new RowOrder(this.#run, this.#query, this.#rowid!);
    const ranges: { from: bigint; to: bigint }[] = [];
    for await (const range of this.#ranges()) ranges.push(range);
    await order.count(ranges, (counted) => {
      this.#tell({
        total: 0,
        isCounted: false,
        sorted: counted / ranges.length,
      });
      return !this.#isDropped;
    });
    this.#tell({ total: order.total, isCounted: true });
    return order;
  }

  #tell(progress: ReadProgress): void {
    if (!this.#isDropped) this.#told(progress);
  }
}
