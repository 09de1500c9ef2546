/**
 * A notebook as one page of HTML that opens from a disk: prose, code, what the cells showed last, the graphs with the states
 * of the last runs, and the Markdown source, from which the notebook opens again.
 *
 * Nothing in it can run or reach the network. Its policy allows no script of any kind; every text of the notebook is escaped;
 * markup that a notebook made stands in frames that may do nothing; and the source is JSON without any `<`, so that nothing in
 * it can end the element that it is in.
 */
import { escapeMarkup } from "../../../core/escapeMarkup.ts";
import type { State } from "../../../core/state.ts";
import { formatTime } from "../../../core/words.ts";
import type { Output } from "../../../engine/protocol.ts";
import type { GraphModel } from "../../../views/graph/graphModel.ts";
import { graphRows } from "../../../views/graph/twin.ts";
import { stateLabel } from "../../../views/states.ts";
import { languageTag } from "../../../views/words/language.ts";
import type { Cell, Notebook } from "../../document.ts";
import { isFolded } from "../../foldFlag.ts";
import { printNotebook } from "../../print.ts";
import { readOrder, type ReadCell } from "../../sections.ts";
import * as words from "../words/page.ts";
import { graphPicture } from "./graphPicture.ts";
import { outputMarkup } from "./outputs.ts";
import { proseMarkup } from "./prose.ts";
import { pageStyle } from "./style.ts";

/** A flow of the notebook, and its last run if it has run. */
export interface FlowPicture {
  name: string;
  /** The name of the cell that defines it. */
  cell: string | undefined;
  model: GraphModel;
  run: { state: State; startedAt: number } | undefined;
}

/** All that the page shows. */
export interface PageParts {
  notebook: Notebook;
  /** What cells showed last, by their names. */
  outputs: Readonly<Record<string, readonly Output[]>>;
  flows: readonly FlowPicture[];
  /** The text of `states.css`: one colour for each state. */
  stateStyle: string;
  /** When the page is made, in milliseconds since 1970 UTC. */
  at: number;
}

const policy = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "img-src data:",
  "font-src data:",
  "frame-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** What marks the element that holds the source. */
export const sourceElement =
  '<script type="application/json" id="flowbook-source">';

export function printHtml(parts: PageParts): string {
  const { notebook, flows, at } = parts;
  const shown = new Set<FlowPicture>();
  const flowsOf = (cell: Cell): FlowPicture[] =>
    flows.filter((flow) => {
      const isHere = cell.name !== "" && flow.cell === cell.name;
      if (!isHere || shown.has(flow)) return false;
      shown.add(flow);
      return true;
    });
  const print = ({ cell, folded, inside }: ReadCell): string => {
    const pictures = flowsOf(cell).map((flow) => flowMarkup(flow, at));
    if (!folded)
      return [
        cellMarkup(
          cell === notebook.cells[0]
            ? withoutTitle(cell, notebook.title)
            : cell,
          parts.outputs,
        ),
        ...pictures,
      ].join("\n");
    return [
      `<details class="section"><summary>${proseMarkup(folded.head)}</summary>`,
      ...(folded.rest === ""
        ? []
        : [
            `<section class="prose" dir="auto">${proseMarkup(folded.rest)}</section>`,
          ]),
      ...inside.map(print),
      "</details>",
    ].join("\n");
  };
  const cells = readOrder(notebook.cells, isFolded).map(print);
  const rest = flows.filter((flow) => !shown.has(flow));
  const title = escapeMarkup(notebook.title);
  return [
    "<!doctype html>",
    `<html lang="${languageTag}">`,
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta http-equiv="x-dns-prefetch-control" content="off">',
    '<meta name="referrer" content="no-referrer">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="generator" content="Flowbook">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${title}</title>`,
    `<style>${parts.stateStyle}${pageStyle}</style>`,
    "</head>",
    "<body>",
    "<main>",
    `<header><h1>${title}</h1><p class="note">${escapeMarkup(words.pageMadeAt(formatTime(at)))}</p></header>`,
    ...cells,
    ...rest.map((flow) => flowMarkup(flow, at)),
    "</main>",
    `${sourceElement}${toJson(printNotebook(notebook))}</script>`,
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

/** Prose without the title as its first heading, since the page begins with it. */
function withoutTitle(cell: Cell, title: string): Cell {
  const [first = "", ...rest] = cell.source.split("\n");
  const isTitle = cell.kind === "md" && first === `# ${title}`;
  return isTitle ? { ...cell, source: rest.join("\n") } : cell;
}

function cellMarkup(cell: Cell, outputs: PageParts["outputs"]): string {
  if (cell.kind === "md" && cell.source.trim() === "") return "";
  if (cell.kind === "md")
    return `<section class="prose" dir="auto">${proseMarkup(cell.source)}</section>`;
  const shown = Object.hasOwn(outputs, cell.name)
    ? (outputs[cell.name] ?? [])
    : [];
  const output = shown
    .map((one) => `<div class="output">${outputMarkup(one)}</div>`)
    .join("\n");
  const name = `<b>${escapeMarkup(cell.name)}</b> ${kindWords[cell.kind]}`;
  const code = `<pre><code>${escapeMarkup(cell.source)}</code></pre>`;
  // What a folded cell shows stays to be seen, as in the notebook.
  const text = isFolded(cell)
    ? `<details><summary>${name}</summary>${code}</details>`
    : `<p class="name">${name}</p>${code}`;
  return `<section class="code">${text}${output}</section>`;
}

const kindWords = { ts: "TypeScript", js: "JavaScript", sql: "SQL" } as const;

function flowMarkup({ name, model, run }: FlowPicture, at: number): string {
  const state = run
    ? `<span data-state="${run.state}">${stateLabel(run.state)}, ${formatTime(run.startedAt)}</span>`
    : `<span>${escapeMarkup(words.notRun)}</span>`;
  const label = words.graphOf(name);
  const rows = graphRows(model, at).map((row) =>
    [
      row.name,
      row.state,
      row.duration,
      row.upstream.join(", "),
      row.message,
    ].map((text) => `<td>${escapeMarkup(text)}</td>`),
  );
  const head = [
    words.task,
    words.state,
    words.duration,
    words.takesFrom,
    words.message,
  ]
    .map((word) => `<th scope="col">${escapeMarkup(word)}</th>`)
    .join("");
  return [
    `<section class="flow"><h2>${escapeMarkup(name)} ${state}</h2>`,
    `<div class="picture" tabindex="0" role="region" aria-label="${escapeMarkup(label)}">${graphPicture(model, at, label)}</div>`,
    `<details><summary>${escapeMarkup(words.asTable)}</summary><div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${rows
      .map((cells) => `<tr>${cells.join("")}</tr>`)
      .join("")}</tbody></table></div></details></section>`,
  ].join("\n");
}

/** A text as JSON that is safe inside any element. */
function toJson(text: string): string {
  return JSON.stringify(text)
    .replaceAll("<", "\\u003c")
    .replaceAll(">", "\\u003e")
    .replaceAll("&", "\\u0026")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029")
    .replaceAll("\ufeff", "\\ufeff");
}
