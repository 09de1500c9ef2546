import unpack from "#read-excel-file/export/unpackXlsxFileUniversal.js";
import parseSheets from "#read-excel-file/xlsx/parseSpreadsheetContents.js";
import parseXml from "#read-excel-file/xml/parseXml.js";
import { dayLength } from "../../../../core/dayLength.ts";
import { correctFormats } from "./excelStyles.ts";
import type { Sheet } from "#read-excel-file/xlsx/parseSpreadsheetContents.js";

/** What the library knows while it reads XML; of a sheet, the row that it is in and its cell. */
interface SheetState {
  sheetData?: { row?: unknown[]; c?: Cell };
}

interface Cell {
  attributes: Readonly<Record<string, string>>;
  vText?: string;
}

/**
 * The sheets of an .xlsx file. The library cuts the text of a sheet into parts, smaller and smaller ones where they take long,
 * and calls itself for each: on a busy machine the stack ends before the sheet. So its parts are put together without that.
 */
export async function readSheets(file: Blob): Promise<readonly Sheet[]> {
  const parts = await unpack(file);
  for (const [path, part] of Object.entries(parts))
    if (/(?:^|\/)styles\.xml$/.test(path)) parts[path] = correctFormats(part);
  return parseSheets(undefined, parseWhole, parts, { trim: false });
}

const parseWhole: typeof parseXml = async (
  xml,
  state,
  onOpen,
  onClose,
  onText,
  onPart,
) => {
  const close =
    onClose &&
    ((tag: string, state: SheetState) => {
      const { c: cell, row } = (tag === "c" && state.sheetData) || {};
      const before = row?.length;
      onClose(tag, state);
      if (cell && row && row.length !== before)
        row.push(correctTime(row.pop(), cell));
    });
  await parseXml(xml, state, onOpen, close, onText);
  onPart?.(true);
};

/** How Excel counts the first day of 1970. */
const firstDay = 25_569;

/**
 * A time is a number of days in the file, mostly a little more or less than the milliseconds that were meant. The library cuts
 * it, so that half of them come out a millisecond too early; here it is rounded. Less than a day is a time of day, as text.
 */
function correctTime(value: unknown, { attributes, vText }: Cell): unknown {
  const days = Number(vText);
  if (!(value instanceof Date) || attributes.t === "d" || Number.isNaN(days))
    return value;
  if (days >= 0 && days < 1) return toTimeOfDay(days);
  const time = (days - firstDay) * dayLength;
  // Some files count from 1904 on, which is whole days later.
  const later = Math.round((value.getTime() - time) / dayLength) * dayLength;
  return new Date(Math.round(time) + later);
}

/** `13:45:30`, with a fraction if there is one. */
function toTimeOfDay(part: number): string {
  const time = Math.min(Math.round(part * dayLength), dayLength - 1);
  return new Date(time).toISOString().slice(11, -1).replace(".000", "");
}
