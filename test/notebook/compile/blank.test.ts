import { readdirSync, readFileSync } from "node:fs";
import { Parser } from "acorn";
import fc from "fast-check";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { blankTypes } from "../../../src/notebook/compile/blank.ts";
import { parseCell } from "../../../src/notebook/compile/parseCell.ts";
import { printTree } from "../../../src/notebook/compile/versions.ts";
import { erasable, refused } from "./typescript.ts";

function blank(source: string, kind: "ts" | "js" = "ts") {
  const result = parseCell(source, kind);
  if ("problem" in result)
    throw new Error(`${result.problem.message}\n${source}`);
  return blankTypes(source, result.tree);
}

/** The meaning of plain JavaScript without imports and exports, whatever its layout. */
function meaning(code: string): string {
  return printTree(
    Parser.parse(code, { ecmaVersion: 2025, sourceType: "module" }) as never,
  );
}

/** What TypeScript itself makes of it. */
function transpiled(source: string): string {
  // Without an export it would be a script, and TypeScript would add "use strict".
  const { outputText } = ts.transpileModule(`${source}\n;export {}`, {
    compilerOptions: {
      target: ts.ScriptTarget.ESNext,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      useDefineForClassFields: true,
    },
  });
  return blank(outputText, "js").code;
}

function expectOnlyErased(source: string, code: string): void {
  expect(code).toHaveLength(source.length);
  for (let at = 0; at < source.length; at += 1)
    if (code[at] !== source[at])
      expect(" ;()", `at ${at} of ${source}`).toContain(code[at]);
  expect(code.replace(/[^\n\r\u2028\u2029]/g, "")).toBe(
    source.replace(/[^\n\r\u2028\u2029]/g, ""),
  );
}

describe("blanking types", () => {
  it.each(erasable)("means what TypeScript makes of it: %s", (source) => {
    const { code, problems } = blank(source);
    expect(problems).toEqual([]);
    expectOnlyErased(source, code);
    expect(meaning(code)).toBe(meaning(transpiled(source)));
  });

  it.each(refused)("refuses %s", (source, advice) => {
    const { problems } = blank(source);
    expect(problems).not.toEqual([]);
    expect(problems[0]?.message).toContain(advice);
    expect(problems[0]?.severity).toBe("error");
  });

  it("leaves what is not erased where it was, in any order of statements", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...erasable), { minLength: 1, maxLength: 6 }),
        fc.constantFrom("\n", "\n\n", "\r\n"),
        (parts, lineBreak) => {
          // In blocks, so that names do not meet; statements that must be at the top level stay out.
          const source = parts
            .filter((part) => !/^\s*(import|export|declare)/m.test(part))
            .map((part) => `{${lineBreak}${part}${lineBreak}}`)
            .join(lineBreak);
          const { code, problems } = blank(source);
          expect(problems).toEqual([]);
          expectOnlyErased(source, code);
          expect(meaning(code)).toBe(meaning(transpiled(source)));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("reads JavaScript that the parser of TypeScript does not", () => {
    const source = "a ? (b) : c => d";
    expect(blank(source).code).toBe(source);
  });

  it("changes nothing in JavaScript", () => {
    const source =
      "const a = 1 /* as b */\nlet c = `x ${a}: y` ; [c].map(d => d)";
    expect(blank(source, "js").code).toBe(source);
  });

  it("agrees with TypeScript about the sources of this project", () => {
    const root = new URL("../../../src/", import.meta.url).pathname;
    const paths = readdirSync(root, { recursive: true })
      .map(String)
      .filter((path) => /^(core|notebook)\/.*\.ts$/.test(path));
    expect(paths.length).toBeGreaterThan(20);
    for (const path of paths) {
      const source = readFileSync(root + path, "utf8");
      const { code } = blank(source);
      expectOnlyErased(source, code);
      expect(meaning(code), path).toBe(meaning(transpiled(source)));
    }
  });
});
