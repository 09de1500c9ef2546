import { FlowError } from "../../../core/errors.ts";
import { parseNotebook } from "../../parse.ts";
import type { Converted } from "../converted.ts";
import { sourceElement } from "./print.ts";

/** Whether a page of HTML holds a notebook. */
export function holdsNotebook(html: string): boolean {
  return html.includes(sourceElement);
}

/** Reads the notebook that a page made by `printHtml` holds. */
export function readHtml(html: string): Converted {
  const start = html.lastIndexOf(sourceElement);
  if (start < 0)
    throw new FlowError(
      "notebook-syntax",
      "This page holds no notebook. Only pages that were downloaded from Flowbook can be opened again; anything else can be kept with a notebook under Files.",
    );
  const from = start + sourceElement.length;
  const end = html.indexOf("</script>", from);
  let text: unknown;
  try {
    text = JSON.parse(html.slice(from, end < 0 ? undefined : end));
  } catch (cause) {
    throw new FlowError(
      "notebook-syntax",
      "The notebook that this page holds is damaged, most likely because the file was cut or edited. Ask for it again, or for the .flow.md file.",
      { cause },
    );
  }
  return { notebook: parseNotebook(String(text)).notebook, messages: [] };
}
