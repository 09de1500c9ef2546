import { Parser } from "htmlparser2";
import { FlowError } from "../../../../core/errors.ts";
import { listNames, showValue } from "../../../../core/words.ts";
import { inferType, nameColumns, toCell } from "./csvColumns.ts";
import { readNumberMarks } from "./numberMarks.ts";

interface TableCell {
  text: string;
  isHeader: boolean;
  columns: number;
  rows: number;
}

interface HtmlTable {
  caption: string;
  rows: TableCell[][];
}

/** How far a cell may reach, whatever its attributes say. */
const mostColumns = 1000;
const mostRows = 65_534;

/** How many places of a table each of its cells may stand for, all in all; and as many more as any table may have. */
const placesOfCell = 50;
const morePlaces = 1_000_000;

/** The text of a table in a table is that of the cells around it too, as deep as people nest them. */
const mostNested = 50;

const isCell = (tag: string) => tag === "td" || tag === "th";

/** The rows of a table of an HTML page: the one that `table` says by its place, from 1 on, or by its caption; or the first. */
export function readHtmlTable(
  html: string,
  { table, header, ...others }: Readonly<Record<string, unknown>>,
  name: string,
): object[] {
  const marks = readNumberMarks(others);
  const tables = findTables(html);
  const found = pick(tables, table, name);
  // A row without cells of its own is none that anybody sees.
  const isSeen = found.rows.map((cells) => cells.length > 0);
  const grid = spread(found.rows, name).filter((_, row) => isSeen[row]);
  const head = headerRows(
    found.rows.filter((_, row) => isSeen[row]),
    header,
  );
  const names = nameColumns(joinHeads(grid.slice(0, head)), widthOf(grid));
  const body = grid.slice(head);
  const types = names.map((_, index) => inferType(body, index, marks));
  return body.map((row) =>
    Object.fromEntries(
      names.map((column, index) => [
        column,
        toCell(row[index], types[index]!, marks),
      ]),
    ),
  );
}

/** All tables of a page in the order in which they begin; what is in a table inside a cell is that table's, and the cell's text too. */
function findTables(html: string): HtmlTable[] {
  const tables: HtmlTable[] = [];
  const open: { table: HtmlTable; cell: TableCell | undefined }[] = [];
  let inCaption = false;
  let hidden = 0;
  const parser = new Parser({
    onopentag(tag, attributes) {
      const around = open.at(-1);
      if (tag === "table") {
        const table: HtmlTable = { caption: "", rows: [] };
        tables.push(table);
        open.push({ table, cell: undefined });
      } else if (tag === "script" || tag === "style") hidden += 1;
      else if (!around) return;
      else if (tag === "caption") inCaption = true;
      else if (tag === "tr") {
        around.table.rows.push([]);
        around.cell = undefined;
      } else if (isCell(tag)) {
        if (around.table.rows.length === 0) around.table.rows.push([]);
        around.cell = {
          text: "",
          isHeader: tag === "th",
          columns: span(attributes.colspan, mostColumns),
          rows: span(attributes.rowspan, mostRows),
        };
        around.table.rows.at(-1)!.push(around.cell);
      } else if (/^(?:br|p|div|li)$/.test(tag) && around.cell)
        around.cell.text += " ";
    },
    ontext(text) {
      if (hidden > 0) return;
      if (inCaption) open.at(-1)!.table.caption += text;
      else
        for (const { cell } of open.slice(-mostNested))
          if (cell) cell.text += text;
    },
    onclosetag(tag) {
      if (tag === "table") open.pop();
      else if (tag === "caption") inCaption = false;
      else if (tag === "script" || tag === "style") hidden -= 1;
      else if (isCell(tag) && open.length > 0) open.at(-1)!.cell = undefined;
    },
  });
  parser.write(html);
  parser.end();
  return tables;
}

function span(given: string | undefined, most: number): number {
  const number = Number.parseInt(given ?? "", 10);
  return number > 0 ? Math.min(number, most) : 1;
}

function pick(
  tables: readonly HtmlTable[],
  wanted: unknown,
  name: string,
): HtmlTable {
  if (tables.length === 0)
    throw new Error(
      `${name} holds no table. If the page makes it by a script, fetch what that script fetches.`,
    );
  const captions = tables.map(
    ({ caption }, index) => clean(caption) || `table ${index + 1}`,
  );
  const index =
    wanted === undefined
      ? 0
      : typeof wanted === "number"
        ? wanted - 1
        : captions.findIndex((caption) => caption === wanted);
  const table = tables[index];
  if (table) return table;
  throw new FlowError(
    "invalid-option",
    `${name} holds no table ${showValue(wanted)}. It holds ${listNames(captions, 10)}: write a caption, or a place from 1 on.`,
  );
}

const clean = (text: string) => text.replace(/\s+/g, " ").trim();

/** The texts of a table as a grid: a cell that spans several places is in each of them. */
function spread(
  rows: readonly (readonly TableCell[])[],
  name: string,
): string[][] {
  const grid: string[][] = rows.map(() => []);
  const count = rows.reduce((sum, row) => sum + row.length, 0);
  let width = 0;
  for (const [top, cells] of rows.entries()) {
    let left = 0;
    for (const cell of cells) {
      const line = grid[top]!;
      while (line[left] !== undefined) left += 1;
      const text = clean(cell.text);
      for (let down = 0; down < cell.rows && top + down < grid.length; down++)
        for (let right = 0; right < cell.columns; right++)
          grid[top + down]![left + right] = text;
      width = Math.max(width, left + cell.columns);
      const places = grid.length * width;
      if (places > placesOfCell * count + morePlaces)
        throw new Error(
          `${name} has a table of ${count.toLocaleString("en")} cells that say to cover ${places.toLocaleString("en")} places or more. Correct its colspan and rowspan, or choose another table by { table: 2 }.`,
        );
    }
  }
  // Places that no cell covers are empty.
  return grid.map((line) => Array.from(line, (text) => text ?? ""));
}

/** How many rows name the columns: those of header cells only, at the top. */
function headerRows(
  rows: readonly (readonly TableCell[])[],
  header: unknown,
): number {
  if (header === false) return 0;
  const isHead = (cells: readonly TableCell[]) =>
    cells.length > 0 && cells.every(({ isHeader }) => isHeader);
  const end = rows.findIndex((cells) => !isHead(cells));
  const count = end < 0 ? rows.length : end;
  return header === true ? Math.max(1, count) : count;
}

/** One name for each column from all rows that name it, each text once. */
function joinHeads(heads: readonly (readonly string[])[]): string[] {
  return Array.from({ length: widthOf(heads) }, (_, index) =>
    [...new Set(heads.map((head) => head[index] ?? ""))]
      .filter(Boolean)
      .join(" "),
  );
}

const widthOf = (rows: readonly (readonly string[])[]) =>
  rows.reduce((most, row) => Math.max(most, row.length), 0);
