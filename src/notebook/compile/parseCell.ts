import { tsPlugin } from "@sveltejs/acorn-typescript";
import { Parser } from "acorn";
import type { Program } from "acorn";
import { leaveStack } from "./leaveStack.ts";
import { offsetOf, type Position } from "./position.ts";
import { explainSyntaxError } from "./syntaxError.ts";
import type { Problem } from "./problem.ts";
import { quickNames } from "./quickNames.ts";
import type { SyntaxNode } from "./tree.ts";

/** ES2023 plus what every browser has had since; a module, so that the code is strict and `await` may stand at the top level. */
const options = {
  ecmaVersion: 2025,
  sourceType: "module",
  allowHashBang: false,
} as const;

let typeScriptParser: typeof Parser | undefined;
let plainParser: typeof Parser | undefined;

/** A tree, or why there is none. */
export type ParseResult<Tree> = { tree: Tree } | { problem: Problem };

/** Parses the text of a cell as the user wrote it. */
export function parseCell(
  source: string,
  kind: "ts" | "js",
): ParseResult<SyntaxNode> {
  const plain = () => parsePlain<SyntaxNode>(source);
  if (kind === "ts") {
    // Made on first use: a module of this folder does nothing when it is loaded.
    typeScriptParser ??= Parser.extend(
      tsPlugin(),
      keepAwaitsApart,
      endReading,
      leaveStack,
      quickNames,
    );
    const result = parse<SyntaxNode>(typeScriptParser, source);
    if ("tree" in result) return result;
    // The parser of TypeScript stumbles over some JavaScript, such as `a ? (b) : c => d`.
    const javaScript = plain();
    return "tree" in javaScript || javaScript.problem === tooDeep
      ? javaScript
      : result;
  }
  const result = plain();
  if ("problem" in result && "tree" in parseCell(source, "ts"))
    result.problem.message =
      "This is TypeScript, and the cell is a JavaScript cell. Make it a `ts` cell, or take the types out.";
  return result;
}

/** What acorn and its plugin for TypeScript have for themselves. */
interface Inside {
  yieldPos: number;
  awaitPos: number;
  awaitIdentPos: number;
  tsTryParseGenericAsyncArrowFunction(...place: unknown[]): unknown;
  nextToken(): void;
}

/** The plugin takes an `await` further up in a function for one among the parameters of `async <T>(x: T) => x`. */
function keepAwaitsApart(base: typeof Parser): typeof Parser {
  const { tsTryParseGenericAsyncArrowFunction: read } =
    base.prototype as unknown as Inside;
  return class extends base {
    tsTryParseGenericAsyncArrowFunction(...place: unknown[]): unknown {
      const inside = this as unknown as Inside;
      const { yieldPos, awaitPos, awaitIdentPos } = inside;
      Object.assign(inside, { yieldPos: 0, awaitPos: 0, awaitIdentPos: 0 });
      const arrow = read.apply(inside, place);
      Object.assign(inside, { yieldPos, awaitPos, awaitIdentPos });
      return arrow;
    }
  };
}

/**
 * How many tokens of a text may be read at most. Code has fewer than its characters, and the plugin reads some again where it
 * tries what they could be; but with each `<T>(` in another one it reads what is within twice more.
 */
const mostTokens = (length: number): number => 10_000 + 20 * length;

/** Gives up a text that would be read for ever. */
function endReading(base: typeof Parser): typeof Parser {
  const { nextToken: read } = base.prototype as unknown as Inside;
  return class extends base {
    #left = mostTokens(this.input.length);

    nextToken(): void {
      this.#left -= 1;
      if (this.#left < 0) throw new RangeError("This text is read too often.");
      read.call(this as unknown as Inside);
    }
  };
}

/** Parses a cell whose types are blanked, by the rules of the script that it becomes. */
export function parseScript(code: string): ParseResult<Program> {
  const result = parsePlain<Program>(code);
  if ("problem" in result) return result;
  const comment = findMarkupComment(code);
  if (comment === undefined) return result;
  return {
    problem: {
      severity: "error",
      code: "cell-syntax",
      message:
        "`<!--` begins a comment in scripts of the web. Put a space into it, as in `a < !--b`.",
      from: comment,
      to: comment + "<!--".length,
    },
  };
}

function parsePlain<Tree>(source: string): ParseResult<Tree> {
  plainParser ??= Parser.extend(leaveStack, quickNames);
  return parse(plainParser, source);
}

function parse<Tree>(parser: typeof Parser, source: string): ParseResult<Tree> {
  try {
    return { tree: parser.parse(source, options) as unknown as Tree };
  } catch (thrown) {
    // What is not a SyntaxError is the engine saying that the stack is used up.
    if (!isSyntaxError(thrown)) return { problem: tooDeep };
    const { pos, message } = thrown;
    if (typeof pos === "number")
      return { problem: explainSyntaxError(source, pos, message) };
    // The parser of TypeScript says some places, such as that of `a?.<T>`, by line and column, and makes no number of them.
    const offset = offsetOf(source, pos.line, pos.column + 1);
    const plain = message.replace(/ \(\d+:NaN\)$/, "");
    return { problem: explainSyntaxError(source, offset, plain) };
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
): thrown is SyntaxError & { pos: number | Position } {
  return thrown instanceof SyntaxError && "pos" in thrown;
}

/** Where `<!--` is not in a text or a comment: a classic script takes it for a comment, a module does not. */
function findMarkupComment(code: string): number | undefined {
  if (!code.includes("<!--")) return undefined;
  for (const { type, start } of Parser.tokenizer(code, options))
    if (type.label === "</>/<=/>=" && code.startsWith("<!--", start))
      return start;
  return undefined;
}
