/**
 * The page's address says what is open, so that a reload or a bookmark comes back to it:
 *
 *   #n.<id>              a notebook of this device
 *   #f1.<...>            a notebook inside the link, opened in a preview
 *   ?from=<url>          a notebook on some host, opened in a preview
 *   ?view=app            shown for reading: prose, form, outputs
 *   ?flow=<name>         which flow is selected
 *   ?<parameter>=<value> values of its form; a parameter called `from`, `view` or `flow` is written `p.from` and so on
 */

/** What an address names. */
export interface Address {
  opens:
    | { type: "notebook"; id: string }
    | { type: "link"; fragment: string }
    | { type: "hosted"; url: string }
    | { type: "home" };
  query: URLSearchParams;
}

/** The address as the browser has it: `search` with its `?`, `hash` with its `#`. */
export function readAddress(search: string, hash: string): Address {
  const query = new URLSearchParams(search);
  if (hash.startsWith("#n."))
    return { opens: { type: "notebook", id: hash.slice(3) }, query };
  // In capitals it is damaged, and said to be so. Programs that pass links on write signs as codes.
  if (/^#(?:%(?:25)*23)?f/i.test(hash))
    return { opens: { type: "link", fragment: hash }, query };
  const url = query.get("from")?.trim();
  if (url) return { opens: { type: "hosted", url }, query };
  // It named something: that it does not open is said, and nothing else opened in its place.
  if (hash.length > 1)
    return { opens: { type: "link", fragment: hash }, query };
  return { opens: { type: "home" }, query };
}

/** Query and fragment, as they stand behind the path of the page. */
export function printAddress(query: URLSearchParams, fragment: string): string {
  // Slashes and colons may stand in a query, and an address is read by people.
  const text = query.toString().replaceAll("%2F", "/").replaceAll("%3A", ":");
  return `${text === "" ? "" : `?${text}`}${fragment}`;
}

const ownNames: readonly string[] = ["from", "view", "flow"];

/** The name under which a parameter stands in the query. */
export function queryName(parameter: string): string {
  return ownNames.includes(parameter) || parameter.startsWith("p.")
    ? `p.${parameter}`
    : parameter;
}
