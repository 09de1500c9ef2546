import type { Cell, Notebook } from "./document.ts";
import { fenceAround } from "./fence.ts";
import { splitFrontMatter } from "./frontMatter.ts";
import {
  closingMarker,
  isBlank,
  readBlocks,
  unifyLineBreaks,
} from "./parse.ts";
import { foldFlag, isFolded } from "./foldFlag.ts";

/** The text of a notebook, as `.flow.md` files hold it: the inverse of `parseNotebook`. */
export function printNotebook(notebook: Notebook): string {
  const blocks: string[] = [];
  let isAfterProse = false;
  for (const cell of notebook.cells) {
    const source = unifyLineBreaks(cell.source);
    if (cell.kind !== "md") {
      blocks.push(printCode(cell, source));
      isAfterProse = false;
    } else if (!isSelfContained(source)) {
      blocks.push(printGuarded(source, cell));
      isAfterProse = false;
    } else {
      const isMarked = isAfterProse || isBlank(source) || isFolded(cell);
      blocks.push(isMarked ? printMarked(source, cell) : source);
      isAfterProse = true;
    }
  }
  const body = blocks.join("\n\n") + (blocks.length > 0 ? "\n" : "");

  const frontMatter = unifyLineBreaks(notebook.frontMatter);
  if (frontMatter !== "")
    return `---\n${frontMatter}\n---\n${body === "" ? "" : `\n${body}`}`;
  // Empty front matter keeps prose at the start from being read as front matter or as a byte order mark.
  const isMisread =
    body.startsWith("\ufeff") || splitFrontMatter(body) !== undefined;
  return isMisread ? `---\n---\n\n${body}` : body;
}

function printCode(cell: Cell, source: string): string {
  const flags = cell.flags.replace(/[\r\n]+/g, " ").trim();
  const fence = fenceAround(source, flags.includes("`") ? "~" : "`");
  const header = `${fence}${cell.kind} ${cell.name}${flags === "" ? "" : ` ${flags}`}`;
  return source === ""
    ? `${header}\n${fence}`
    : `${header}\n${source}\n${fence}`;
}

function printMarked(source: string, cell: Cell): string {
  const marker = isFolded(cell) ? `<!-- cell ${foldFlag} -->` : "<!-- cell -->";
  return source === "" ? marker : `${marker}\n\n${source}`;
}

function printGuarded(source: string, cell: Cell): string {
  const lines = new Set(source.split("\n"));
  let marks = "=";
  while (lines.has(closingMarker(marks))) marks += "=";
  const words = isFolded(cell) ? `${marks} ${foldFlag}` : marks;
  return `<!-- cell ${words} -->\n${source}\n${closingMarker(marks)}`;
}

/** Whether prose between two markers is read as itself and leaves what follows alone. */
function isSelfContained(source: string): boolean {
  const lines = [
    "<!-- cell -->",
    "",
    ...source.split("\n"),
    "",
    "<!-- cell -->",
  ];
  const { blocks } = readBlocks(lines, false);
  return (
    blocks.length === 2 &&
    blocks[0]?.source === source &&
    blocks[1]?.source === ""
  );
}
