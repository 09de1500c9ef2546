/**
 * The coloured parts of a text in SQL, as the editor's own parser finds them; that one would bring all of the editor with it. Its
 * words are given by the build, for the same reason.
 */

/** Part of a text, from one offset to another, and the class of its colour. */
export type Token = readonly [from: number, to: number, colour: string];

export interface SqlWords {
  /** Separated by spaces, in lower case. */
  keywords: string;
  types: string;
  /** Names that are neither, though they may be among those. */
  builtin: string;
}

const token = new RegExp(
  [
    String.raw`(?<comment>--[^\n]*|/\*[^]*?(?:\*/|$))`,
    String.raw`(?<string>[eE]'(?:\\[^]|[^'\\])*'?|'[^']*'?|"[^"]*"?|\x60[^\x60]*\x60?)`,
    String.raw`(?<value>\$\{)`,
    String.raw`(?<brace>[{}])`,
    String.raw`(?<number>[bB](?<quote>['"])[01]*\k<quote>?|0[xX][\da-fA-F]*|[xX]'[\da-fA-F]*'?|(?:\.\d+|\d+\.?\d*)(?:[eE][+-]?\d*)?)`,
    String.raw`(?<operator>[*+%<>!=&|~/-]+)`,
    String.raw`(?<variable>(?<sign>[@:?$])\k<sign>?(?:'[^']*'?|"[^"]*"?|\x60[^\x60]*\x60?|\w*))`,
    String.raw`(?<word>[a-zA-Z]\w*)`,
  ].join("|"),
  "g",
);

/** Gives what tells the coloured parts of SQL; `ofValue` those of the code in a `${...}`. */
export function createSqlTokens(
  { keywords, types, builtin }: SqlWords,
  ofValue: (code: string) => readonly Token[],
): (sql: string) => Token[] {
  const words = new Map<string, string | undefined>([
    ["true", "code-number"],
    ["false", "code-number"],
    ["null", "code-number"],
    ["unknown", "code-number"],
    ...colourAll(keywords, "code-keyword"),
    ...colourAll(types, "code-type"),
    ...colourAll(builtin, undefined),
  ]);

  function colourOf({ groups = {}, index, input, 0: text }: RegExpExecArray) {
    if (groups["comment"] !== undefined) return "code-comment";
    if (groups["string"] !== undefined) return "code-string";
    if (groups["number"] !== undefined) return "code-number";
    if (groups["word"] === undefined) return undefined;
    // A part of a name is no keyword.
    const isPart =
      input[index - 1] === "." || input[index + text.length] === ".";
    return isPart ? undefined : words.get(text.toLowerCase());
  }

  return (sql) => {
    const tokens: Token[] = [];
    /** Where the code of a value begins that has not ended yet, and how many of its brackets are open. */
    let code = 0;
    let open = 0;
    const endValue = (to: number): void => {
      for (const [from, end, colour] of ofValue(sql.slice(code, to)))
        tokens.push([code + from, code + end, colour]);
    };
    for (const found of sql.matchAll(token)) {
      const { groups = {}, index, 0: text } = found;
      const isOpening = groups["value"] !== undefined || text === "{";
      if (open > 0) {
        if (isOpening) open += 1;
        else if (text === "}") open -= 1;
        if (open === 0) endValue(index);
        continue;
      }
      if (groups["value"] !== undefined) {
        open = 1;
        code = index + text.length;
      }
      const colour = colourOf(found);
      if (colour !== undefined)
        tokens.push([index, index + text.length, colour]);
    }
    if (open > 0) endValue(sql.length);
    return tokens;
  };
}

function colourAll<Colour>(words: string, colour: Colour) {
  return words.split(" ").map((word) => [word, colour] as const);
}
