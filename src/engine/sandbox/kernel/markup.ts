import type { Output } from "../../protocol.ts";
import { inspect } from "./inspect.ts";
import { Shown, isMarkupNode } from "./outputs.ts";

/** `html`, `svg` and `md`: markup with values escaped; nested markup, charts and lists of them are put in as they are. */
export function makeMarkupTag(
  type: "html" | "svg" | "markdown",
): (text: readonly string[], ...values: readonly unknown[]) => Shown {
  const escape = type === "markdown" ? escapeMarkdown : escapeHtml;
  const between = type === "markdown" ? "\n" : "";
  const write = (value: unknown): string => {
    if (value === undefined || value === null || value === false) return "";
    if (value instanceof Shown) return embed(value.output);
    if (isMarkupNode(value)) return value.outerHTML;
    if (Array.isArray(value)) return value.map(write).join(between);
    return escape(typeof value === "string" ? value : inspect([value]));
  };
  return (text, ...values) => {
    if (!Array.isArray(text))
      throw new TypeError(
        "html, svg and md stand before a template: html`<b>${name}</b>`.",
      );
    return new Shown({
      type,
      text: (text as readonly string[]).reduce(
        (markup, part, index) => markup + write(values[index - 1]) + part,
      ),
    });
  };
}

/** An output inside other markup. */
function embed(output: Output): string {
  switch (output.type) {
    case "html":
    case "svg":
    case "markdown":
      return output.text;
    case "table":
      return embedTable(output);
    case "text":
    case "notification":
      return escapeHtml(output.text);
    case "file":
      return escapeHtml(output.name);
    case "image":
      return escapeHtml(output.alt);
    case "error":
      return escapeHtml(output.error.message);
    case "database-table":
      return escapeHtml(output.table);
    case "json":
      return escapeHtml(inspect([output.value]));
  }
}

function embedTable({ columns, rows }: Output & { type: "table" }): string {
  const cell = (tag: string, value: unknown) =>
    `<${tag}>${value === null ? "" : escapeHtml(inspect([value]))}</${tag}>`;
  const head = columns.map((column) => cell("th", column)).join("");
  const body = rows
    .map(
      (row) =>
        `<tr>${columns.map((column) => cell("td", row[column])).join("")}</tr>`,
    )
    .join("");
  return `<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as it stands in markup, inside and outside of quoted attributes. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => entities[char]!);
}

function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_{}[\]()#+\-.!|~]/g, "\\$&")
    .replace(/[&<>]/g, (char) => entities[char]!)
    .replace(/\r?\n/g, " ");
}
