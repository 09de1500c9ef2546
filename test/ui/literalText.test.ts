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
]);
/** What stands in these is code. */
const codeElements = new Set(["code", "kbd", "pre"]);

const hasLetters = (text: string): boolean =>
  /\p{L}{2}|^\s*\p{L}\s*$/u.test(text) && !untranslated.has(text.trim());

/** Text in the markup of a component that is not among the words of the page, as `file:line: text`. */
function literalText(file: string, source: string): string[] {
  const found: string[] = [];
  const report = (text: AST.Text): void => {
    const line = source.slice(0, text.start).split("\n").length;
    found.push(`${file}:${line}: ${text.data.trim().replace(/\s+/g, " ")}`);
  };
  const visit = (node: unknown, isCode: boolean): void => {
    if (Array.isArray(node)) return node.forEach((one) => visit(one, isCode));
    if (typeof node !== "object" || node === null) return;
    const one = node as { type?: string; name?: string; value?: unknown };
    if (one.type === "Attribute") {
      if (readAttributes.has(one.name ?? "") && Array.isArray(one.value))
        for (const part of one.value as AST.Text[])
          if (part.type === "Text" && hasLetters(part.data)) report(part);
      if (Array.isArray(one.value)) return;
    }
    if (one.type === "StyleDirective") return;
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
    '<p>\n  Some words <code>code</code></p>\n<i title="More" class="big"></i>';
  expect(literalText("Some.svelte", source)).toEqual([
    "Some.svelte:1: Some words",
    "Some.svelte:3: More",
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
