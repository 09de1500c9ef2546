import { FlowError } from "../../../core/errors.ts";
import { imageTypeOf } from "../../../core/imageType.ts";
import { listNames, showValue } from "../../../core/words.ts";
import type { Output } from "../../protocol.ts";
import { inspect } from "./inspect.ts";
import { refOf } from "./refs.ts";

/** What `table`, `html`, `svg` and `md` return: something to look at. */
export class Shown {
  readonly output: Output;

  constructor(output: Output) {
    this.output = output;
  }

  toString(): string {
    return "text" in this.output ? this.output.text : inspect([this.output]);
  }
}

/** A node of the small document that charts are drawn in. */
export interface MarkupNode {
  readonly nodeType: number;
  readonly nodeName: string;
  readonly outerHTML: string;
}

/** Whether a value is such a node. */
export function isMarkupNode(value: unknown): value is MarkupNode {
  if (typeof value !== "object" || value === null) return false;
  const { nodeType, outerHTML } = value as Partial<MarkupNode>;
  return typeof nodeType === "number" && typeof outerHTML === "string";
}

/** A mark of Observable Plot, or several as one, that was not put into a chart (libraries/charts.ts). */
interface DrawableMark {
  plot(): MarkupNode;
}

function isDrawableMark(value: unknown): value is DrawableMark {
  if (typeof value !== "object" || value === null) return false;
  const { plot } = value as { plot?: unknown };
  return typeof plot === "function" && "drawsMark" in plot;
}

/** How many rows of a table are shown; the rest is counted. */
const mostRows = 1000;
/** How deep, and how many values, a JSON output may hold. */
const deepest = 12;
const mostValues = 20_000;
const longestText = 100_000;

/** What a value looks like. */
export function toOutput(value: unknown, title?: string): Output {
  const output = convert(value);
  if (output.type === "image" && title !== undefined)
    return { ...output, alt: title };
  return title !== undefined &&
    (output.type === "table" || output.type === "database-table")
    ? { ...output, title }
    : output;
}

function convert(value: unknown): Output {
  if (value instanceof Shown) return value.output;
  if (isDrawableMark(value)) return convert(value.plot());
  if (isMarkupNode(value))
    return {
      type: value.nodeName.toLowerCase() === "svg" ? "svg" : "html",
      text: value.outerHTML,
    };
  if (typeof value === "string") return { type: "text", text: value };
  if (value instanceof Uint8Array) {
    const mime = imageTypeOf(value);
    if (mime)
      return { type: "image", mime, bytes: new Uint8Array(value), alt: "" };
  }
  if (isRows(value)) return toTable(value, Object.keys);
  if (value instanceof Error)
    return {
      type: "error",
      error: { name: value.name, message: value.message },
    };
  return { type: "json", value: toJson(value) };
}

function isRows(value: unknown): value is Record<string, unknown>[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((row) => {
      if (typeof row !== "object" || row === null || refOf(row)) return false;
      const proto: unknown = Object.getPrototypeOf(row);
      return proto === null || proto === Object.prototype;
    })
  );
}

function toTable(
  rows: readonly Record<string, unknown>[],
  keysOf: (row: object) => readonly string[],
): Output & { type: "table" } {
  const shown = rows.slice(0, mostRows);
  const columns = new Set<string>();
  for (const row of shown) for (const key of keysOf(row)) columns.add(key);
  const names = [...columns];
  return {
    type: "table",
    columns: names,
    rows: shown.map((row) =>
      Object.fromEntries(names.map((name) => [name, toCell(row[name])])),
    ),
    total: rows.length,
  };
}

function toCell(value: unknown): unknown {
  if (typeof value === "string")
    return value.length > longestText
      ? `${value.slice(0, longestText)}…`
      : value;
  if (
    value === null ||
    typeof value === "number" ||
    typeof value === "boolean" ||
    typeof value === "bigint" ||
    value instanceof Date
  )
    return value;
  if (value === undefined) return null;
  if (value instanceof Shown) return value.toString();
  if (value instanceof Error) return inspect([value], 1000);
  return toJson(value);
}

/** A value as plain data that can be copied and drawn as a tree: without functions and cycles, and not without end. */
function toJson(value: unknown): unknown {
  const around: object[] = [];
  let left = mostValues;
  const convertValue = (current: unknown): unknown => {
    left -= 1;
    if (left < 0) return "…";
    if (typeof current === "string")
      return current.length > longestText
        ? `${current.slice(0, longestText)}…`
        : current;
    if (typeof current !== "object" || current === null)
      return typeof current === "function" || typeof current === "symbol"
        ? inspect([current])
        : current;
    if (
      refOf(current) ||
      isMarkupNode(current) ||
      current instanceof Promise ||
      current instanceof RegExp ||
      current instanceof URL ||
      current instanceof ArrayBuffer ||
      ArrayBuffer.isView(current)
    )
      return inspect([current], 1000);
    if (current instanceof Date) return current;
    if (current instanceof Shown) return current.toString();
    if (around.includes(current)) return "[circular]";
    if (around.length >= deepest) return Array.isArray(current) ? "[…]" : "{…}";
    around.push(current);
    try {
      return convertObject(current);
    } catch (thrown) {
      return `[cannot be shown: ${thrown instanceof Error ? thrown.message : String(thrown)}]`;
    } finally {
      around.pop();
    }
  };
  const convertItems = (items: Iterable<unknown>, size: number) => {
    const result: unknown[] = [];
    for (const item of items) {
      if (left <= 0) {
        result.push(`… ${size - result.length} more`);
        break;
      }
      result.push(convertValue(item));
    }
    return result;
  };
  const convertObject = (current: object): unknown => {
    if (Array.isArray(current)) return convertItems(current, current.length);
    if (current instanceof Set) return convertItems(current, current.size);
    if (current instanceof Map) return convertMap(current);
    const entries =
      current instanceof Error
        ? // These are not listed.
          Object.assign(
            { name: current.name, message: current.message },
            current,
          )
        : current;
    const result: Record<string, unknown> = {};
    for (const [key, child] of Object.entries(entries)) {
      if (left <= 0) {
        result["…"] = "more";
        break;
      }
      Object.defineProperty(result, key, {
        value: convertValue(child),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
    return result;
  };
  const convertMap = (current: ReadonlyMap<unknown, unknown>) => {
    const result = new Map<unknown, unknown>();
    // The number that was given last to what looks the same.
    const numbers = new Map<unknown, number>();
    for (const [key, child] of current) {
      if (left <= 0) return result.set("…", "more");
      const converted = convertValue(key);
      // What is shown as its text, such as a function, may look like another.
      let distinct = converted;
      let n = numbers.get(converted) ?? 1;
      while (result.has(distinct)) distinct = `${String(converted)} (${++n})`;
      if (distinct !== converted) numbers.set(converted, n);
      result.set(distinct, convertValue(child));
    }
    return result;
  };
  return convertValue(value);
}

const tableOptions = ["title", "columns", "labels", "format", "sort", "height"];

/** `table(rows, options)`, or `table(name)` for a table of the database; `fn` is what it was called as. */
export function makeTable(
  source: unknown,
  options: unknown = {},
  fn = "table",
): Shown {
  const refuse = (message: string) => new FlowError("invalid-option", message);
  if (typeof options !== "object" || options === null)
    throw refuse(
      `The options of ${fn} are an object such as { title: "Airlines" }, not ${showValue(options)}.`,
    );
  const given = options as Record<string, unknown>;
  const unknown = Object.keys(given).find((key) => !tableOptions.includes(key));
  if (unknown !== undefined)
    throw refuse(
      `${fn} has no option ${JSON.stringify(unknown)}. Its options are ${listNames(tableOptions, 99)}.`,
    );
  const title = given.title === undefined ? {} : { title: String(given.title) };
  if (typeof source === "string")
    return new Shown({ type: "database-table", table: source, ...title });
  if (refOf(source) || source instanceof Promise)
    throw new FlowError(
      "invalid-argument",
      `These rows are not there yet. Await them first: ${fn}(await ...).`,
    );
  if (
    typeof source !== "object" ||
    source === null ||
    !(Symbol.iterator in source)
  )
    throw new FlowError(
      "invalid-argument",
      `${fn} takes rows, or the name of a table of the database, not ${showValue(source)}.`,
    );
  let rows = Array.from(source as Iterable<unknown>, (row, index) => {
    if (typeof row === "object" && row !== null)
      return row as Record<string, unknown>;
    throw new FlowError(
      "invalid-argument",
      `Row ${index + 1} of the table is ${showValue(row)}, not an object with a field for each column.`,
    );
  });
  if (given.sort !== undefined) rows = sortRows(rows, given.sort, fn);
  const { columns } = given;
  if (columns !== undefined && !Array.isArray(columns))
    throw refuse(
      `columns must be a list of columns, not ${showValue(columns)}.`,
    );
  const table = toTable(
    given.format ? applyFormat(rows, given.format as Formats) : rows,
    columns ? () => columns.map(String) : Object.keys,
  );
  return new Shown({
    ...applyLabels(table, (given.labels ?? {}) as Record<string, unknown>),
    ...title,
    // An empty table still has the columns that were asked for.
    ...(rows.length === 0 && columns ? { columns: columns.map(String) } : {}),
  });
}

function sortRows(
  rows: readonly Record<string, unknown>[],
  sort: unknown,
  fn: string,
): Record<string, unknown>[] {
  if (typeof sort !== "string")
    throw new FlowError(
      "invalid-option",
      `sort must be the name of a column, with a - before it for the other way round, not ${showValue(sort)}.`,
    );
  const sign = sort.startsWith("-") ? -1 : 1;
  const column = sort.replace(/^-/, "");
  if (rows.length > 0 && !rows.some((row) => column in row))
    throw new FlowError(
      "invalid-option",
      `There is no column ${showValue(column)} that ${fn} could sort by. The first row has ${listNames(Object.keys(rows[0]!)) || "none"}.`,
    );
  return [...rows].sort((a, b) => sign * compare(a[column], b[column], sign));
}

/** Nothing comes last, whichever way it is sorted. */
function compare(a: unknown, b: unknown, sign: number): number {
  const isNothing = (value: unknown) => value === null || value === undefined;
  if (isNothing(a) || isNothing(b))
    return sign * (Number(isNothing(a)) - Number(isNothing(b)));
  return (a as number) < (b as number)
    ? -1
    : (a as number) > (b as number)
      ? 1
      : 0;
}

type Formats = Record<string, (value: unknown, row: unknown) => unknown>;

function applyFormat(
  rows: readonly Record<string, unknown>[],
  formats: Formats,
): Record<string, unknown>[] {
  // Only what will be shown; the others are counted.
  return rows.map((row, index) => {
    if (index >= mostRows) return row;
    const formatted = { ...row };
    for (const [column, format] of Object.entries(formats))
      if (column in row) {
        const value = format(row[column], row);
        formatted[column] = isMarkupNode(value) ? value.outerHTML : value;
      }
    return formatted;
  });
}

function applyLabels(
  table: Output & { type: "table" },
  labels: Record<string, unknown>,
): Output & { type: "table" } {
  const headings = table.columns.map((column) =>
    labels[column] === undefined || !Object.hasOwn(labels, column)
      ? column
      : String(labels[column]),
  );
  // Columns are found by their headings, so two of the same name keep their own.
  if (new Set(headings).size < headings.length) return table;
  return {
    ...table,
    columns: headings,
    rows: table.rows.map((row) =>
      Object.fromEntries(
        table.columns.map((column, index) => [headings[index], row[column]]),
      ),
    ),
  };
}
