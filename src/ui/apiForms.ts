/** Graphs and outputs in the forms that a script gets of them; fetched when one first asks. */
import { reasonOf } from "../core/errorCauses.ts";
import { FlowError } from "../core/errors.ts";
import type { Graph } from "../core/graph.ts";
import { viewGraph } from "../core/graphView.ts";
import { toPlainJson } from "../core/plainJson.ts";
import { quoteName } from "../core/sqliteRules.ts";
import { toParameters } from "../core/sqlInput.ts";
import { showValue } from "../core/words.ts";
import type { Output } from "../engine/protocol.ts";
import { cellAsTable } from "../notebook/compile/cellAsTable.ts";
import type { ApiGraph, ApiOutput } from "./pageApi.ts";
import type { Session } from "./session.svelte.ts";
import { listNames } from "./words/language.ts";
import * as words from "./words/notFound.ts";

/** The rows of a SELECT; who takes a SQL cell for a table is told how to get its rows. */
export async function queryRows(
  session: Pick<Session, "query" | "notebook">,
  sql: string,
  parameters: unknown,
): Promise<Record<string, unknown>[]> {
  try {
    return await session.query(sql, toParameters(parameters));
  } catch (thrown) {
    if (!(thrown instanceof FlowError)) throw thrown;
    const { code, message } = thrown;
    const cell = cellAsTable(message, session.notebook?.cells ?? []);
    if (cell === undefined) throw thrown;
    const words = await import("./words/notRunYet.ts");
    throw new FlowError(code, `${message} ${words.cellAsTable(cell)}`);
  }
}

/** A graph as a script sees it. */
export function toApiGraph(graph: Graph): ApiGraph {
  const view = viewGraph(graph);
  return {
    flow: graph.flow,
    nodes: view.nodes.map((node) =>
      node.kind === "task"
        ? {
            id: node.id,
            task: node.task,
            name: node.name,
            mapped: node.mapped,
            kind: node.kind,
          }
        : {
            id: node.id,
            task: node.name,
            name: node.name,
            mapped: false,
            kind: node.kind,
          },
    ),
    edges: view.edges.map((edge) => ({ ...edge })),
  };
}

/**
 * What a cell shows in its simplest form: the first thing, and the error that ended it, if one did. What it logs on the way stands
 * for that only if there is nothing else. `query` gives the rows of a SELECT.
 */
export async function toApiOutput(
  outputs: readonly Output[],
  query: (sql: string) => Promise<Record<string, unknown>[]>,
): Promise<ApiOutput | null> {
  const first = outputs.find(isShown) ?? outputs[0];
  if (!first) return null;
  const form = await toForm(first, query);
  const failure = outputs.findLast(({ type }) => type === "error");
  if (failure?.type === "error") form.error ??= reasonOf(failure.error);
  return form;
}

function isShown(output: Output): boolean {
  return output.type === "text" ? !output.isLog : output.type !== "error";
}

async function toForm(
  output: Output,
  query: (sql: string) => Promise<Record<string, unknown>[]>,
): Promise<ApiOutput> {
  switch (output.type) {
    case "table":
      return { type: "table", rows: [...output.rows] };
    case "database-table":
      return {
        type: "table",
        rows: await query(`SELECT * FROM ${quoteName(output.table)}`),
      };
    case "json":
      return { type: "json", text: JSON.stringify(toPlainJson(output.value)) };
    case "error":
      return { type: "error", error: reasonOf(output.error) };
    case "file":
      return { type: "file", text: output.name };
    case "image":
      return { type: "image", text: output.alt };
    default:
      return { type: output.type, text: output.text };
  }
}

/** Says that what was given to a call is no file. */
export function refuseFile(data: unknown, call: string): never {
  throw new FlowError(
    "invalid-argument",
    words.noFile({ call, given: showValue(data) }),
  );
}

/** Says that what was to be opened is no text of a notebook. */
export function refuseNotebook(given: unknown): never {
  throw new FlowError("invalid-argument", words.noMarkdown(showValue(given)));
}

/** Says what is wrong with options of a call that are none, or have one that is not among the known ones. */
export function refuseOptions(
  call: string,
  options: unknown,
  known: readonly string[],
): never {
  const wrong =
    typeof options === "string"
      ? words.optionsAsText(options)
      : Object(options) !== options
        ? words.noOptions(String(options), listNames(known))
        : words.unknownOptions(
            call,
            listNames(
              Object.keys(options as object)
                .filter((name) => !known.includes(name))
                .map((name) => JSON.stringify(name)),
            ),
            listNames(known),
          );
  throw new FlowError("invalid-argument", wrong);
}
