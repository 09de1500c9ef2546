import type { CellValue } from "read-excel-file/universal";
import { dayLength } from "../../../../core/dayLength.ts";
import { FlowError } from "../../../../core/errors.ts";
import { listNames, showValue } from "../../../../core/words.ts";
import { nameColumns } from "./csvColumns.ts";
import { readSkip } from "./csvOptions.ts";
import { tellLostCells } from "./excelLostCells.ts";
import { readSheets } from "./excelSheets.ts";
import { leaveOutUnknownStyles } from "./excelStyles.ts";
import { findWidePlace, mostTitles, sayToSkip } from "./titleLines.ts";

/** The rows of a sheet of an .xlsx file: the one that `sheet` names or counts, from 1 on; or the first. Formulas are what they came to when the file was saved. */
export async function readExcel(
  file: Blob,
  { sheet, header = true, skip }: Readonly<Record<string, unknown>>,
  { name, warn }: { name: string; warn(message: string): void },
): Promise<object[]> {
  const sheets = await open(file, name);
  const withCells = sheets.filter(({ data }) => data);
  const found =
    sheet === undefined
      ? withCells[0]
      : typeof sheet === "number"
        ? sheets[sheet - 1]
        : sheets.find((one) => one.sheet === sheet);
  if (!found?.data) {
    const names = listNames(
      withCells.map((one) => one.sheet),
      20,
    );
    throw new FlowError(
      "invalid-option",
      found
        ? `The sheet ${showValue(found.sheet)} of ${name} holds a chart and no cells. Sheets with cells are ${names || "none"}.`
        : `${name} has no sheet${sheet === undefined ? " with cells" : ` ${showValue(sheet)}`}. It has ${names || "none"}: write a name, or a place from 1 on.`,
    );
  }
  for (const lost of await tellLostCells(file, sheets.indexOf(found), name))
    warn(lost);
  const above = readSkip(skip, "rows");
  const below = found.data.slice(above);
  const rows = cutToTable(below);
  if (rows.length === 0) return [];
  if (header !== false && !Array.isArray(header)) {
    const top = rows.slice(0, mostTitles);
    const width = top.reduce((most, { length }) => Math.max(most, length), 0);
    const texts = top.map((cells) =>
      Array.from({ length: width }, (_, at) => toName(cells[at] ?? null)),
    );
    const wide = findWidePlace(texts);
    // What is empty above the table was left out.
    const first = above + below.findIndex(isRow) + 1;
    if (wide !== undefined)
      warn(
        `Row ${first} of ${name} names 1 of ${width} columns. ${sayToSkip("row", first + wide)}`,
      );
  }
  const head =
    header === false
      ? []
      : Array.isArray(header)
        ? header.map(String)
        : rows.shift()!.map(toName);
  const width = rows.reduce(
    (most, cells) => Math.max(most, cells.length),
    head.length,
  );
  const columns = nameColumns(head, width);
  return rows.map((cells) =>
    Object.fromEntries(
      columns.map((column, index) => [column, toValue(cells[index] ?? null)]),
    ),
  );
}

type Cells = readonly (CellValue | null)[];

const isFull = (cell: CellValue | null) =>
  typeof cell === "string" ? cell.trim() !== "" : cell !== null;
const isRow = (cells: Cells) => cells.some(isFull);

/** The rows without empty ones before and behind the table, and without empty columns before it. */
function cutToTable(all: readonly Cells[]): Cells[] {
  const first = all.findIndex(isRow);
  if (first < 0) return [];
  const rows = all.slice(first, all.findLastIndex(isRow) + 1);
  const before = rows.reduce((least, cells) => {
    const at = cells.findIndex(isFull);
    return at < 0 ? least : Math.min(least, at);
  }, Infinity);
  return before === 0 ? rows : rows.map((cells) => cells.slice(before));
}

/** Excel counts a 29th of February 1900, which there was not; the library takes all days before it for one too early. */
const counted = [Date.UTC(1899, 11, 31), Date.UTC(1900, 1, 28)] as const;

function toValue(cell: CellValue | null): CellValue | Date | null {
  if (!(cell instanceof Date)) return cell;
  const time = cell.getTime();
  const [first, behindLast] = counted;
  return time >= first && time < behindLast ? new Date(time + dayLength) : cell;
}

async function open(file: Blob, name: string): ReturnType<typeof readSheets> {
  try {
    return await readSheets(file).catch(async (thrown: Error) => {
      if (!thrown.message.includes("FORMAT_INVALID")) throw thrown;
      return readSheets(await leaveOutUnknownStyles(file));
    });
  } catch (cause) {
    throw new Error(
      `${name} cannot be read as an .xlsx file: ${(cause as Error).message}. An older .xls file has to be saved as .xlsx first.`,
      { cause },
    );
  }
}

function toName(cell: CellValue | null): string {
  if (cell instanceof Date) return cell.toISOString().slice(0, 10);
  return cell === null ? "" : String(cell);
}
