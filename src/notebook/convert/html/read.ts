import { FlowError } from "../../../core/errors.ts";
import { parseNotebook } from "../../parse.ts";
import type { Converted } from "../converted.ts";
import * as words from "../words/reading.ts";
import { sourceElement } from "./print.ts";

/** Whether a page of HTML holds a notebook. */
export function holdsNotebook(html: string): boolean {
  return html.includes(sourceElement);
}

/** Reads the notebook that a page made by `printHtml` holds. */
export function readHtml(html: string): Converted {
  const start = html.lastIndexOf(sourceElement);
  if (start < 0) throw new FlowError("notebook-syntax", words.noNotebookInPage);
  const from = start + sourceElement.length;
  const end = html.indexOf("</script>", from);
  let text: unknown;
  try {
    text = JSON.parse(html.slice(from, end < 0 ? undefined : end));
  } catch (cause) {
    throw new FlowError("notebook-syntax", words.pageDamaged, { cause });
  }
  return { notebook: parseNotebook(String(text)).notebook, messages: [] };
}
