import unpack from "#read-excel-file/export/unpackXlsxFileUniversal.js";
import parseSheets from "#read-excel-file/xlsx/parseSpreadsheetContents.js";
import parseXml from "#read-excel-file/xml/parseXml.js";
import type { Sheet } from "#read-excel-file/xlsx/parseSpreadsheetContents.js";

/**
 * The sheets of an .xlsx file. The library cuts the text of a sheet into parts, smaller and smaller ones where they take long,
 * and calls itself for each: on a busy machine the stack ends before the sheet. So its parts are put together without that.
 */
export async function readSheets(file: Blob): Promise<readonly Sheet[]> {
  return parseSheets(undefined, parseWhole, await unpack(file), {
    trim: false,
  });
}

const parseWhole: typeof parseXml = async (
  xml,
  state,
  onOpen,
  onClose,
  onText,
  onPart,
) => {
  await parseXml(xml, state, onOpen, onClose, onText);
  onPart?.(true);
};
