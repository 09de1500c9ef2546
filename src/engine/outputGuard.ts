/** Checks what the sandbox gives to be looked at: outputs and errors. */
import { mostCauses, mostErrors } from "../core/errorCauses.ts";
import { errorCodes, type ErrorCode, type ErrorData } from "../core/errors.ts";
import { imageTypeOf } from "../core/imageType.ts";
import { isCount, isFields, isText, listOf, longestText } from "./plainData.ts";
import type { Output } from "./protocol.ts";
import { unfoldedSizeOf } from "../core/sizeOf.ts";

const mostShownRows = 10_000;
const mostShownColumns = 10_000;
/** In bytes, about. */
const largestOutput = 20_000_000;

/** A text that is shown, as long as texts may be. */
export function cut(value: unknown): string {
  const text = typeof value === "string" ? value : "";
  return text.length <= longestText ? text : `${text.slice(0, longestText)}…`;
}

/** An error of the sandbox, with only the fields that errors have. `left` is how many more may be behind it. */
export function checkError(
  value: unknown,
  left = { causes: mostCauses },
): ErrorData {
  const fields = isFields(value) ? value : {};
  const error: ErrorData = {
    name: isText(fields.name, 200) ? fields.name : "Error",
    message: cut(fields.message),
  };
  if (errorCodes.includes(fields.code as ErrorCode))
    error.code = fields.code as ErrorCode;
  if (isText(fields.stack)) error.stack = fields.stack;
  const place = fields.place;
  if (
    isFields(place) &&
    isText(place.cell, 1000) &&
    isCount(place.line) &&
    isCount(place.column)
  )
    error.place = { cell: place.cell, line: place.line, column: place.column };
  const behind = (one: unknown): ErrorData[] => {
    if (!isFields(one) || left.causes === 0) return [];
    left.causes -= 1;
    return [checkError(one, left)];
  };
  const errors = listOf(fields.errors, mostErrors)?.flatMap(behind);
  if (errors?.length) error.errors = errors;
  const [cause] = behind(fields.cause);
  if (cause) error.cause = cause;
  return error;
}

/** A file that is shown beside its task is held by the page. */
const mostFileBytes = 100_000_000;

/** Something to look at; what is no output is shown as an error rather than dropped. */
export function checkOutput(value: unknown): Output {
  const output = isFields(value) ? value : {};
  const title = isText(output.title, 1000) ? { title: output.title } : {};
  switch (output.type) {
    case "table": {
      const columns = listOf(output.columns, mostShownColumns);
      const rows = listOf(output.rows, mostShownRows);
      if (
        columns?.every((column) => isText(column)) &&
        rows?.every(isFields) &&
        unfoldedSizeOf(rows) <= largestOutput &&
        isCount(output.total)
      )
        return { type: "table", columns, rows, total: output.total, ...title };
      break;
    }
    case "database-table":
      if (isText(output.table, 1000))
        return { type: "database-table", table: output.table, ...title };
      break;
    case "html":
    case "svg":
    case "markdown":
    case "text":
      if (isText(output.text, 10_000_000))
        return { type: output.type, text: output.text };
      break;
    case "json":
      if (unfoldedSizeOf(output.value) <= largestOutput)
        return { type: "json", value: output.value };
      break;
    case "image": {
      const { bytes } = output;
      // What kind it is, its bytes say; the page believes nobody else.
      const mime =
        bytes instanceof Uint8Array && bytes.byteLength <= mostFileBytes
          ? imageTypeOf(bytes)
          : undefined;
      if (mime && isText(output.alt, 10_000))
        return {
          type: "image",
          mime,
          bytes: new Uint8Array(bytes as Uint8Array),
          alt: output.alt,
        };
      break;
    }
    case "file":
      if (
        isText(output.name, 200) &&
        output.bytes instanceof Uint8Array &&
        output.bytes.byteLength <= mostFileBytes
      )
        return {
          type: "file",
          name: output.name,
          bytes: new Uint8Array(output.bytes),
        };
      break;
    case "notification":
      if (isText(output.text, 200) && isText(output.body, 1000))
        return {
          type: "notification",
          text: output.text,
          body: output.body,
        };
      break;
    case "error":
      return { type: "error", error: checkError(output.error) };
  }
  return {
    type: "error",
    error: {
      name: "Error",
      message:
        "This output could not be shown: it is too large or of no known kind.",
    },
  };
}
