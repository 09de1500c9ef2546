/**
 * Jupyter notebooks of every version, read with trust in nothing: whatever is missing or of another kind than it should be is
 * left out. What Flowbook can run becomes cells; what it cannot becomes prose that shows it, and a message says so.
 */
import { FlowError } from "../../../core/errors.ts";
import { fenceAround } from "../../fence.ts";
import { isIdentifier } from "../../names.ts";
import { unifyLineBreaks } from "../../parse.ts";
import {
  CellMaker,
  makeFrontMatter,
  toNotebook,
  type Converted,
} from "../converted.ts";
import * as words from "../words/reading.ts";

/** How many characters the pictures in its texts may have, all in all. */
const mostPictures = 100_000_000;

type Fields = Readonly<Record<string, unknown>>;

/** Reads a `.ipynb` file; `title` names a notebook that has no heading. Throws what is wrong with a file that is none. */
export function readIpynb(text: string, title?: string): Converted {
  const file = readFile(text);
  const metadata = fieldsOf(file["metadata"]);
  const language = languageOf(metadata);
  const cells = cellsOf(file);
  const own = fieldsOf(metadata["flowbook"])["frontMatter"];
  const isOwn = typeof own === "string";

  const maker = new CellMaker(cells.map((cell) => nameOf(cell)));
  const taken = new Set<string>();
  const shownOnly = new Map<string, number>();
  const room = { left: mostPictures };
  let outputs = 0;
  const show = (source: string, word: string): void => {
    shownOnly.set(word, (shownOnly.get(word) ?? 0) + 1);
    const fence = fenceAround(source, "`");
    const info = word === words.rawText ? "" : word;
    maker.prose(`${fence}${info}\n${source}\n${fence}`);
  };

  for (const cell of cells) {
    const source = unifyLineBreaks(
      textOf(cell["source"] ?? cell["input"] ?? ""),
    );
    const kind = cell["cell_type"];
    if (Array.isArray(cell["outputs"])) outputs += cell["outputs"].length;
    if (kind === "markdown" || kind === "html")
      maker.prose(
        withAttachments(source, fieldsOf(cell["attachments"]), room),
        fieldsOf(cell["metadata"])["jp-MarkdownHeadingCollapsed"] === true,
      );
    else if (kind === "heading")
      maker.prose(
        `${"#".repeat(Math.min(6, Math.max(1, Number(cell["level"]) || 1)))} ${source.replace(/\n/g, " ")}`,
      );
    else if (kind === "raw") {
      if (source.trim() !== "") show(source, words.rawText);
    } else if (kind === "code") {
      const said = fieldsOf(fieldsOf(cell["metadata"])["flowbook"]);
      const code = said["kind"]
        ? { language: String(said["kind"]), source }
        : readMagic(source, cellLanguage(cell) ?? language);
      const own = runnable[code.language];
      const name = nameOf(cell);
      // Names of the file's own are kept even if two cells share one: the page says so on the cells.
      const isFree =
        name !== "" && (said["kind"] !== undefined || !taken.has(name));
      if (own === undefined) {
        if (code.source.trim() !== "") show(code.source, code.language);
      } else if (isFree)
        maker.code(own, name, code.source, String(said["flags"] ?? ""));
      else if (code.source.trim() !== "" || isOwn)
        maker.nameless(own, code.source);
      taken.add(name);
    }
  }

  const messages: string[] = [];
  for (const [word, count] of shownOnly)
    messages.push(
      words.becameText({ cells: count, language: languageName(word) }),
    );
  if (maker.madeUp.length > 0)
    messages.push(
      words.namesMade({
        names: maker.madeUp.slice(0, 6).join(", "),
        isAll: maker.madeUp.length <= 6,
      }),
    );
  if (outputs > 0) messages.push(words.outputsLeft);
  const said = metadata["title"];
  return {
    notebook: toNotebook(
      isOwn
        ? own
        : makeFrontMatter(typeof said === "string" ? said : title, maker.cells),
      maker.cells,
    ),
    messages,
  };
}

function readFile(text: string): Fields {
  let file: unknown;
  try {
    file = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (cause) {
    throw new FlowError(
      "notebook-syntax",
      /^(<{7}|={7}|>{7}) /m.test(text)
        ? words.inConflict
        : words.noJson((cause as Error).message),
      { cause },
    );
  }
  const fields = fieldsOf(file);
  const version = fields["nbformat"];
  const hasCells =
    Array.isArray(fields["cells"]) || Array.isArray(fields["worksheets"]);
  if (typeof version === "number" && version > 4)
    throw new FlowError("notebook-syntax", words.newerFormat(version));
  if (!hasCells) throw new FlowError("notebook-syntax", words.noCells);
  return fields;
}

function cellsOf(file: Fields): readonly Fields[] {
  const sheets = Array.isArray(file["worksheets"])
    ? (file["worksheets"] as unknown[])
    : [];
  const lists = [
    file["cells"],
    ...sheets.map((sheet) => fieldsOf(sheet)["cells"]),
  ];
  return lists.flatMap((list) =>
    Array.isArray(list) ? list.map(fieldsOf) : [],
  );
}

const runnable: Readonly<Record<string, "ts" | "js" | "sql">> = Object.assign(
  Object.create(null) as Record<string, "ts">,
  {
    ...{ ts: "ts", typescript: "ts", tslab: "ts", deno: "ts" },
    ...{ js: "js", javascript: "js", node: "js", nodejs: "js", jslab: "js" },
    ...{ sql: "sql", sqlite: "sql" },
  },
);

/** The language of the notebook's code; files that do not say it are of Python. */
function languageOf(metadata: Fields): string {
  const info = fieldsOf(metadata["language_info"])["name"];
  const spec = fieldsOf(metadata["kernelspec"]);
  const word = info ?? spec["language"] ?? spec["name"];
  return typeof word === "string" ? toWord(word) : "python";
}

/** The language that a cell says it is in: as VS Code says it, or as format 3 did. */
function cellLanguage(cell: Fields): string | undefined {
  const metadata = fieldsOf(cell["metadata"]);
  const word = fieldsOf(metadata["vscode"])["languageId"] ?? cell["language"];
  return typeof word === "string" ? toWord(word) : undefined;
}

/** A word that may stand behind a fence, and is no fence of ours with a name. */
function toWord(word: string): string {
  return word.toLowerCase().replace(/[^\w+#.-]/g, "") || "text";
}

/** `%%sql` and its like in the first line say that a cell is in another language. */
function readMagic(
  source: string,
  language: string,
): { language: string; source: string } {
  const match = /^\s*%%(\w+)[^\n]*(?:\n([^]*))?$/.exec(source);
  const word = match?.[1]?.toLowerCase() ?? "";
  return word in runnable || /^(html|bash|sh|latex|svg|perl|ruby|r)$/.test(word)
    ? { language: word, source: match?.[2] ?? "" }
    : { language, source };
}

/** The name that a file gives to a cell, if a cell can be called so; else "". */
function nameOf(cell: Fields): string {
  const { name } = fieldsOf(cell["metadata"]);
  return typeof name === "string" && isIdentifier(name) ? name : "";
}

/**
 * Pictures that a Markdown cell carries along, put where they are shown, as long as there is room: a cell may show the same large
 * one thousands of times.
 */
function withAttachments(
  source: string,
  attachments: Fields,
  room: { left: number },
): string {
  const pictures = new Map<string, string | undefined>();
  return source.replace(/\(attachment:([^\s)]+)/g, (whole, name: string) => {
    if (!pictures.has(name))
      pictures.set(name, pictureOf(attachments[decode(name)]));
    const picture = pictures.get(name);
    if (picture === undefined || picture.length > room.left) return whole;
    room.left -= picture.length;
    return `(${picture}`;
  });
}

/** The address that an attachment's picture is; undefined if it is none. */
function pictureOf(attachment: unknown): string | undefined {
  for (const [type, data] of Object.entries(fieldsOf(attachment))) {
    const text = textOf(data);
    if (/^image\/[\w.+-]+$/.test(type) && /^[\w+/=\s]+$/.test(text))
      return `data:${type};base64,${text.replace(/\s/g, "")}`;
  }
  return undefined;
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function languageName(word: string): string {
  return word === words.rawText
    ? word
    : ({ python: "Python", r: "R", julia: "Julia", html: "HTML" }[word] ??
        word);
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return Array.isArray(value)
    ? value.filter((part) => typeof part === "string").join("")
    : "";
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : {};
}
