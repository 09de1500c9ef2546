import * as words from "../words/jsonTree.ts";

/** A line of a tree of values: a value, or the offer to show more of a long list. */
export interface JsonLine {
  /** Tells lines apart; stays the same while other lines open and close. */
  path: string;
  parent: string | undefined;
  depth: number;
  /** The key or index that leads to the value. */
  key: string | undefined;
  text: string;
  kind: "string" | "number" | "constant" | "other" | "container" | "more";
  /** undefined for what cannot be opened. */
  isOpen: boolean | undefined;
}

/** Which containers are open, and how many of their entries are shown. */
export interface Openness {
  isOpen(path: string, depth: number): boolean;
  shown(path: string): number;
}

const longestText = 300;

/** The lines in sight, from first to last. Only what is open is looked at, so that a value may even contain itself. */
export function jsonLines(value: unknown, openness: Openness): JsonLine[] {
  const lines: JsonLine[] = [];
  const visit = (
    item: unknown,
    key: string | undefined,
    path: string,
    parent: string | undefined,
    depth: number,
  ): void => {
    const entries = entriesOf(item);
    if (!entries || entries.length === 0) {
      lines.push({
        path,
        parent,
        depth,
        key,
        ...leaf(item),
        isOpen: undefined,
      });
      return;
    }
    const isOpen = openness.isOpen(path, depth);
    lines.push({
      path,
      parent,
      depth,
      key,
      text: summary(item, entries, isOpen),
      kind: "container",
      isOpen,
    });
    if (!isOpen) return;
    const shown = openness.shown(path);
    for (const [at, [name, inner]] of entries.slice(0, shown).entries()) {
      // Keys of a Map may be told by the same text, as 1 and "1" are.
      const step = item instanceof Map ? `#${at}` : `${name.length}:${name}`;
      visit(inner, name, `${path}/${step}`, path, depth + 1);
    }
    const rest = entries.length - shown;
    if (rest > 0)
      lines.push({
        path: `${path}/more`,
        parent: path,
        depth: depth + 1,
        key: undefined,
        text: String(rest),
        kind: "more",
        isOpen: undefined,
      });
  };
  visit(value, undefined, "", undefined, 0);
  return lines;
}

function entriesOf(
  value: unknown,
): readonly (readonly [string, unknown])[] | undefined {
  if (
    typeof value !== "object" ||
    value === null ||
    value instanceof Date ||
    value instanceof RegExp
  )
    return undefined;
  if (Array.isArray(value))
    return value.map((item, i) => [String(i), item] as const);
  if (value instanceof Map)
    return [...value].map(([key, item]) => [plain(key), item] as const);
  if (value instanceof Set)
    return [...value].map((item, i) => [String(i), item] as const);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return Array.from(
      value as unknown as ArrayLike<unknown>,
      (item, i) => [String(i), item] as const,
    );
  return Object.entries(value);
}

function leaf(value: unknown): { text: string; kind: JsonLine["kind"] } {
  switch (typeof value) {
    case "string":
      return {
        text: JSON.stringify(
          value.length > longestText
            ? `${value.slice(0, longestText)}…`
            : value,
        ),
        kind: "string",
      };
    case "number":
    case "bigint":
      return { text: String(value), kind: "number" };
    case "boolean":
    case "undefined":
      return { text: String(value), kind: "constant" };
    default:
      return value === null
        ? { text: "null", kind: "constant" }
        : { text: emptyText(value), kind: "other" };
  }
}

function emptyText(value: unknown): string {
  if (value instanceof Date)
    return Number.isNaN(value.getTime())
      ? words.invalidDate
      : value.toISOString();
  if (value instanceof RegExp) return String(value);
  if (Array.isArray(value)) return "[]";
  const name = nameOf(value);
  return name === undefined ? "{}" : `${name} {}`;
}

/** What a container holds, in a few words; a closed one shows its beginning. */
function summary(
  value: unknown,
  entries: readonly (readonly [string, unknown])[],
  isOpen: boolean,
): string {
  const isList =
    Array.isArray(value) || value instanceof Set || ArrayBuffer.isView(value);
  const name = nameOf(value);
  const size =
    isList || value instanceof Map
      ? words.sizeOf({ name: name ?? words.list, entries: entries.length })
      : (name ?? "");
  if (isOpen) return size === "" ? words.entryCount(entries.length) : size;
  let inside = "";
  let count = 0;
  for (const [key, item] of entries) {
    const part = isList ? brief(item) : `${key}: ${brief(item)}`;
    if (inside.length + part.length > 60) break;
    inside += (count > 0 ? ", " : "") + part;
    count += 1;
  }
  const rest = count < entries.length ? (count > 0 ? ", …" : "…") : "";
  const body = isList ? `[${inside}${rest}]` : `{ ${inside}${rest} }`;
  return size === "" ? body : `${size} ${body}`;
}

function brief(value: unknown): string {
  const entries = entriesOf(value);
  if (entries && entries.length > 0)
    return Array.isArray(value) ? `[${entries.length}]` : "{…}";
  const { text } = leaf(value);
  return text.length > 24
    ? `${text.slice(0, 22)}…${text.startsWith('"') ? '"' : ""}`
    : text;
}

/** The class of an object, if it says something. */
function nameOf(value: unknown): string | undefined {
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  return tag === "Object" || tag === "Array" ? undefined : tag;
}

function plain(key: unknown): string {
  if (typeof key === "string") return key;
  const entries = entriesOf(key);
  return entries && entries.length > 0
    ? summary(key, entries, false)
    : leaf(key).text;
}
