import { tsPlugin } from "@sveltejs/acorn-typescript";
import { Parser } from "acorn";
import type { Program } from "acorn";
import { explainSyntaxError } from "./syntaxError.ts";
import type { Problem } from "./problem.ts";
import type { SyntaxNode } from "./tree.ts";

/** ES2023 plus what every browser has had since; a module, so that the code is strict and `await` may stand at the top level. */
const options = {
  ecmaVersion: 2025,
  sourceType: "module",
  allowHashBang: false,
} as const;

let typeScriptParser: typeof Parser | undefined;

/** A tree, or why there is none. */
export type ParseResult<Tree> = { tree: Tree } | { problem: Problem };

/** Parses the text of a cell as the user wrote it. */
export function parseCell(
  source: string,
  kind: "ts" | "js",
): ParseResult<SyntaxNode> {
  const plain = () => parse<SyntaxNode>(Parser, source);
  if (kind === "ts") {
    // Made on first use: a module of this folder does nothing when it is loaded.
    typeScriptParser ??= Parser.extend(tsPlugin());
    const result = parse<SyntaxNode>(typeScriptParser, source);
    if ("tree" in result) return result;
    // The parser of TypeScript stumbles over some JavaScript, such as `a ? (b) : c => d`.
    const javaScript = plain();
    return "tree" in javaScript ? javaScript : result;
  }
  const result = plain();
  if ("problem" in result && "tree" in parseCell(source, "ts"))
    result.problem.message =
      "This is TypeScript, and the cell is a JavaScript cell. Make it a `ts` cell, or take the types out.";
  return result;
}

/** Parses a cell whose types are blanked, by the rules of the script that it becomes. */
export function parseScript(code: string): ParseResult<Program> {
  const result = parse<Program>(Parser, code);
  if ("problem" in result) return result;
  const comment = findMarkupComment(code);
  if (comment === undefined) return result;
  return {
    problem: {
      severity: "error",
      code: "cell-syntax",
      message: `\`${code.slice(comment, comment + 3)}\` begins a comment in scripts of the web. Put a space into it, as in \`a < !--b\` or \`a-- > b\`.`,
      from: comment,
      to: comment + 3,
    },
  };
}

function parse<Tree>(parser: typeof Parser, source: string): ParseResult<Tree> {
  try {
    return { tree: parser.parse(source, options) as unknown as Tree };
  } catch (thrown) {
    if (isSyntaxError(thrown))
      return {
        problem: explainSyntaxError(source, thrown.pos, thrown.message),
      };
    // Nothing else is thrown than a RangeError, when the stack is used up.
    return { problem: tooDeep };
  }
}

/** What is wrong with a cell that is nested so deep that it cannot be worked through. */
export const tooDeep: Problem = {
  severity: "error",
  code: "cell-syntax",
  message:
    "This cell is nested too deep to be read. Move inner parts into functions of their own, or data into a file.",
  from: 0,
  to: 0,
};

function isSyntaxError(
  thrown: unknown,
): thrown is SyntaxError & { pos: number } {
  return thrown instanceof SyntaxError && "pos" in thrown;
}

/** Where `<!--`, or `-->` at the start of a line, is not in a text or a comment: a classic script takes it for a comment, a module does not. */
function findMarkupComment(code: string): number | undefined {
  if (!code.includes("<!--") && !code.includes("-->")) return undefined;
  let lineEnd = 0;
  for (const token of Parser.tokenizer(code, options)) {
    const isFirst = /[\n\r\u2028\u2029]|^\s*$/.test(
      code.slice(lineEnd, token.start),
    );
    lineEnd = token.end;
    if (code.startsWith("<!--", token.start) && code[token.start] === "<") {
      if (token.type.label !== "template" && token.type.label !== "string")
        return token.start;
    }
    if (
      isFirst &&
      code.startsWith("-->", token.start) &&
      token.type.label !== "template"
    )
      return token.start;
  }
  return undefined;
}
