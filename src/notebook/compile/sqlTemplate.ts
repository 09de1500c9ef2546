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

/** What is not to be searched for values: texts, quoted names and comments. */
const quotedOrValue =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|--[^\n]*|\/\*[^]*?\*\/|\$\{/g;

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
      problems: problems.length > 0 ? problems : analysis.problems,
      isReadable: analysis.isReadable && problems.length === 0,
      inserts: values.map(({ from }) => ({
        at: from + 1,
        text: analysis.showName,
      })),
      isView: true,
    },
  };
}

/** The `${...}` of a query, each from the `$` to behind its closing bracket; one that is still open is not among them. */
export function valueSpans(source: string): readonly Span[] {
  return source.includes("${") ? findValues(source).values : [];
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

function codeOf(source: string, values: readonly Span[]): string {
  let code = "";
  for (const { from, to } of values)
    code += `${blank(source.slice(code.length, from))};(${source.slice(from + 2, to - 1)})`;
  return code + blank(source.slice(code.length));
}

/** The `${...}` of a text, from the `$` to behind the bracket, and its texts and names in quotes. */
function findValues(source: string): {
  values: Span[];
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
    if (to === undefined)
      return {
        values,
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
    if (source.slice(from + 2, to - 1).trim() === "")
      problems.push({
        severity: "error",
        code: "cell-syntax",
        message:
          "A value is missing here. Write between the brackets what the query takes, as in ${name}.",
        from,
        to,
      });
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

/** Blanks of the same length, in the same lines. */
export function blank(text: string): string {
  return text.replace(/[^\n\r\u2028\u2029]/g, " ");
}
