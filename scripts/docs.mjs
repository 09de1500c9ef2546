import ts from "typescript";

/** Where what is made for the docs comes from, and where it stands. */
export const places = {
  declarations: "src/language/flowbook.d.ts",
  readme: "README.md",
  reference: "public/examples/docs/reference.flow.md",
  limits: "public/examples/docs/limits.flow.md",
};

/** What no cell needs: how the types are made, and the names as exports. */
const left = ["how the types work", "as an import"];

/** The declarations of the cell language as a notebook: a text cell for each of its parts, a heading for each name. */
export function printReference(declarations) {
  const file = ts.createSourceFile(
    "flowbook.d.ts",
    declarations,
    ts.ScriptTarget.ES2023,
    true,
  );
  const parts = [...declarations.matchAll(/^\/\/ -+ (.+)$/gm)].map(
    ({ index, 1: title }, at, all) => ({
      title,
      start: index,
      end: all[at + 1]?.index ?? declarations.length,
    }),
  );
  const cells = parts
    .filter(({ title }) => !left.includes(title))
    .map(({ title, start, end }) => {
      const entries = file.statements.filter((statement) => {
        const at = statement.getStart(file);
        return at >= start && at < end;
      });
      return [
        `## ${title[0].toUpperCase()}${title.slice(1)}`,
        ...entries.map((statement) => printEntry(statement, file)),
      ].join("\n\n");
    });
  return `---
flowbook: 1
title: Reference of the cell language
---

# Reference of the cell language

All names here are in scope in every TypeScript and JavaScript cell without an import; \`import { task } from "flowbook"\` works too. In the editor the same words stand beside a name when the pointer rests on it.

This page is made from the declarations that the editor checks cells with.

${cells.map((cell) => `<!-- cell -->\n\n${cell}\n`).join("\n")}`;
}

function printEntry(statement, file) {
  const named = ts.isVariableStatement(statement)
    ? statement.declarationList.declarations[0]
    : statement;
  const comment = ts
    .getJSDocCommentsAndTags(statement)
    .map((doc) => proseOf(doc.getText(file)))
    .join("\n");
  const code = statement.getText(file).replace(/^declare (var|function) /, "");
  return `### ${named.name.text}\n\n${comment}\n\n\`\`\`ts\n${code}\n\`\`\``;
}

function proseOf(comment) {
  return comment
    .replace(/^\/\*\*\s*(\* )?|\s*\*\/$/g, "")
    .replace(/\n\s*\* ?/g, "\n")
    .replace(/\{@link (\w+)\}/g, "`$1`");
}

/** The page on limits with the measured figures that the README has. */
export function printLimits(page, readme) {
  const figures = /^## Limits$[^]*?(^\|[^]*?)\n\n/m.exec(readme)?.[1];
  const marks = /(<!-- figures -->\n\n)[^]*(\n\n<!-- \/figures -->)/;
  if (figures === undefined || !marks.test(page))
    throw new Error("README.md or limits.flow.md has no place for figures.");
  return page.replace(marks, (_, head, foot) => head + figures + foot);
}
