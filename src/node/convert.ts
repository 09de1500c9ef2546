import { basename } from "node:path";
import type { Graph } from "../core/graph.ts";
import { printHtml } from "../notebook/convert/html/print.ts";
import { printIpynb } from "../notebook/convert/ipynb/print.ts";
import {
  notebookFileKind,
  readNotebookFile,
} from "../notebook/convert/readFile.ts";
import { printTypeScript } from "../notebook/convert/typescript.ts";
import { parseNotebook } from "../notebook/parse.ts";
import { createModeller } from "../pictures/flowModel.ts";
import type { GraphModel } from "../views/graph/graphModel.ts";
import stateStyle from "../views/states.css?raw";
import { UsageError } from "./arguments.ts";
import { describe, findStarts, ofTrace } from "./problems.ts";
import { drawProgram } from "./program.ts";
import { readText } from "./textFile.ts";

/** A flow as it is drawn before it has run. */
export function pictureOf(graph: Graph): GraphModel {
  return createModeller()({
    graph,
    run: undefined,
    isLatest: true,
    parameters: {},
    progress: {},
    stale: new Map(),
    selected: undefined,
    open: new Set(),
  });
}

/** A notebook file as the text of a file of the kind that the other name says, and what could not be taken. */
export async function convertFile(
  from: string,
  to: string,
): Promise<{ text: string; messages: readonly string[] }> {
  const kind = notebookFileKind(to);
  if (!kind)
    throw new UsageError(
      `${to} is no name of a notebook. It ends in .flow.md, .ipynb, .html or .ts.`,
    );
  const read = await readNotebookFile(basename(from), await readText(from));
  const { notebook } = parseNotebook(read.text);
  const { messages } = read;
  switch (kind) {
    case "markdown":
      return { text: read.text, messages };
    case "typescript":
      return { text: printTypeScript(notebook), messages };
    case "ipynb":
      return { text: printIpynb(notebook, {}), messages };
    case "html": {
      const { program, graphs, errors } = await drawProgram(from, notebook);
      const cellOf = (flow: string) => {
        const id = program.flows.find(({ name }) => name === flow)?.cell;
        return notebook.cells.find((cell) => cell.id === id)?.name;
      };
      const flows = graphs.map((graph) => ({
        name: graph.flow,
        cell: cellOf(graph.flow),
        model: pictureOf(graph),
        run: undefined,
      }));
      const at = Date.now();
      const parts = { notebook, outputs: {}, flows, stateStyle, at };
      const starts = findStarts(read.text, notebook);
      const undrawn = errors.map((error) =>
        describe(from, ofTrace(error, starts)),
      );
      return { text: printHtml(parts), messages: [...messages, ...undrawn] };
    }
  }
}
