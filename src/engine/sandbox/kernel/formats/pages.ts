import { FlowError } from "../../../../core/errors.ts";
import { listNames, showValue } from "../../../../core/words.ts";
import { type Options, textOption } from "../readerOptions.ts";
import { parseJson } from "./parseJson.ts";
import { valueAt } from "./paths.ts";

/** How to get from one page to the next. */
type Next =
  | { by: "link" }
  | { by: "url"; path: string }
  | { by: "cursor"; path: string; param: string }
  | {
      by: "count";
      param: string;
      from: number | undefined;
      /** Where to begin if neither `from` nor the request says it. */
      first: number;
      step: number;
    };

interface Page {
  body: unknown;
  items: unknown[];
  response: Response;
}

const noSuchPage = 404;

const refuse = (message: string) => new FlowError("invalid-option", message);

/** Asks for a page; gives the text of the answer. Of statuses but 2xx only those that are expected are no error. */
type FetchText = (
  address: URL,
  query: Options,
  expected: readonly number[],
) => Promise<{ value: string; response: Response; source: string }>;

/** The items of each page that an API gives. */
export async function* readPages(
  fetchText: FetchText,
  url: unknown,
  options: Options,
  tell: (what: string) => void,
): AsyncGenerator<object[]> {
  const next = readNext(options.next);
  const { mostPages = 1000 } = options;
  if (!Number.isSafeInteger(mostPages) || (mostPages as number) < 1)
    throw refuse(
      `mostPages must be a whole number from 1, not ${showValue(mostPages)}.`,
    );
  const path = textOption(options, "items");
  let address = toUrl(url);
  let query = (options.query ?? {}) as Readonly<Record<string, unknown>>;
  let from = 0;
  if ("param" in next) {
    const { param } = next;
    // What changes from page to page must not stand in the address as well.
    const { searchParams } = address;
    const first = query[param] ?? searchParams.get(param) ?? undefined;
    searchParams.delete(param);
    if (next.by === "count") {
      from = next.from ?? Number(first ?? next.first);
      if (!(Number.isSafeInteger(from) && from >= 0))
        throw refuse(
          `${param} is counted up from page to page, and the request begins with ${showValue(first)}. Give it a whole number, or none.`,
        );
      query = { ...query, [param]: from };
    } else query = { ...query, [param]: first };
  }
  for (let number = 1; ; number += 1) {
    // Many an API has no page behind the last.
    const expected = next.by === "count" && number > 1 ? [noSuchPage] : [];
    const answer = await fetchText(address, query, expected);
    if (answer.response.status === noSuchPage) {
      const count = number - 1;
      tell(
        `${answer.source} answered ${noSuchPage}: that there is no such page is taken for the end, after ${count === 1 ? "1 page" : `${count} pages`}.`,
      );
      return;
    }
    const page = readPage(answer, path);
    yield page.items as object[];
    const step = stepAfter(page, next, from, number);
    if (!step) return;
    if (number >= (mostPages as number))
      throw new Error(
        `${address.href} has more than ${String(mostPages)} pages. If that is right, raise the limit: { mostPages: ${10 * (mostPages as number)} }.`,
      );
    const before = String(address) + JSON.stringify(query);
    if ("url" in step) {
      address = new URL(step.url, page.response.url || address);
      // The address of the next page says all.
      query = {};
    } else query = { ...query, ...step.query };
    if (String(address) + JSON.stringify(query) === before)
      throw new Error(
        `${address.href} says that the page after it is itself. The API may expect another way to go on: see the option next.`,
      );
  }
}

function readPage(
  { value: text, response, source }: Awaited<ReturnType<FetchText>>,
  path: string | undefined,
): Page {
  let body: unknown;
  try {
    body = parseJson(text);
  } catch (cause) {
    throw new Error(
      `The answer to ${source} is not JSON: it starts with ${showValue(text.slice(0, 50))}.`,
      { cause },
    );
  }
  const items = path === undefined ? body : valueAt(body, path);
  if (Array.isArray(items)) return { body, items, response };
  if (path === undefined) {
    const lists = findLists(body);
    const has =
      lists.length > 0
        ? `It has ${lists.length === 1 ? "one" : "lists"} under ${listNames(lists, 10)}`
        : `It is ${showValue(body)}`;
    throw new Error(
      `The answer to ${source} is no list. ${has}. Say where in it the items are: { items: ${JSON.stringify(lists[0] ?? "data")} }.`,
    );
  }
  const isNone = items === undefined || items === null;
  const other = isNone ? findList(body) : undefined;
  // Many an API leaves an empty list out; one that gives rows in another place was not meant.
  if (isNone && other === undefined) return { body, items: [], response };
  throw new Error(
    `The answer to ${source} has no list under ${path}, but ${other === undefined ? showValue(items) : `one under ${other}`}. Correct the option items.`,
  );
}

/** Where in an answer lists are, as the option `items` says it: fields, and fields of those. */
function findLists(body: unknown): string[] {
  const fieldsOf = (value: unknown): [string, unknown][] =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.entries(value)
      : [];
  const fields = fieldsOf(body);
  const inner = fields.flatMap(([name, value]) =>
    fieldsOf(value).map(([key, other]): [string, unknown] => [
      `${name}.${key}`,
      other,
    ]),
  );
  return [...fields, ...inner]
    .filter(([, value]) => Array.isArray(value))
    .map(([name]) => name);
}

/** The field of an answer that is a list of objects. */
function findList(body: unknown): string | undefined {
  return Object.entries(body ?? {}).find(
    ([, value]) =>
      Array.isArray(value) && typeof value[0] === "object" && value[0] !== null,
  )?.[0];
}

function stepAfter(
  { body, items, response }: Page,
  next: Next,
  from: number,
  number: number,
): { url: string } | { query: Record<string, unknown> } | undefined {
  switch (next.by) {
    case "link": {
      const url = nextLink(response.headers.get("link"));
      return url === undefined ? undefined : { url };
    }
    case "url": {
      const url = valueAt(body, next.path);
      return typeof url === "string" && url ? { url } : undefined;
    }
    case "cursor": {
      const cursor = valueAt(body, next.path);
      return cursor === undefined ||
        cursor === null ||
        cursor === "" ||
        cursor === false
        ? undefined
        : {
            query: {
              [next.param]:
                typeof cursor === "bigint" ? String(cursor) : cursor,
            },
          };
    }
    case "count":
      return items.length === 0
        ? undefined
        : { query: { [next.param]: from + number * next.step } };
  }
}

/** The address of the next page in a Link header (RFC 8288). */
export function nextLink(header: string | null): string | undefined {
  for (const [, url, parameters] of (header ?? "").matchAll(
    /<([^<>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:"[^"]*"|[^\s",;]+))*)/g,
  ))
    for (const [, name, quoted, plain] of (parameters ?? "").matchAll(
      /;\s*([\w*-]+)\s*=\s*(?:"([^"]*)"|([^\s",;]+))/g,
    )) {
      const words = (quoted ?? plain ?? "").toLowerCase().split(/\s+/);
      if (name!.toLowerCase() === "rel" && words.includes("next")) return url;
    }
  return undefined;
}

function readNext(given: unknown = "link"): Next {
  if (given === "link") return { by: "link" };
  if (typeof given === "object" && given !== null) {
    const { url, cursor, page, offset, param, from, size } = given as Record<
      string,
      unknown
    >;
    if (typeof url === "string") return { by: "url", path: url };
    if (typeof cursor === "string" && typeof param === "string")
      return { by: "cursor", path: cursor, param };
    const [name, first] = typeof page === "string" ? [page, 1] : [offset, 0];
    if (typeof name === "string")
      return {
        by: "count",
        param: name,
        from: from === undefined ? undefined : whole("from", from),
        first,
        step: name === page ? 1 : whole("size", size),
      };
  }
  throw refuse(
    `next says how to get to the next page: "link", { url: "next" }, { cursor: "meta.cursor", param: "cursor" }, { page: "page" } or { offset: "offset", size: 100 }, not ${showValue(given)}.`,
  );
}

function whole(name: string, given: unknown): number {
  if (Number.isSafeInteger(given) && (given as number) >= 0)
    return given as number;
  throw refuse(
    `${name} of next must be a whole number from 0, not ${showValue(given)}.`,
  );
}

function toUrl(url: unknown): URL {
  if (url instanceof URL) return new URL(url);
  if (typeof url === "string" && URL.canParse(url)) return new URL(url);
  throw new FlowError(
    "invalid-argument",
    `${showValue(url)} is no full address. Write it with its host: "https://example.org/items".`,
  );
}
