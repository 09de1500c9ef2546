import type { Output } from "../../../engine/protocol.ts";
import type { Cell, Notebook } from "../../document.ts";
import { unifyLineBreaks } from "../../parse.ts";
import { isFolded } from "../../foldFlag.ts";
import { toLines, type Ipynb, type IpynbCell } from "./format.ts";
import { toIpynbOutput } from "./outputs.ts";

/**
 * The notebook as a file for Jupyter with the Deno kernel. Code is written as it is, SQL too; names, kinds, flags and front
 * matter are metadata, so that `readIpynb` gives the notebook back. `outputs` are what the cells showed, by their names.
 */
export function printIpynb(
  notebook: Notebook,
  outputs: Readonly<Record<string, readonly Output[]>> = {},
): string {
  const ids: CellIds = { taken: new Set(), next: new Map() };
  const file: Ipynb = {
    cells: notebook.cells.map((cell) =>
      toIpynbCell(
        cell,
        makeCellId(cell, ids),
        Object.hasOwn(outputs, cell.name) ? (outputs[cell.name] ?? []) : [],
      ),
    ),
    metadata: {
      flowbook: { frontMatter: unifyLineBreaks(notebook.frontMatter) },
      kernelspec: {
        display_name: "Deno",
        language: "typescript",
        name: "deno",
      },
      language_info: {
        codemirror_mode: "typescript",
        file_extension: ".ts",
        mimetype: "text/x.typescript",
        name: "typescript",
        nbconvert_exporter: "script",
        pygments_lexer: "typescript",
      },
      title: notebook.title,
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
  return `${JSON.stringify(file, undefined, 1)}\n`;
}

function toIpynbCell(
  cell: Cell,
  id: string,
  outputs: readonly Output[],
): IpynbCell {
  const source = toLines(unifyLineBreaks(cell.source));
  if (cell.kind === "md")
    return {
      cell_type: "markdown",
      id,
      metadata: isFolded(cell) ? { "jp-MarkdownHeadingCollapsed": true } : {},
      source,
    };
  const flags = cell.flags.replace(/[\r\n]+/g, " ").trim();
  return {
    cell_type: "code",
    execution_count: null,
    id,
    metadata: {
      name: cell.name,
      flowbook: { kind: cell.kind, ...(flags === "" ? {} : { flags }) },
      ...(cell.kind === "ts"
        ? {}
        : {
            vscode: { languageId: cell.kind === "js" ? "javascript" : "sql" },
          }),
    },
    outputs: outputs.map(toIpynbOutput),
    source,
  };
}

/** The ids of the cells so far. */
interface CellIds {
  readonly taken: Set<string>;
  /** The first number that may be free behind a name: no id becomes free again. */
  readonly next: Map<string, number>;
}

/** An id for a cell: its name where the format allows that, so that the file changes no more than the notebook does. */
function makeCellId({ name, kind }: Cell, { taken, next }: CellIds): string {
  const wanted = /^[\w-]{1,48}$/.test(name)
    ? name
    : kind === "md"
      ? "text"
      : "cell";
  let id = wanted;
  if (taken.has(id)) {
    let number = next.get(wanted) ?? 2;
    while (taken.has(`${wanted}-${number}`)) number += 1;
    next.set(wanted, number);
    id = `${wanted}-${number}`;
  }
  taken.add(id);
  return id;
}
