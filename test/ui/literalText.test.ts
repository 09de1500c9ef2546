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

/** Calls and names of values that take code: names of attributes and events, selectors, classes, paths. */
const codeCalls = new Set([
  ...["attr", "setAttribute", "on", "append", "select", "selectAll"],
  ...["matchMedia", "closest", "querySelector", "querySelectorAll"],
  "startsWith",
]);
const codeNames = new Set([
  ...["class", "transform", "width", "height", "font", "fontOf"],
  ...["policy", "pageStyle"],
]);
/** Phrases that no reader sees: what TypeScript calls kinds of names. */
const codePhrases = new Set(["local var", "local function", "type parameter"]);
/** How lines of code begin that a module writes. */
const writtenCode = /^(declare )?const |^\0await sql/;
/** Stands for an expression in a template. */
const hole = "\0";

/**
 * What reads like words for people in a module, as `file:line: text`: two words beside each other, or a word after an expression. Of
 * markup, what stands between tags and in attributes that are read. One word alone cannot be told from a name.
 */
function phrases(file: string, source: string, isRead: RegExp): string[] {
  const found: string[] = [];
  const module = ts.createSourceFile(
    file,
    source,
    ts.ScriptTarget.Latest,
    true,
  );
  const visit = (node: ts.Node): void => {
    const text = textOf(node);
    if (
      text !== undefined &&
      isRead.test(readPart(text)) &&
      !codePhrases.has(text) &&
      !writtenCode.test(text) &&
      !isCode(node)
    ) {
      const { line } = module.getLineAndCharacterOfPosition(
        node.getStart(module),
      );
      const shown = text.replaceAll(hole, "…").trim();
      found.push(`${file}:${line + 1}: ${shown}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(module);
  return found;
}

function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  const rest = node.templateSpans.map(({ literal }) => hole + literal.text);
  return node.head.text + rest.join("");
}

function readPart(text: string): string {
  if (!/<[a-z/!]/.test(text)) return text;
  const attributes = text.matchAll(/\s(?:title|aria-label|alt)="([^"]*)"/g);
  return [
    text.replace(/<style>[^]*/, "").replace(/<[^>]*>?/g, "\n"),
    ...[...attributes].map(([, value]) => value),
  ].join("\n");
}

/** Whether a text is an argument of what takes code, or the value of such a name, or names a module. */
function isCode(node: ts.Node): boolean {
  for (let one = node; !ts.isStatement(one); one = one.parent) {
    const { parent } = one;
    if (ts.isImportDeclaration(parent) || ts.isLiteralTypeNode(parent))
      return true;
    if (ts.isCallExpression(parent)) {
      const called = parent.expression;
      const name = ts.isPropertyAccessExpression(called) ? called.name : called;
      if (ts.isIdentifier(name) && codeCalls.has(name.text)) return true;
    }
    if (
      (ts.isPropertyAssignment(parent) || ts.isVariableDeclaration(parent)) &&
      ts.isIdentifier(parent.name) &&
      codeNames.has(parent.name.text)
    )
      return true;
    if (
      ts.isBinaryExpression(parent) &&
      ts.isPropertyAccessExpression(parent.left) &&
      codeNames.has(parent.left.name.text)
    )
      return true;
  }
  return false;
}

const modulesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !/(^|\/)words\//.test(path))
    .map((path) => join(folder, path));

/** Two words, or an expression and a word. */
const words =
  /\p{L}{2}[,:]? \p{L}|\p{L}[,:]? \p{L}{2}|\0[,:]? ?\p{L}{2}|\p{L}{2,}[,:]? \0/u;
/** The same where nothing else is in the text that words have not: most texts of the page's modules are SQL, selectors and styles. */
const onlyWords =
  /^(?!.*\b\p{Lu}{2})(?=.*(\p{L}[,:]? \p{Ll}{2}|\0[,:]? \p{Ll}{2}))[\p{L}\0\d ,:;.!?’“”…·]+$/u;

test("no module below the page has words of its own", () => {
  const found = ["src/views", "src/pictures", "src/notebook/convert"]
    .flatMap(modulesIn)
    .flatMap((file) => phrases(file, readFileSync(file, "utf8"), words));
  expect(found).toEqual([]);
});

test("no module of the page has a phrase of its own", () => {
  const found = modulesIn("src/ui").flatMap((file) =>
    phrases(file, readFileSync(file, "utf8"), onlyWords),
  );
  expect(found).toEqual([]);
});

test("phrases of a module are found with their line", () => {
  const source = [
    'const label = "Left out";',
    "const text = `${done} of ${all}`;",
    "const name = `attempt ${number}`;",
    'const state = "Failed";',
    'group.setAttribute("class", "node task");',
    'const markup = `<p class="some note">${note}</p><p>The file ${name}</p>`;',
    'const frame = `<i title="Some words">${note}</i>`;',
  ].join("\n");
  expect(phrases("some.ts", source, words)).toEqual([
    "some.ts:1: Left out",
    "some.ts:2: … of …",
    "some.ts:3: attempt …",
    'some.ts:6: <p class="some note">…</p><p>The file …</p>',
    'some.ts:7: <i title="Some words">…</i>',
  ]);
  expect(phrases("some.ts", source, onlyWords)).toEqual([
    "some.ts:1: Left out",
    "some.ts:2: … of …",
  ]);
});
