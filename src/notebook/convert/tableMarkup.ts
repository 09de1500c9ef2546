import { cellText } from "../../core/cellText.ts";
import { escapeMarkup } from "../../core/escapeMarkup.ts";
import { shorten } from "../../core/words.ts";

type Row = Readonly<Record<string, unknown>>;

/** Rows as a table of HTML. */
export function tableMarkup(
  columns: readonly string[],
  rows: readonly Row[],
): string {
  const head = columns.map(
    (name) => `<th scope="col">${escapeMarkup(name)}</th>`,
  );
  const body = rows.map(
    (row) =>
      `<tr>${columns.map((name) => cellMarkup(row[name])).join("")}</tr>`,
  );
  return `<table><thead><tr>${head.join("")}</tr></thead><tbody>\n${body.join("\n")}\n</tbody></table>`;
}

function cellMarkup(value: unknown): string {
  const text = cellText(value);
  if (text === undefined) return '<td class="null">null</td>';
  const isNumber = typeof value === "number" || typeof value === "bigint";
  return `<td${isNumber ? ' align="right"' : ""}>${escapeMarkup(text)}</td>`;
}

/** Rows as text in columns, for a reader that shows no tables. */
export function tableText(
  columns: readonly string[],
  rows: readonly Row[],
): string {
  const lines = [
    columns.map(oneLine),
    ...rows.map((row) =>
      columns.map((name) => oneLine(cellText(row[name]) ?? "null")),
    ),
  ];
  const widths = columns.map((_, index) =>
    Math.max(...lines.map((line) => line[index]?.length ?? 0)),
  );
  return lines
    .map((line) =>
      line
        .map((text, index) => text.padEnd(widths[index] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function oneLine(text: string): string {
  return shorten(text.replace(/\s+/g, " "), 40);
}
