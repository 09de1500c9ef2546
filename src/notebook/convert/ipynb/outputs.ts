import { toBase64 } from "../../../core/base64.ts";
import type { Output } from "../../../engine/protocol.ts";
import { tableMarkup, tableText } from "../tableMarkup.ts";
import * as words from "../words/outputs.ts";
import { toLines, type IpynbData, type IpynbOutput } from "./format.ts";

/** Rows of a table that are written; a file is no place for more. */
const mostRows = 1_000;
const mostTextRows = 60;

/** What a cell showed, as Jupyter keeps it. Every output has a plain text too, for readers that show nothing else. */
export function toIpynbOutput(output: Output): IpynbOutput {
  switch (output.type) {
    case "error":
      return {
        output_type: "error",
        ename: output.error.name,
        evalue: output.error.message,
        traceback: [
          `${output.error.name}: ${output.error.message}`,
          ...(output.error.stack?.split("\n") ?? []),
        ],
      };
    case "table": {
      const rows = output.rows.slice(0, mostRows);
      const note = partNote(rows.length, output.total);
      return shown({
        "text/html": toLines(
          tableMarkup(output.columns, rows) + (note ? `\n<p>${note}</p>` : ""),
        ),
        "text/plain": toLines(
          tableText(output.columns, rows.slice(0, mostTextRows)) +
            (rows.length > mostTextRows || note
              ? `\n${partNote(Math.min(rows.length, mostTextRows), output.total)}`
              : ""),
        ),
      });
    }
    case "image":
      return shown({
        // SVG is text, and so is it there.
        [output.mime]:
          output.mime === "image/svg+xml"
            ? toLines(new TextDecoder().decode(output.bytes))
            : toBase64(output.bytes),
        "text/plain": [output.alt === "" ? words.anImage : output.alt],
      });
    case "file":
      return shown({
        "text/plain": [
          words.fileElsewhere({
            name: output.name,
            bytes: output.bytes.byteLength,
          }),
        ],
      });
    case "notification":
      return shown({
        "text/plain": toLines([output.text, output.body].join("\n").trim()),
      });
    case "database-table":
      return shown({
        "text/plain": [words.tableElsewhere(output.table)],
      });
    case "html":
      return shown({
        "text/html": toLines(output.text),
        "text/plain": ["HTML"],
      });
    case "svg":
      return shown({
        "image/svg+xml": toLines(output.text),
        "text/plain": [words.aChart],
      });
    case "markdown":
      return shown({
        "text/markdown": toLines(output.text),
        "text/plain": toLines(output.text),
      });
    case "json": {
      const text = jsonText(output.value);
      return shown({
        "application/json": JSON.parse(text),
        "text/plain": toLines(text),
      });
    }
    case "text":
      return shown({ "text/plain": toLines(output.text) });
  }
}

/** What is left out of a table, in words; empty if nothing is. */
export function partNote(shownRows: number, total: number): string {
  return shownRows < total
    ? words.firstRows({ shown: shownRows, all: total })
    : "";
}

/** A value as JSON; what JSON does not have is written as text. */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value, asJson, 2) ?? JSON.stringify(String(value));
  } catch {
    return JSON.stringify(words.notWritten);
  }
}

/** A Map is a list of pairs, as elsewhere. */
function asJson(_: string, value: unknown): unknown {
  if (value instanceof Map) return [...value];
  return typeof value === "bigint" ? String(value) : value;
}

function shown(data: IpynbData): IpynbOutput {
  return { output_type: "display_data", data, metadata: {} };
}
