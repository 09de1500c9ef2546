/**
 * The `${...}` of a SQL cell. Each is an expression of TypeScript whose value is bound as a parameter of the query: never a part of
 * its text. To find what they use, they are read as a cell of their own, as long as the source and with everything else blanked, so
 * that every place is where it was.
 */
import { Parser } from "acorn";
import { analyseCell } from "./analyseCell.ts";
import type { CellAnalysis, Span } from "./analyseCell.ts";
import type { Problem } from "./problem.ts";

/** A SQL cell that takes values. */
export interface SqlTemplate {
  /** The text around the values, one more than there are values. With a `?` for each value, every place is where it was. */
  texts: readonly string[];
  /** The values, as a cell that shows each of them in turn. */
  analysis: CellAnalysis;
}

/** What is not to be searched for values: texts, quoted names and comments. One that has no end goes on to that of the query. */
const quotedOrValue =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*(?:\]|$)|--[^\n]*|\/\*[^]*?(?:\*\/|$)|\$\{/g;

const closing: Readonly<Record<string, string>> = {
  "(": ")",
  "[": "]",
  "{": "}",
};

/** Reads the values of a query; undefined if it has none. */
export function readSqlTemplate(source: string): SqlTemplate | undefined {
  if (!source.includes("${")) return undefined;
  const { values, problems } = findValues(source);
  if (values.length === 0 && problems.length === 0) return undefined;
  let end = 0;
  const texts: string[] = [];
  let padding = "";
  for (const { from, to } of values) {
    texts.push(padding + source.slice(end, from));
    padding = blank(source.slice(from, to)).slice(1);
    end = to;
  }
  texts.push(padding + source.slice(end));
  const analysis = analyseCell(codeOf(source, values), "ts");
  return {
    texts,
    analysis: {
      ...analysis,
      // One that is missing cannot be read either.
      problems:
        problems.length > 0
          ? problems
          : analysis.problems.map((problem) => atItsEnd(problem, values)),
      isReadable: analysis.isReadable && problems.length === 0,
      inserts: values.map(({ from }) => ({
        at: from + 1,
        text: analysis.showName,
      })),
      isView: true,
    },
  };
}

/**
 * The `${...}` of a query, each from the `$` to behind its closing bracket. One that is still being written has none: it is left
 * out, or, `withOpen`, ends with its line.
 */
export function valueSpans(source: string, withOpen = false): readonly Span[] {
  if (!source.includes("${")) return [];
  const { values, open } = findValues(source);
  return withOpen && open ? [...values, open] : values;
}

/** What looks like a value of a query and is none, since it stands in quotes. */
export function quotedValues(source: string): readonly Problem[] {
  if (!source.includes("${")) return [];
  return findValues(source).quoted.flatMap(({ 0: quoted, index }) => {
    // What comes after the last brace would be gone through once for each that opens.
    const closed = quoted.slice(0, quoted.lastIndexOf("}") + 1);
    const inside = /\$\{\s*[\p{ID_Start}$_][^}]*\}/u.exec(closed);
    if (!inside) return [];
    const from = index + inside.index;
    const [text] = inside;
    return {
      severity: "warning",
      code: "cell-syntax",
      message: quoted.startsWith("'")
        ? `In quotes \`${text}\` is text like any other, and no value is put in its place. Take the quotes away, and join texts with ||, as in '%' || ${text} || '%'.`
        : `In a quoted name \`${text}\` is text like any other: a query takes values, not names. Write the name itself.`,
      from,
      to: from + text.length,
    };
  });
}

/** What is said of the bracket that stands for the `}` of a value in the code. */
function atItsEnd(problem: Problem, values: readonly Span[]): Problem {
  const isEnd = values.some(({ to }) => problem.from === to - 1);
  return isEnd
    ? { ...problem, message: problem.message.replaceAll("`)`", "`}`") }
    : problem;
}

function codeOf(source: string, values: readonly Span[]): string {
  let code = "";
  for (const { from, to } of values)
    code += `${blank(source.slice(code.length, from))};(${source.slice(from + 2, to - 1)})`;
  return code + blank(source.slice(code.length));
}

/** The `${...}` of a text, from the `$` to behind the bracket, and its texts and names in quotes. */
function findValues(source: string): {
  values: Span[];
  /** The last one if it has no end, up to behind its line. */
  open?: Span;
  quoted: RegExpExecArray[];
  problems: Problem[];
} {
  const values: Span[] = [];
  const quoted: RegExpExecArray[] = [];
  const problems: Problem[] = [];
  quotedOrValue.lastIndex = 0;
  for (
    let match = quotedOrValue.exec(source);
    match;
    match = quotedOrValue.exec(source)
  ) {
    if (/^['"`[]/.test(match[0])) quoted.push(match);
    if (match[0] !== "${") continue;
    const from = match.index;
    const to = endOfValue(source, from + 2);
    if (to === undefined) {
      const lineEnd = source.indexOf("\n", from);
      return {
        values,
        open: { from, to: (lineEnd < 0 ? source.length : lineEnd) + 1 },
        quoted,
        problems: [
          {
            severity: "error",
            code: "cell-syntax",
            message:
              "A value of the query begins here and does not end. Write ${name}, with the closing bracket.",
            from,
            to: from + 2,
          },
        ],
      };
    }
    if (source.slice(from + 2, to - 1).trim() === "")
      problems.push({
        severity: "error",
        code: "cell-syntax",
        message:
          "A value is missing here. Write between the brackets what the query takes, as in ${name}.",
        from,
        to,
      });
    problems.push(...strayBrackets(source, { from, to }));
    values.push({ from, to });
    quotedOrValue.lastIndex = to;
  }
  return { values, quoted, problems };
}

/** Behind the bracket that closes what begins at `from`. */
function endOfValue(source: string, from: number): number | undefined {
  let depth = 1;
  const rest = source.slice(from);
  try {
    for (const { type, end } of Parser.tokenizer(rest, {
      ecmaVersion: "latest",
    })) {
      if (type.label === "{" || type.label === "${") depth += 1;
      if (type.label === "}") depth -= 1;
      if (depth === 0) return from + end;
    }
  } catch {
    // What is in it cannot be read either.
  }
  const end = source.indexOf("}", from);
  return depth > 0 && end >= 0 && !source.slice(from, end).includes("\n")
    ? end + 1
    : undefined;
}

/**
 * The first bracket of a value that has no partner in it. One that closes more than was opened would end what stands around the
 * value in the code, so that `${a) + (b}` were a sum.
 */
function strayBrackets(source: string, { from, to }: Span): Problem[] {
  const begin = from + 2;
  const opened: { bracket: string; at: number }[] = [];
  try {
    for (const { type, start } of Parser.tokenizer(
      source.slice(begin, to - 1),
      { ecmaVersion: "latest" },
    )) {
      const bracket = type.label === "${" ? "{" : type.label;
      const at = begin + start;
      if (/^[([{]$/.test(bracket)) opened.push({ bracket, at });
      if (!/^[)\]}]$/.test(bracket)) continue;
      const partner = opened.pop();
      if (!partner)
        return [
          explainBracket(
            at,
            `\`${bracket}\` closes nothing in this value of the query. Take it out, or open it in the same \${...}.`,
          ),
        ];
      // Two that do not fit are found by who reads the code.
      if (closing[partner.bracket] !== bracket) return [];
    }
  } catch {
    // What cannot be read is said to be so by who reads it.
    return [];
  }
  const last = opened.pop();
  if (!last) return [];
  return [
    explainBracket(
      last.at,
      `\`${last.bracket}\` is never closed: \`${closing[last.bracket]}\` is missing before the bracket that ends this value of the query.`,
    ),
  ];
}

function explainBracket(at: number, message: string): Problem {
  return {
    ...{ severity: "error", code: "cell-syntax", message },
    ...{ from: at, to: at + 1 },
  };
}

/** Blanks of the same length, in the same lines. */
export function blank(text: string): string {
  return text.replace(/[^\n\r\u2028\u2029]/g, " ");
}
