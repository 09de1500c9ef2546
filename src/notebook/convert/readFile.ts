import { FlowError } from "../../core/errors.ts";
import { printNotebook } from "../print.ts";
import type { Converted } from "./converted.ts";
import { marker, reference } from "./typescriptMarks.ts";
import * as words from "./words/reading.ts";

/** The kinds of files that a notebook can be read from. */
export type NotebookFileKind = "markdown" | "ipynb" | "html" | "typescript";

/** What kind of notebook a file may be, by its name; undefined for a file of another kind. */
export function notebookFileKind(name: string): NotebookFileKind | undefined {
  const ending = /\.([^.]+)$/.exec(name.toLowerCase())?.[1] ?? "";
  switch (ending) {
    case "md":
    case "markdown":
    case "txt":
      return "markdown";
    case "ipynb":
      return "ipynb";
    case "html":
    case "htm":
      return "html";
    case "ts":
    case "mts":
      return "typescript";
    default:
      return undefined;
  }
}

/** A file as the text of a notebook, and what could not be taken. Throws what is wrong with a file that cannot be read. */
export async function readNotebookFile(
  name: string,
  text: string,
): Promise<{ text: string; messages: readonly string[] }> {
  const kind = notebookFileKind(name);
  const title = name.replace(/(?:\.flow)?\.[^.]+$/, "");
  let converted: Converted;
  switch (kind) {
    case "markdown":
      return { text, messages: [] };
    case "ipynb":
      converted = (await import("./ipynb/read.ts")).readIpynb(text, title);
      break;
    case "html":
      converted = (await import("./html/read.ts")).readHtml(text);
      break;
    case "typescript":
      converted = (await import("./typescript.ts")).readTypeScript(text, title);
      break;
    case undefined:
      throw new FlowError("notebook-syntax", words.noNotebook(name));
  }
  const printed = printNotebook(converted.notebook);
  return { text: printed, messages: converted.messages };
}

/** What was pasted as the text of a notebook: one of Jupyter or in TypeScript is read as its file is, anything else stands as it is. */
export async function readPasted(
  text: string,
  title: string,
): Promise<{ text: string; messages: readonly string[] }> {
  const isJupyter = /^\s*\{/.test(text) && text.includes('"nbformat"');
  if (isJupyter) return readNotebookFile(`${title}.ipynb`, text);
  // The head of a file has to be its first line, and blank lines are easily copied along.
  const trimmed = text.trimStart();
  if (trimmed.startsWith(reference) || marker.test(trimmed))
    return readNotebookFile(`${title}.ts`, trimmed);
  return readNotebookFile(`${title}.md`, text);
}
