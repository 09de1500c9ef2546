import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, type AST } from "svelte/compiler";
import ts from "typescript";
import { expect, test } from "vitest";

/** Attributes whose value a person reads or hears. */
const readAttributes = new Set([
  ...["title", "aria-label", "placeholder", "alt", "label", "hint", "text"],
]);
/** Names and signs that are the same in every language. */
const untranslated = new Set([
  "Flowbook",
  "Aa",
  "“a”",
  "TypeScript",
  "SQL",
  "JSON",
  "flowbook.d.ts",
]);
/** What stands in these is code. */
const codeElements = new Set(["code", "kbd", "pre"]);

const hasLetters = (text: string): boolean =>
  /\p{L}{2}|^\s*\p{L}\s*$/u.test(text) && !untranslated.has(text.trim());

/** What of an expression is read: texts, and where they may stand. */
interface Value {
  type: string;
  start: number;
  value?: unknown;
  quasis?: { value: { raw: string } }[];
  consequent?: Value;
  alternate?: Value;
  left?: Value;
  right?: Value;
}

/** Text in the markup of a component that is not among the words of the page, as `file:line: text`. */
function literalText(file: string, source: string): string[] {
  const found: string[] = [];
  const reportAt = (start: number, text: string): void => {
    const line = source.slice(0, start).split("\n").length;
    found.push(`${file}:${line}: ${text.trim().replace(/\s+/g, " ")}`);
  };
  const report = (text: AST.Text): void => reportAt(text.start, text.data);
  /** What an expression may come to, if that is written in it. */
  const readValue = (one: Value): void => {
    if (one.type === "Literal" && typeof one.value === "string") {
      if (hasLetters(one.value)) reportAt(one.start, one.value);
    } else if (one.type === "TemplateLiteral")
      for (const { value } of one.quasis ?? []) {
        if (hasLetters(value.raw)) reportAt(one.start, value.raw);
      }
    else if (one.type === "ConditionalExpression")
      [one.consequent, one.alternate].forEach(
        (part) => part && readValue(part),
      );
    else if (one.type === "LogicalExpression")
      [one.left, one.right].forEach((part) => part && readValue(part));
  };
  const visit = (node: unknown, isCode: boolean): void => {
    if (Array.isArray(node)) return node.forEach((one) => visit(one, isCode));
    if (typeof node !== "object" || node === null) return;
    const one = node as { type?: string; name?: string; value?: unknown };
    if (one.type === "Attribute") {
      if (!readAttributes.has(one.name ?? "")) return;
      // Its value is one expression, or a list of texts and expressions, or `true`.
      for (const part of [one.value].flat() as (AST.Text | AST.ExpressionTag)[])
        if (part.type === "ExpressionTag") readValue(part.expression as Value);
        else if (part.type === "Text" && hasLetters(part.data)) report(part);
      return;
    }
    if (one.type === "StyleDirective") return;
    if (one.type === "ExpressionTag" && !isCode)
      readValue((node as AST.ExpressionTag).expression as Value);
    if (one.type === "Text") {
      const text = node as AST.Text;
      if (!isCode && hasLetters(text.data)) report(text);
      return;
    }
    const isInCode =
      isCode ||
      (one.type === "RegularElement" && codeElements.has(one.name ?? ""));
    for (const [key, value] of Object.entries(node))
      if (key !== "parent") visit(value, isInCode);
  };
  visit(parse(source, { modern: true, filename: file }).fragment, false);
  return found;
}

const components = readdirSync("src/ui", { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".svelte"))
  .map((path) => join("src/ui", path));

test("no component has text of its own: its words can be translated", () => {
  const found = components.flatMap((file) =>
    literalText(file, readFileSync(file, "utf8")),
  );
  expect(found).toEqual([]);
});

test("text and attributes that people read are found with their line", () => {
  const source =
    '<p>\n  Some words <code>code</code></p>\n<i title="More" class="big"></i>\n{isOn ? "On" : off}<i aria-label={name ?? `The ${kind}`} class={"big"}></i>';
  expect(literalText("Some.svelte", source)).toEqual([
    "Some.svelte:1: Some words",
    "Some.svelte:3: More",
    "Some.svelte:4: On",
    "Some.svelte:4: The",
  ]);
});

/** What reads like a sentence in a module, as `file:line: text`; one word alone cannot be told from a name. */
function sentences(file: string, source: string): string[] {
  const found: string[] = [];
  const module = ts.createSourceFile(file, source, ts.ScriptTarget.Latest);
  const visit = (node: ts.Node): void => {
    if (
      ts.isStringLiteralLike(node) ||
      ts.isTemplateHead(node) ||
      ts.isTemplateMiddleOrTemplateTail(node)
    ) {
      const { text } = node;
      if (/^\p{Lu}?\p{Ll}+,? \p{L}+,? .*[.!?]$/u.test(text)) {
        const { line } = module.getLineAndCharacterOfPosition(
          node.getStart(module),
        );
        found.push(`${file}:${line + 1}: ${text}`);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(module);
  return found;
}

test("no module of the page says a sentence of its own", () => {
  const found = readdirSync("src/ui", { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.startsWith("words"))
    .map((path) => join("src/ui", path))
    .flatMap((file) => sentences(file, readFileSync(file, "utf8")));
  expect(found).toEqual([]);
});
