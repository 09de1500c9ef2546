/**
 * Text of a notebook to document. A file is front matter and then blocks, line by line:
 *
 *   ```ts name flags      a code cell, to the fence that closes it; a fence without a cell name belongs to the prose around it
 *   <!-- cell -->         starts a prose cell, which may be empty; needed only between two of them
 *   <!-- cell = -->       starts a prose cell that goes on to `<!-- /cell = -->` whatever stands between, for prose that would
 *                         otherwise be read as something else (it holds a cell fence, or one that nothing closes);
 *                         more `=` when the prose holds such a line itself
 *   <!-- cell folded -->  either of them with this word: what is folded away on the page
 *   anything else         prose
 *
 * One blank line on either side of prose separates it from its neighbours and is not part of it; more belong to it.
 * Nothing is ever dropped: what cannot be understood stays as text, with a diagnostic that says what to do.
 */
import type { Cell, CellKind, Diagnostic, Notebook } from "./document.ts";
import { findClosingFence, openFence } from "./fence.ts";
import { readFrontMatter, splitFrontMatter } from "./frontMatter.ts";
import { checkNames, isIdentifier, suggestName } from "./names.ts";
import { findTitle } from "./title.ts";

/** A notebook and everything that is wrong with its text. */
export interface ParsedNotebook {
  notebook: Notebook;
  diagnostics: Diagnostic[];
}

/** Reads the text of a `.flow.md` file. Never throws; `newId` makes the ids of the cells, by default "cell-1", "cell-2", ... */
export function parseNotebook(
  text: string,
  newId: () => string = countIds(),
): ParsedNotebook {
  const whole = unifyLineBreaks(text.replace(/^\ufeff/, ""));
  const split = splitFrontMatter(whole);
  const front = readFrontMatter(split?.frontMatter ?? "", split ? 2 : 1);
  const bodyLine = split?.bodyLine ?? 1;
  const { blocks, problems } = readBlocks(
    toLines(split?.body ?? whole),
    split !== undefined,
  );

  const cells: Cell[] = blocks.map(({ kind, name, flags, source }) => ({
    id: newId(),
    kind,
    name,
    flags,
    source,
  }));
  const notebook: Notebook = {
    title: findTitle(front.title, cells),
    network: front.network,
    attachments: front.attachments,
    workers: front.workers,
    frontMatter: split?.frontMatter ?? "",
    cells,
  };

  const diagnostics = [...front.diagnostics];
  if (!split && /^---[ \t]*\n[\w-]+:/.test(whole))
    diagnostics.push({
      cell: undefined,
      severity: "warning",
      code: "notebook-syntax",
      message:
        "This starts front matter that no line --- ends, so it is shown as text. Write --- on a line of its own below it.",
      line: 1,
      column: 1,
      from: 0,
      to: 3,
    });
  const findPlace = placeFinder(blocks);
  for (const problem of problems) {
    const place = findPlace(problem.line);
    diagnostics.push({
      cell: cells[place.block]?.id,
      severity: problem.severity,
      code: "notebook-syntax",
      message: `Line ${problem.line + bodyLine}: ${problem.message}`,
      line: place.line,
      column: 1,
      from: place.from,
      to: place.to,
    });
  }
  const starts = new Map(cells.map(({ id }, at) => [id, blocks[at]?.start]));
  for (const diagnostic of checkNames(notebook)) {
    const line = (starts.get(diagnostic.cell ?? "") ?? 0) + bodyLine;
    diagnostics.push({
      ...diagnostic,
      message: `Line ${line}: ${diagnostic.message}`,
    });
  }
  return { notebook, diagnostics };
}

/** On which lines of a text the sources of its cells begin, in their order; lines count from 1. */
export function sourceLines(text: string): number[] {
  const whole = unifyLineBreaks(text.replace(/^\ufeff/, ""));
  const split = splitFrontMatter(whole);
  const lines = toLines(split?.body ?? whole);
  const { blocks } = readBlocks(lines, split !== undefined);
  return blocks.map(({ sourceStart }) => sourceStart + (split?.bodyLine ?? 1));
}

/** Every way to break a line as the one that files have. */
export function unifyLineBreaks(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}

/** A cell as it stands in the text. Lines count from 0 within the body. */
interface Block {
  kind: CellKind;
  name: string;
  flags: string;
  source: string;
  /** The line of the fence or marker, or the first line of prose. */
  start: number;
  /** The line that `source` begins on. */
  sourceStart: number;
}

interface Problem {
  line: number;
  severity: "error" | "warning";
  message: string;
}

/** Splits the lines of a body into cells. `isSeparated` says that the first blank line only separates the body from what is above. */
export function readBlocks(
  lines: readonly string[],
  isSeparated: boolean,
): { blocks: Block[]; problems: Problem[] } {
  const blocks: Block[] = [];
  const problems: Problem[] = [];
  let prose = { start: 0, from: 0, isMarked: false, isSeparated, flags: "" };

  function endProse(end: number): void {
    let { from } = prose;
    let to = end;
    if (prose.isSeparated && from < to && lines[from] === "") from += 1;
    if (to < lines.length && from < to && lines[to - 1] === "") to -= 1;
    const source = lines.slice(from, to).join("\n");
    if (!prose.isMarked && isBlank(source)) return;
    blocks.push({
      kind: "md",
      name: "",
      flags: prose.flags,
      source,
      start: prose.start,
      sourceStart: from,
    });
  }

  let index = 0;
  while (index < lines.length) {
    const line = lines[index] ?? "";
    const marks =
      /^<!--[ \t]*cell(?:[ \t]+(=+))?(?:[ \t]+(folded))?[ \t]*-->[ \t]*$/.exec(
        line,
      );
    if (marks && marks[1] === undefined) {
      endProse(index);
      prose = {
        start: index,
        from: index + 1,
        isMarked: true,
        isSeparated: true,
        flags: marks[2] ?? "",
      };
      index += 1;
      continue;
    }

    const fence = marks ? undefined : openFence(line);
    if (!marks && !fence) {
      index += 1;
      continue;
    }
    const end = fence
      ? findClosingFence(lines, index + 1, fence)
      : findLine(lines, index + 1, closingMarker(marks?.[1] ?? ""));
    // An indented fence belongs to a list, and so to the prose.
    const header = fence?.indent === 0 ? readHeader(fence.info) : undefined;
    const isCell = marks !== null || header?.isCell === true;
    const message = header && headerProblem(header);
    if (message !== undefined)
      problems.push({ line: index, severity: "warning", message });
    if (end === undefined) {
      const [opening, closing] = fence
        ? [fence.mark.repeat(fence.length), fence.mark.repeat(fence.length)]
        : [line, closingMarker(marks?.[1] ?? "")];
      problems.push({
        line: index,
        severity: isCell ? "error" : "warning",
        message: `${opening} is not closed, so everything below it belongs to ${header?.isCell ? `the cell ${header.name}` : "the text"}. Write ${closing} on a line of its own where it ends.`,
      });
    }
    if (isCell) {
      endProse(index);
      blocks.push({
        kind: header?.kind ?? "md",
        name: header?.name ?? "",
        flags: header?.flags ?? marks?.[2] ?? "",
        source: lines.slice(index + 1, end).join("\n"),
        start: index,
        sourceStart: index + 1,
      });
      const next = (end ?? lines.length) + 1;
      prose = {
        start: next,
        from: next,
        isMarked: false,
        isSeparated: true,
        flags: "",
      };
    }
    index = (end ?? lines.length) + 1;
  }
  endProse(lines.length);
  return { blocks, problems };
}

/** The line that ends prose which was begun with as many marks. */
export function closingMarker(marks: string): string {
  return `<!-- /cell ${marks} -->`;
}

/** Whether prose would not be seen in the text without a marker. */
export function isBlank(source: string): boolean {
  return source.trim() === "";
}

/** What the info string of a fence says when its first word is a language of ours and another word follows. */
interface Header {
  kind: "ts" | "js" | "sql";
  name: string;
  flags: string;
  /** False: the fence is prose, because its second word cannot be a name. */
  isCell: boolean;
}

function readHeader(info: string): Header | undefined {
  const match = /^(ts|js|sql)\s+(\S+)(?:\s+(.*))?$/s.exec(info);
  if (!match) return undefined;
  const [, kind, name = "", flags = ""] = match;
  return {
    kind: kind as Header["kind"],
    name,
    flags: flags.trim(),
    isCell: isIdentifier(name),
  };
}

/** Why a fence that was likely meant as a cell is none. Words such as {1,3} or title="x" are meant for other tools. */
function headerProblem(header: Header): string | undefined {
  if (header.isCell || !/^[\p{L}\p{N}_$.-]+$/u.test(header.name))
    return undefined;
  return `"${header.name}" cannot be the name of a cell, so the fence is shown as text. If it is meant as a cell, call it "${suggestName(header.name)}".`;
}

function findLine(
  lines: readonly string[],
  start: number,
  wanted: string,
): number | undefined {
  const index = lines.indexOf(wanted, start);
  return index < 0 ? undefined : index;
}

/**
 * Tells where a line of the body is: in which block, and on which line of its source, from 1. Lines are asked for from top to
 * bottom, and the text is gone through once: there may be a problem on each.
 */
function placeFinder(
  blocks: readonly Block[],
): (line: number) => { block: number; line: number; from: number; to: number } {
  let index = -1;
  let lines: readonly string[] = [];
  let within = 0;
  let from = 0;
  return (line) => {
    while ((blocks[index + 1]?.start ?? Infinity) <= line) {
      index += 1;
      lines = blocks[index]?.source.split("\n") ?? [];
      within = from = 0;
    }
    const block = blocks[index];
    if (!block || line < block.sourceStart)
      return { block: index, line: 1, from: 0, to: 0 };
    const last = Math.min(line - block.sourceStart, lines.length - 1);
    for (; within < last; within += 1) from += (lines[within] ?? "").length + 1;
    return {
      block: index,
      line: within + 1,
      from,
      to: from + (lines[within]?.length ?? 0),
    };
  };
}

/** The lines of a text; a line break at its very end starts no further line. */
function toLines(text: string): string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

function countIds(): () => string {
  let count = 0;
  return () => {
    count += 1;
    return `cell-${count}`;
  };
}
