/** The front matter of a notebook: where it stands in a file, what it says, and how to change it without losing the rest. */
import {
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
} from "yaml";
import { showDirectionMarks, withoutDirectionMarks } from "../core/words.ts";
import type { Diagnostic } from "./document.ts";

/** The version of the file format that this code writes. */
const formatVersion = 1;

/**
 * The most that is read: what keys and tags cost the parser grows with the square of them. It is some hundred attachments, and the
 * page waits for it.
 */
const mostCharacters = 50_000;

/** As many things as are said to be wrong at once. */
const mostDiagnostics = 50;

/** What front matter says; what it does not say is undefined or empty. */
export interface FrontMatter {
  title: string | undefined;
  network: readonly string[];
  attachments: readonly { name: string; url: string }[];
  workers: number | undefined;
  diagnostics: Diagnostic[];
}

/** Splits a text into front matter and the rest; undefined if it has none. `bodyLine` is the line that the body begins on, from 1. */
export function splitFrontMatter(
  text: string,
): { frontMatter: string; body: string; bodyLine: number } | undefined {
  const lines = text.split("\n");
  const isRule = (line: string) => /^---[ \t]*$/.test(line);
  if (!isRule(lines[0] ?? "")) return undefined;
  const end = lines.findIndex((line, index) => index > 0 && isRule(line));
  if (end < 0) return undefined;
  return {
    frontMatter: lines.slice(1, end).join("\n"),
    body: lines.slice(end + 1).join("\n"),
    bodyLine: end + 2,
  };
}

/** The YAML of front matter; undefined if it is longer than what is read. */
function parseYaml(
  text: string,
  options?: { lineCounter: LineCounter; prettyErrors: false },
): Document | undefined {
  return text.length > mostCharacters
    ? undefined
    : parseDocument(text, { ...options, logLevel: "error" });
}

/** Reads front matter. `firstLine` is where it begins in the file, for the diagnostics. Never throws. */
export function readFrontMatter(text: string, firstLine = 2): FrontMatter {
  const diagnostics: Diagnostic[] = [];
  const lineCounter = new LineCounter();
  const document = parseYaml(text, { lineCounter, prettyErrors: false });

  function complain(
    message: string,
    offset: number,
    severity: Diagnostic["severity"] = "error",
  ): void {
    if (diagnostics.length >= mostDiagnostics) return;
    const { line, col } = lineCounter.linePos(offset);
    const at = firstLine + Math.max(line, 1) - 1;
    diagnostics.push({
      cell: undefined,
      severity,
      code: "notebook-syntax",
      message: `Front matter: ${message}`,
      line: at,
      column: Math.max(col, 1),
      from: offset,
      to: offset,
    });
  }
  /** Where the value of a key begins. */
  function offsetOf(...path: (string | number)[]): number {
    const node: unknown = document?.getIn(path, true);
    return (isNode(node) ? node.range?.[0] : undefined) ?? 0;
  }

  if (!document)
    complain(
      `it has ${text.length.toLocaleString("en")} characters, and at most ${mostCharacters.toLocaleString("en")} are read, so it is kept and ignored. Make it shorter.`,
      0,
    );
  for (const error of document?.errors ?? [])
    complain(
      `it is not valid YAML (${error.message}). Correct it; until then, settings in it may be ignored.`,
      error.pos[0],
    );

  const values = document && toPlainMap(document);
  if (!values) {
    if (document?.errors.length === 0 && document.contents !== null)
      complain(
        "expected settings such as `title: My notebook`, one to a line. What is there is kept and ignored.",
        0,
      );
    return {
      title: undefined,
      network: [],
      attachments: [],
      workers: undefined,
      diagnostics,
    };
  }

  const version = values["flowbook"];
  if (version !== undefined && version !== formatVersion)
    complain(
      typeof version === "number" && version > formatVersion
        ? `this notebook was made by a newer version of Flowbook (format ${version}; this one knows ${formatVersion}). Update Flowbook (a page: by reloading it); until then parts of it may be read wrongly.`
        : `flowbook is the version of the file format. Write \`flowbook: ${formatVersion}\`.`,
      offsetOf("flowbook"),
    );

  const title = values["title"];
  if (title !== undefined && title !== null && typeof title === "object")
    complain("title is not a text. Write it in quotes.", offsetOf("title"));

  const network = new Set<string>();
  for (const [index, entry] of toList(values["network"]).entries()) {
    const origin = readOrigin(entry);
    if (origin === undefined)
      complain(
        `${show(entry)} is not the address of a host. Write https:// and the host's name, without a path, as in https://example.org.`,
        offsetOf("network", index) || offsetOf("network"),
      );
    else network.add(origin);
  }

  const attachments = new Map<string, { name: string; url: string }>();
  for (const [index, entry] of toList(values["attachments"]).entries()) {
    const attachment = readAttachment(entry);
    const offset = offsetOf("attachments", index) || offsetOf("attachments");
    if (!attachment)
      complain(
        `${show(entry)} is not an attachment. Write a file's name, or name and url, where url is relative to the notebook.`,
        offset,
      );
    else if (attachments.has(attachment.name))
      complain(
        `the attachment "${attachment.name}" is listed twice; the first counts. Remove one.`,
        offset,
        "warning",
      );
    else attachments.set(attachment.name, attachment);
  }

  const workers = values["workers"];
  const isCount =
    typeof workers === "number" &&
    Number.isInteger(workers) &&
    workers >= 1 &&
    workers <= 64;
  if (workers !== undefined && workers !== null && !isCount)
    complain(
      "workers is how many tasks may run at once: a whole number from 1 to 64.",
      offsetOf("workers"),
    );

  return {
    title:
      title === undefined || title === null || typeof title === "object"
        ? undefined
        : textOf(document.get("title", true), title),
    network: [...network],
    attachments: [...attachments.values()],
    workers: isCount ? workers : undefined,
    diagnostics,
  };
}

/** The front matter with another title; an empty one takes the setting away. The rest stays as it is, comments included. */
export function writeTitle(text: string, title: string): string {
  const flat = title.replace(/\s+/g, " ").trim();
  const written = editFrontMatter(text, (document) => {
    if (flat === "") document.delete("title");
    else document.set("title", flat);
  });
  if (written !== undefined) return written;
  // YAML that is damaged cannot be printed: change the one line and leave the rest to its author.
  const line = flat === "" ? "" : `title: ${JSON.stringify(flat)}`;
  if (/^title:.*$/m.test(text)) return text.replace(/^title:.*$/m, () => line);
  return line === "" ? text : `${line}\n${text}`;
}

/** The front matter with another list of origins. Entries that stay keep their place and their comments. Undefined if it is too damaged. */
export function writeNetwork(
  text: string,
  network: readonly string[],
): string | undefined {
  return editFrontMatter(text, (document) => {
    if (network.length === 0) {
      document.delete("network");
      return;
    }
    const node: unknown = document.get("network");
    if (!isSeq(node)) {
      document.set("network", [...network]);
      return;
    }
    const missing = new Set(network);
    node.items = node.items.filter((item) => {
      const origin = readOrigin(document.createNode(item).toJSON());
      return origin !== undefined && missing.delete(origin);
    });
    for (const origin of missing) node.add(document.createNode(origin));
  });
}

/** The settings of front matter as they stand, or undefined if it is no YAML map. */
export function frontMatterValues(
  text: string,
): Readonly<Record<string, unknown>> | undefined {
  const document = parseYaml(text);
  return document && toPlainMap(document);
}

/** Changes front matter by its document; undefined if it cannot be printed again, or not as front matter. */
export function editFrontMatter(
  text: string,
  change: (document: Document) => void,
): string | undefined {
  const document = parseYaml(text);
  if (!document || document.errors.length > 0) return undefined;
  if (document.contents === null)
    document.contents = document.createNode({ flowbook: formatVersion });
  if (!isMap(document.contents)) return undefined;
  try {
    change(document);
    const written = document.toString({ lineWidth: 0 }).replace(/\n$/, "");
    return splitFrontMatter(`---\n${written}\n---\n`)?.frontMatter === written
      ? written
      : undefined;
  } catch {
    // Such as an alias whose anchor stood on what was taken away.
    return undefined;
  }
}

/** The origin that an entry of `network` stands for, as browsers write it; undefined if it is anything but an http or https origin. */
export function readOrigin(entry: unknown): string | undefined {
  if (typeof entry !== "string") return undefined;
  let url: URL;
  try {
    url = new URL(entry.trim());
  } catch {
    return undefined;
  }
  const isBare =
    url.pathname === "/" &&
    url.search === "" &&
    url.hash === "" &&
    url.username === "" &&
    url.password === "";
  // The origin becomes part of a content security policy, so no wildcard and nothing that could end a directive.
  const isPlain = /^https?:\/\/(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d+)?$/.test(
    url.origin,
  );
  return isBare && isPlain ? url.origin : undefined;
}

function readAttachment(
  entry: unknown,
): { name: string; url: string } | undefined {
  if (typeof entry === "string")
    return isFileName(entry)
      ? { name: entry, url: entry.split("/").map(encodeURIComponent).join("/") }
      : undefined;
  if (typeof entry !== "object" || entry === null) return undefined;
  const { name, url } = entry as { name?: unknown; url?: unknown };
  if (typeof name !== "string" || !isFileName(name)) return undefined;
  if (url === undefined) return readAttachment(name);
  return typeof url === "string" && isRelative(url) ? { name, url } : undefined;
}

function isFileName(name: string): boolean {
  return (
    /^[^\p{Cc}]+$/u.test(name) &&
    name.trim() === name &&
    withoutDirectionMarks(name) === name
  );
}

/** Whether an address stays on the host that the notebook came from: a notebook may not make the reader contact another by being opened. */
function isRelative(url: string): boolean {
  try {
    const { origin } = new URL(url, "https://notebook.invalid/folder/");
    return (
      origin === "https://notebook.invalid" && !/^[a-z][a-z0-9+.-]*:/i.test(url)
    );
  } catch {
    return false;
  }
}

/** The settings, or undefined if the text is no YAML map. */
function toPlainMap(
  document: Document,
): Readonly<Record<string, unknown>> | undefined {
  if (!isMap(document.contents) || hasOddKey(document)) return undefined;
  try {
    return document.toJS() as Record<string, unknown>;
  } catch {
    // Aliases without an anchor, or so many that they would fill the memory.
    return undefined;
  }
}

/** Whether anything but a plain value is a key: no setting is called so, and keys within keys take for ever to be made names. */
function hasOddKey(document: Document): boolean {
  let isOdd = false;
  visit(document, {
    Pair(_, { key }) {
      isOdd ||= key !== null && !isScalar(key);
      return isOdd ? visit.BREAK : undefined;
    },
  });
  return isOdd;
}

/** A value as it is written: a number such as 1.10 is meant as the text that it is where a text is wanted. */
function textOf(node: unknown, value: unknown): string {
  const isText = typeof value === "string";
  return isScalar(node) && !isText && node.source !== undefined
    ? node.source
    : String(value);
}

function toList(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

function show(value: unknown): string {
  return showDirectionMarks(
    (JSON.stringify(value) ?? String(value)).slice(0, 80),
  );
}
