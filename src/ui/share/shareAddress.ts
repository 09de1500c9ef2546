import type { Parameter } from "../../core/parameter.ts";
import { plainText } from "../../core/parameterText.ts";
import { printAddress, queryName } from "../address.ts";

/** What rides in the query of a link. */
export interface ShareOptions {
  /** Opens for reading. */
  isReading: boolean;
  /** Selects this flow; undefined for the first one. */
  flow: string | undefined;
  parameters: readonly Parameter[];
  /** Values of the form, by name; those with their default are missing. */
  values: Readonly<Record<string, unknown>>;
}

/** The address of a notebook: `base` is the page, `fragment` a link's, `from` where its text is instead. */
export function shareAddress(
  base: string,
  { fragment = "", from }: { fragment?: string; from?: string },
  { isReading, flow, parameters, values }: ShareOptions,
): string {
  const query = new URLSearchParams();
  if (from !== undefined) query.set("from", from);
  if (isReading) query.set("view", "app");
  if (flow !== undefined) query.set("flow", flow);
  for (const parameter of parameters)
    if (Object.hasOwn(values, parameter.name))
      query.set(
        queryName(parameter.name),
        queryText(parameter, values[parameter.name]),
      );
  return base + printAddress(query, fragment);
}

/** A value as `parseParameter` reads it, the same in every time zone. */
function queryText(parameter: Parameter, value: unknown): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) return value.toISOString();
  return parameter.type === "json" && !parameter.options
    ? JSON.stringify(value)
    : plainText(parameter, value);
}

/** A snippet of HTML that shows a notebook inside a page. */
export function embedSnippet(address: string, title: string): string {
  return `<iframe src="${escape(address)}" title="${escape(title)}" width="100%" height="640" style="border: 1px solid #ccc; border-radius: 8px" loading="lazy"></iframe>`;
}

function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll('"', "&quot;")
    .replaceAll("<", "&lt;");
}
