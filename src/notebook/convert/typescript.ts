/**
 * A notebook as one TypeScript file that compiles beside `flowbook.d.ts`, in the "percent" form that editors know, and back:
 *
 *   /// <reference path="./flowbook.d.ts" />     the head: front matter as a comment, and what makes the file a module
 *   // ---
 *   // flowbook: 1
 *   // ---
 *   export {}
 *
 *   // %% [markdown]
 *   // # Prose is a comment
 *
 *   // %% extract
 *   const extract = task(...)
 *
 *   // %% busiest [sql]
 *   const busiest = await sql<any>`
 *   SELECT ...
 *   `
 *
 * A blank line before a marker separates and is not part of a cell. A line of a cell that could be taken for a marker has one
 * more %. The file type-checks if its cells do, if none uses while it is evaluated what a later one defines, and if no two
 * import or declare a type under the same name.
 */
import type { Cell, Notebook } from "../document.ts";
import { isIdentifier, suggestName } from "../names.ts";
import { unifyLineBreaks } from "../parse.ts";
import { foldFlag, isFolded } from "../foldFlag.ts";
import {
  CellMaker,
  makeFrontMatter,
  toNotebook,
  type Converted,
} from "./converted.ts";
import { marker, reference } from "./typescriptMarks.ts";
import * as words from "./words/reading.ts";

const moduleMark = "export {}";
const rule = "// ---";

/** The notebook as a TypeScript file. */
export function printTypeScript(notebook: Notebook): string {
  const front = unifyLineBreaks(notebook.frontMatter);
  const head = [
    reference,
    ...(front === "" ? [] : [rule, ...toComment(front).map(guard), rule]),
    moduleMark,
  ];
  return `${[
    head,
    ...notebook.cells.map((cell) => printCell(cell, notebook.cells)),
  ]
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function printCell(cell: Cell, cells: readonly Cell[]): string[] {
  const source = unifyLineBreaks(cell.source);
  if (cell.kind === "md")
    return [
      `// %% [markdown]${isFolded(cell) ? ` ${foldFlag}` : ""}`,
      ...(source === "" ? [] : toComment(source).map(guard)),
    ];
  const flags = cell.flags.replace(/[\r\n\u2028\u2029]+/g, " ").trim();
  const isPlain = cell.kind === "ts" && flags === "";
  const title = [
    "// %%",
    cell.name,
    ...(isPlain ? [] : [`[${cell.kind}]`]),
    ...(flags === "" ? [] : [flags]),
  ].join(" ");
  const code =
    cell.kind === "sql" ? toTemplate(cell.name, source, cells) : source;
  return [title, ...(code === "" ? [] : code.split("\n").map(guard))];
}

/** Reads a TypeScript file: one that was printed here, one in percent form, or any other, which becomes one cell. */
export function readTypeScript(text: string, title?: string): Converted {
  const lines = unifyLineBreaks(text.replace(/^\ufeff/, "")).split("\n");
  if (lines.at(-1) === "") lines.pop();
  const starts = lines.flatMap((line, index) =>
    marker.test(line) ? [index] : [],
  );
  const { frontMatter, rest } = readHead(lines.slice(0, starts[0]));
  const titles = starts.map((start) =>
    readTitle(trimTabs(marker.exec(lines[start] ?? "")?.[1] ?? "")),
  );
  const maker = new CellMaker(titles.map(({ name }) => name));
  const messages: string[] = [];

  if (rest.some((line) => line.trim() !== ""))
    maker.nameless("ts", trimBlank(rest).join("\n"));
  for (const [index, { kind, name, flags, wanted }] of titles.entries()) {
    const start = (starts[index] ?? 0) + 1;
    const end = starts[index + 1];
    const content = lines.slice(start, end).map(unguard);
    if (end !== undefined && content.at(-1) === "") content.pop();
    if (kind === "md") maker.prose(fromComment(content), flags === foldFlag);
    else {
      const code = content.join("\n");
      const source = kind === "sql" ? fromTemplate(code) : code;
      if (source === undefined) messages.push(words.noStatement(name));
      const actual = source === undefined ? "ts" : kind;
      if (name === "") maker.nameless(actual, source ?? code);
      else maker.code(actual, name, source ?? code, flags);
      if (wanted !== undefined)
        messages.push(words.otherName({ wanted, name }));
    }
  }
  if (maker.madeUp.length > 0)
    messages.push(
      words.namesMade({ names: maker.madeUp.join(", "), isAll: true }),
    );
  return {
    notebook: toNotebook(
      frontMatter ?? makeFrontMatter(title, maker.cells),
      maker.cells,
    ),
    messages,
  };
}

/** What stands before the first marker. A head of ours is taken whole; in another file only its front matter is. */
function readHead(lines: readonly string[]): {
  frontMatter: string | undefined;
  rest: readonly string[];
} {
  const isOurs = lines[0] === reference;
  const from = isOurs ? 1 : 0;
  const end = lines[from] === rule ? lines.indexOf(rule, from + 1) : -1;
  const frontMatter =
    end < 0 ? undefined : fromComment(lines.slice(from + 1, end).map(unguard));
  const rest = lines.slice(end < 0 ? from : end + 1);
  if (isOurs && rest[0] === moduleMark) rest.shift();
  return { frontMatter: frontMatter ?? (isOurs ? "" : undefined), rest };
}

interface Title {
  kind: Cell["kind"];
  name: string;
  flags: string;
  /** What the file calls the cell, if it cannot be called so. */
  wanted?: string;
}

function readTitle(text: string): Title {
  const prose = /^\[(?:markdown|md)\][ \t]*(.*)$/s.exec(text);
  if (prose) return { kind: "md", name: "", flags: prose[1] ?? "" };
  const match = /^(\S*?)[ \t]*(?:\[(ts|js|sql)\](?:[ \t]+(.*))?)?$/s.exec(text);
  const [, name = "", kind = "ts", flags = ""] = match ?? [];
  if (match && (name === "" || isIdentifier(name)))
    return { kind: kind as Cell["kind"], name, flags };
  return { kind: "ts", name: suggestName(text), flags: "", wanted: text };
}

/** A line of a cell so that it is no marker. */
function guard(line: string): string {
  return line.replace(/^(\/\/ ?%%)/, "$1%");
}

function unguard(line: string): string {
  return line.replace(/^(\/\/ ?%%)%/, "$1");
}

/** The text as comments. To JavaScript, U+2028 and U+2029 end a line, and so a comment, too. */
function toComment(text: string): string[] {
  return text
    .split("\n")
    .map((line) =>
      line === "" ? "//" : `// ${line.replace(/[\u2028\u2029]/g, "$&// ")}`,
    );
}

/** The text of a comment; lines that are none stay as they are. */
function fromComment(lines: readonly string[]): string {
  const text = lines.join("\n").trim();
  const begin = /^\/\*\*?\n?/.exec(text)?.[0];
  if (begin !== undefined && text.endsWith("*/") && text.length > 3) {
    const inside = text.slice(0, -2).trimEnd();
    return inside.slice(begin.length);
  }
  return lines
    .map((line) => line.replace(/(^|[\u2028\u2029])\/\/ ?/g, "$1"))
    .join("\n");
}

/** A statement that gives its name to the rows, unless a cell of TypeScript declares that name for the types of them. */
function toTemplate(name: string, sql: string, cells: readonly Cell[]): string {
  const isDeclared = cells.some(
    ({ kind, source }) =>
      kind === "ts" && source.includes(`declare const ${name}:`),
  );
  const text = sql.replace(/\\|`|\$\{/g, (found) => `\\${found}`);
  return `${isDeclared ? "" : `const ${name} = `}await sql<any>\`\n${text}\n\``;
}

/** The SQL of a cell; undefined if the cell holds anything else, such as values in the statement. */
function fromTemplate(code: string): string | undefined {
  const text =
    /^(?:(?:export )?const \S+ = )?await sql(?:<[^`]*>)?`\n([^]*)\n`;?\s*$/.exec(
      code,
    )?.[1];
  if (text === undefined || /(?<!\\)(?:\\\\)*(?:`|\$\{)/.test(text))
    return undefined;
  return text.replace(/\\(\\|`|\$\{)/g, "$1");
}

/** A text without spaces and tabs around it. */
function trimTabs(text: string): string {
  const isBlank = (at: number) => text[at] === " " || text[at] === "\t";
  let start = 0;
  let end = text.length;
  while (isBlank(start)) start += 1;
  while (end > start && isBlank(end - 1)) end -= 1;
  return text.slice(start, end);
}

function trimBlank(lines: readonly string[]): readonly string[] {
  const isText = (line: string): boolean => line.trim() !== "";
  return lines.slice(lines.findIndex(isText), lines.findLastIndex(isText) + 1);
}
