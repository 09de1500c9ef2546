import { sqlName } from "../../core/sqlName.ts";
import type { Cell } from "../document.ts";
import { parseCell } from "./parseCell.ts";
import { forEachChild, isNode, type SyntaxNode } from "./tree.ts";

/** Which tables the code of a notebook writes, as far as it can be read without running it. */
export interface WrittenTables {
  /** In the order of the text. */
  names: readonly string[];
  /** Whether some names are only known when it runs. */
  hasOthers: boolean;
}

const statement = new RegExp(
  String.raw`\b(?:insert\s+(?:or\s+\w+\s+)?into|replace\s+into|update(?:\s+or\s+\w+)?|delete\s+from|create\s+(?:temp(?:orary)?\s+)?table(?:\s+if\s+not\s+exists)?|drop\s+table(?:\s+if\s+exists)?|alter\s+table)\s+(?:main\s*\.\s*)?("[^"]+"|\x60[^\x60]+\x60|\[[^\]]+\]|${sqlName})?`,
  "giu",
);

/** What a call writes: the argument that holds the name, or the statement. */
const writers: Readonly<
  Record<string, { at: number; holds: "name" | "statement" | "prefix" }>
> = {
  load: { at: 0, holds: "name" },
  copyTable: { at: 1, holds: "name" },
  snapshotTable: { at: 0, holds: "prefix" },
  execSql: { at: 0, holds: "statement" },
  "db.exec": { at: 0, holds: "statement" },
};

/** Reads the cells of a notebook for calls of `load`, `db.exec` and their like. Cells that are no TypeScript are passed over. */
export function findWrittenTables(cells: readonly Cell[]): WrittenTables {
  const names = new Set<string>();
  let hasOthers = false;

  function takeStatement(text: string | undefined): void {
    if (text === undefined) hasOthers = true;
    for (const [, name] of (text ?? "").matchAll(statement))
      if (name === undefined) hasOthers = true;
      else names.add(name.replace(/^["`[]|["`\]]$/g, ""));
  }

  function visit(node: SyntaxNode): void {
    const { tag } = node;
    if (node.type === "TaggedTemplateExpression" && isNode(tag)) {
      if (nameOf(tag) === "sql") takeStatement(textOf(node["quasi"]));
    } else if (node.type === "CallExpression") {
      const writer = writers[nameOf(baseOf(node["callee"])) ?? ""];
      if (writer) {
        const text = textOf((node["arguments"] as unknown[])[writer.at]);
        if (writer.holds === "statement") takeStatement(text);
        else if (text === undefined || text.includes("${}")) hasOthers = true;
        else names.add(writer.holds === "prefix" ? `${text}_…` : text);
      }
    }
    forEachChild(node, visit);
  }

  for (const { kind, source } of cells) {
    if (kind !== "ts" && kind !== "js") continue;
    try {
      const parsed = parseCell(source, kind);
      if ("tree" in parsed) visit(parsed.tree);
    } catch (thrown) {
      // A text may be nested deeper than the stack.
      if (!(thrown instanceof RangeError)) throw thrown;
    }
  }
  return { names: [...names], hasOthers };
}

/** `load` and `load.with({ ... })` are the same function. */
function baseOf(callee: unknown): unknown {
  if (!isNode(callee) || callee.type !== "CallExpression") return callee;
  const inner = callee["callee"];
  return isNode(inner) && inner.type === "MemberExpression"
    ? inner["object"]
    : callee;
}

/** `load`, `db.exec`. */
function nameOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === "Identifier") return String(node["name"]);
  if (node.type !== "MemberExpression" || node["computed"] === true)
    return undefined;
  const object = nameOf(node["object"]);
  const property = nameOf(node["property"]);
  return object && property ? `${object}.${property}` : undefined;
}

/** A text as it stands in the code, with `${}` for what is only known when it runs; undefined if none stands there. */
function textOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === "Literal")
    return typeof node["value"] === "string" ? node["value"] : undefined;
  if (node.type === "TemplateLiteral")
    return (node["quasis"] as { value: { cooked?: string } }[])
      .map(({ value }) => value.cooked ?? "")
      .join("${}");
  return undefined;
}
