/** Says in full sentences what the parser says in two words. */
import { nearestName } from "./nearest.ts";
import { Parser } from "acorn";
import { positionAt } from "./position.ts";
import type { Problem } from "./problem.ts";
import { findSlip } from "./slips.ts";

/** A bracket, or the backquote of a template. */
interface Bracket {
  mark: string;
  at: number;
}

interface Brackets {
  /** Open at the end of the text, or where it cannot be read any further; the innermost last. */
  open: readonly Bracket[];
  /** The first closing bracket that closes nothing, and what is open there. */
  wrong: (Bracket & { inside: Bracket | undefined }) | undefined;
}

const closing: Readonly<Record<string, string>> = {
  "(": ")",
  "[": "]",
  "{": "}",
  "${": "}",
  "`": "`",
};

const token =
  /[\p{ID_Start}$_][\p{ID_Continue}$]*|[\d.]+|"[^"\n]*"?|'[^'\n]*'?|=>|[=!]==?|[<>]=?|&&|\|\||\?\?|\?\.|\.\.\.|./uy;

/** A problem with a better text for what the parser says at an offset. */
export function explainSyntaxError(
  source: string,
  at: number,
  text: string,
): Problem {
  const terse = text.replace(/ \(\d+:\d+\)$/, "");
  token.lastIndex = at;
  const found = token.exec(source)?.[0] ?? "";
  const isAwait =
    found === "await" ||
    /\bawait\s+$/.test(textBefore(source, at)) ||
    /'await'/.test(terse);
  const isTraced = isAwait && isInFlowBody(source, at);
  const slip =
    /^(?:Unexpected token|Leading decorators|'with')/.test(terse) && !isAwait
      ? findSlip(source, at)
      : undefined;
  if (slip)
    return {
      ...{ severity: "error", code: "cell-syntax", message: slip.message },
      from: slip.at,
      to: Math.min(source.length, Math.max(at + found.length, slip.at + 1)),
    };
  const isRepeated = terse.endsWith("has already been declared");
  return {
    severity: "error",
    code: isTraced
      ? "flow-body"
      : isRepeated
        ? "duplicate-name"
        : "cell-syntax",
    message: isTraced
      ? "Nothing is awaited in the body of a flow: no task has run yet. Take `await` out, and pass the ref on to the task that needs its value."
      : isAwait
        ? "`await` can stand in an async function and at the top level of a cell only. Make the function around it async; but not the body of a flow, where nothing is awaited and refs are passed on to tasks."
        : explain(source, at, terse, found),
    from: at,
    to: Math.min(source.length, at + Math.max(1, found.length)),
  };
}

function explain(
  source: string,
  at: number,
  terse: string,
  found: string,
): string {
  const quoted = /'(.*)'/.exec(terse)?.[1] ?? "";
  const before = source.slice(0, at);
  const name = `\`${quoted}\``;
  if (terse.endsWith("has already been declared"))
    return `${name} is defined twice in this cell. Give one of the two another name.`;
  if (terse === "Unexpected token")
    return explainToken(source, at, found, before);
  if (terse === "Unterminated string constant")
    return `The text that begins here is not closed on its line. Write ${source[at]} at its end, or use \`...\` for a text of several lines.`;
  if (terse.startsWith("Unterminated template")) {
    const open = findBrackets(source).open.findLast(
      ({ mark }) => mark === "`" || mark === "${",
    );
    return open
      ? `${showOpen(source, open)} is never closed. Write ${closing[open.mark]} where it ends.`
      : "A template is never closed. Write ` where it ends.";
  }
  if (terse === "Unterminated comment")
    return "The comment that begins here is never closed. Write */ where it ends.";
  if (terse === "Unterminated regular expression")
    return /<\/?[a-z]/i.test(source.slice(Math.max(0, at - 200), at))
      ? "Markup cannot stand among the code of a cell. Write html`...` with the markup inside."
      : "A regular expression begins at this `/` or before it, and is not closed on its line. Write / where it ends.";
  if (terse === "'return' outside of function")
    return "A cell is no function, so it does not return. Its last expression is shown, and other cells see its top-level names.";
  if (/^Unexpected keyword|^The keyword .* is reserved/.test(terse))
    return `${name} is a word of the language and cannot be a name here.`;
  if (terse === "Assigning to rvalue")
    return "What stands on the left of this `=` cannot be assigned to. To compare, write `===`.";
  if (/^Assigning to (eval|arguments)/.test(terse))
    return `\`${found}\` cannot be assigned to. Use another name.`;
  if (terse === "'with' in strict mode")
    return "`with` cannot be used: nobody could tell which names a cell takes from other cells. Name the object instead.";
  if (terse === "'import' and 'export' may only appear at the top level")
    return "Imports and exports can stand at the top level of a cell only. Names of Flowbook need no import.";
  if (terse === "Deleting local variable in strict mode")
    return "A variable cannot be deleted. Set it to undefined instead.";
  if (/^Unsyntactic (break|continue)/.test(terse))
    return `\`${found}\` can stand inside a loop only${found === "break" ? ", or inside a switch" : ""}.`;
  if (/^Unexpected character '[“”„‘’‚«»]'/.test(terse))
    return `${quoted} is a typographic quotation mark. Write " or ' around texts.`;
  if (isHash(source, at))
    return "A comment begins with // here, and not with #.";
  if (terse.startsWith("Unexpected character") && isUnseen(source, at))
    return `An unseen character (${codeOf(source, at)}) stands here. Take it out: most likely it came with copied text.`;
  if (terse.startsWith("Unexpected character"))
    return `${quoted} has no meaning here. Take it out, or put it into a text.`;
  if (terse === "Invalid number")
    return "This is no number. Write it without a leading zero, or as 0x... or 0b... .";
  if (terse.startsWith("Export "))
    return `${name} is exported, but this cell does not define it. Leave the export out: other cells see every top-level name.`;
  if (terse.startsWith("Logical expressions and coalesce"))
    return "`??` cannot stand beside `||` or `&&` without brackets: write `(a ?? b) || c` or `a ?? (b || c)`.";
  if (terse.startsWith("Shorthand property assignments"))
    return "A field of an object gets its value with `:`, as in `{ a: 1 }`.";
  if (terse.startsWith("Optional chaining cannot appear"))
    return "What may be missing cannot be assigned to. Test it first, and write `.` in place of `?.`.";
  if (terse === "Missing catch or finally clause")
    return "`try { ... }` needs a `catch (error) { ... }` or a `finally { ... }` after it.";
  if (terse === "'super' keyword outside a method")
    return "`super` can stand in a method of a class only.";
  if (terse.startsWith("Argument name clash"))
    return "Two parameters of this function have the same name. Rename one.";
  return /[.!?]$/.test(terse) ? terse : `${terse}.`;
}

function explainToken(
  source: string,
  at: number,
  found: string,
  before: string,
): string {
  const { open, wrong } = findBrackets(source);
  const isEnd = source.slice(at).trim() === "";
  if (wrong && wrong.at <= at) {
    const { inside } = wrong;
    if (!inside)
      return `\`${wrong.mark}\` at ${place(source, wrong.at)} closes nothing. Take it out, or write \`${openingOf(wrong.mark)}\` where it should begin.`;
    return `${showOpen(source, inside)} is never closed: \`${closing[inside.mark]}\` is missing before the \`${wrong.mark}\` at ${place(source, wrong.at)}.`;
  }
  const near = textBefore(before, before.length);
  if (/\b(?:await\s+)?using\s+$/.test(near))
    return "Not every browser knows `using` yet. Write `const`, and clean up in a `try { ... } finally { ... }`.";
  if (/\bconst\s+[\p{ID_Continue}$]+\s*(?::[^=;\n]*)?\s*$/u.test(near))
    return "A `const` needs a value at once: write `const name = ...`, or use `let`.";
  const inside = open.findLast((bracket) => bracket.at < at);
  if (isEnd && inside)
    return `${showOpen(source, inside)} is never closed. Write \`${closing[inside.mark]}\` where it ends.`;
  if (isEnd)
    return "The cell ends in the middle of something. Finish its last statement.";
  if (inside)
    return `\`${found}\` is not expected here: ${showOpen(source, inside)} is never closed. Write \`${closing[inside.mark]}\` where it ends.`;
  if (found === "<" && /^<\/?[a-z]/i.test(source.slice(at)))
    return "Markup cannot stand among the code of a cell. Write html`...` with the markup inside.";
  const meant = misspeltWord(near);
  if (meant) return meant;
  return `\`${found}\` is not expected here. Something before it is missing or too much.`;
}

/** As much of what stands before an offset as is looked at for the words that end there. */
function textBefore(source: string, at: number): string {
  return source.slice(Math.max(0, at - 1_000), at);
}

/** Whether the text before a place ends with a `#` at the begin of a line, as comments of other languages do. */
function isHash(source: string, at: number): boolean {
  return (
    /(?:^|\n)[^\S\n]*#$/.test(textBefore(source, at)) &&
    /^\s/.test(source.slice(at))
  );
}

function isUnseen(source: string, at: number): boolean {
  return /^[\p{Cf}\p{Cc}]/u.test(source.slice(at));
}

function codeOf(source: string, at: number): string {
  const code = source.codePointAt(at) ?? 0;
  return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** Words that another word or a name follows. */
const leadingWords =
  "async await case class const export function import interface let new return throw type typeof var".split(
    " ",
  );

/** What to say where the word before a place is most likely one of the language's with a slip in it. */
function misspeltWord(near: string): string | undefined {
  const word = /(?:^|[\s;{}(])([a-z]{4,})[^\S\n]+$/.exec(near)?.[1];
  if (word === undefined || leadingWords.includes(word)) return undefined;
  const meant = nearestName(word, leadingWords);
  return (
    meant &&
    `\`${word}\` means nothing here. Write \`${meant}\` if that is meant.`
  );
}

function openingOf(mark: string): string {
  return (
    Object.keys(closing).find((opening) => closing[opening] === mark) ?? mark
  );
}

function showOpen(source: string, { mark, at }: Bracket): string {
  return `${mark === "`" ? "`` ` ``" : `\`${mark}\``} opened at ${place(source, at)}`;
}

function place(source: string, at: number): string {
  const { line, column } = positionAt(source, at);
  return `${line}:${column}`;
}

/** Whether an offset is inside a call of `flow`, `when` or `choose`, and in no task in there. */
function isInFlowBody(source: string, at: number): boolean {
  const before = source.slice(0, at);
  const callee = findBrackets(before)
    .open.map(
      (bracket) => /(\w+)\s*$/.exec(textBefore(before, bracket.at))?.[1] ?? "",
    )
    .findLast((word) => /^(flow|when|choose|task|resource)$/.test(word));
  return callee !== undefined && callee !== "task" && callee !== "resource";
}

/** Follows the brackets of a text as far as it consists of words of the language. */
function findBrackets(source: string): Brackets {
  const open: Bracket[] = [];
  try {
    for (const { type, start } of Parser.tokenizer(source, {
      ecmaVersion: 2025,
      sourceType: "module",
    })) {
      const mark = type.label;
      if (mark === "`" && open.at(-1)?.mark === "`") open.pop();
      else if (Object.hasOwn(closing, mark)) open.push({ mark, at: start });
      else if (mark === ")" || mark === "]" || mark === "}") {
        const inside = open.at(-1);
        if (!inside || closing[inside.mark] !== mark)
          return { open, wrong: { mark, at: start, inside } };
        open.pop();
      }
    }
  } catch {
    // A text or a regular expression that is not closed: what was open so far is what can be said.
  }
  return { open, wrong: undefined };
}
