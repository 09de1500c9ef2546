import { toDataUrl } from "../../../core/base64.ts";
import { frameMarkup } from "../../../core/frameMarkup.ts";
import { escapeMarkup } from "../../../core/escapeMarkup.ts";
import type { Output } from "../../../engine/protocol.ts";
import { jsonText, partNote } from "../ipynb/outputs.ts";
import { tableMarkup } from "../tableMarkup.ts";
import * as words from "../words/outputs.ts";
import { proseMarkup } from "./prose.ts";

/** A page is read, not scrolled for days: rows of a table, and characters of a text, that are written. */
const mostRows = 500;
const mostText = 100_000;

/** What a cell showed, as HTML. */
export function outputMarkup(output: Output): string {
  switch (output.type) {
    case "table": {
      const rows = output.rows.slice(0, mostRows);
      const title = output.title
        ? `<figcaption>${escapeMarkup(output.title)}</figcaption>`
        : "";
      const note =
        partNote(rows.length, output.total) || words.rowCount(output.total);
      return `<figure>${title}<div class="scroll" tabindex="0" role="region" aria-label="${escapeMarkup(output.title ?? words.table)}">${tableMarkup(output.columns, rows)}</div>${noteMarkup(note)}</figure>`;
    }
    case "database-table":
      return noteMarkup(words.tableInNotebook(output.table));
    case "html":
      return frame(output.text, words.htmlOutput);
    case "svg":
      return frame(output.text, words.chart);
    case "markdown":
      return `<div class="prose" dir="auto">${proseMarkup(output.text)}</div>`;
    case "json":
      return textMarkup(jsonText(output.value));
    case "text":
      return textMarkup(output.text);
    case "image":
      return `<figure><img src="${toDataUrl(output.mime, output.bytes)}" alt="${escapeMarkup(output.alt)}"></figure>`;
    case "file":
      return noteMarkup(
        words.fileInNotebook({
          name: output.name,
          bytes: output.bytes.byteLength,
        }),
      );
    case "notification":
      return `<p class="note"><b>${escapeMarkup(output.text)}</b> ${escapeMarkup(output.body)}</p>`;
    case "error":
      return `<p class="error"><b>${escapeMarkup(output.error.name)}</b> ${escapeMarkup(output.error.message)}</p>`;
  }
}

function noteMarkup(note: string): string {
  return `<p class="note">${escapeMarkup(note)}</p>`;
}

function textMarkup(text: string): string {
  const part =
    text.length > mostText
      ? noteMarkup(words.firstCharacters({ shown: mostText, all: text.length }))
      : "";
  return `<pre class="text">${escapeMarkup(text.slice(0, mostText))}</pre>${part}`;
}

/**
 * Markup of the notebook's own, in a frame that may do nothing at all: no scripts, no forms, no navigation. Its policy lets
 * nothing be fetched, and it inherits that of the page around it.
 */
function frame(markup: string, label: string): string {
  const document = [
    `<!doctype html><meta charset="utf-8">`,
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:">`,
    `<style>:root{color-scheme:light dark;font:13px/1.5 system-ui,sans-serif}body{margin:0;padding:1px}`,
    `svg,img{max-width:100%}body>svg{display:block}svg[viewBox][width],img{height:auto}`,
    `table{border-collapse:collapse}th,td{padding:3px 10px 3px 0;text-align:start}</style>`,
    frameMarkup(markup),
  ].join("");
  return `<iframe title="${escapeMarkup(label)}" sandbox="" style="height:${heightOf(markup)}px" srcdoc="${escapeMarkup(document)}"></iframe>`;
}

/** How high a frame is made: nothing in it can tell, so the charts in it say it, or it is a window to scroll in. */
function heightOf(markup: string): number {
  const heights = [...markup.matchAll(/<svg\b[^>]*/g)].map(([tag]) =>
    Number(/\sheight="(\d{1,4})(?:\.\d+)?(?:px)?"/.exec(tag)?.[1] ?? 0),
  );
  const charts = heights.reduce((sum, height) => sum + height, 0);
  if (charts > 0)
    return Math.min(2_000, charts + (markup.startsWith("<svg") ? 4 : 60));
  const lines = markup.match(/<(?:br|p|div|li|tr|h\d|pre)\b|\n/g)?.length ?? 0;
  return Math.min(480, Math.max(48, lines * 22 + 32));
}
