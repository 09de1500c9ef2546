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
    const next = new RegExp(token);
    for (let found = next.exec(sql); found !== null; found = next.exec(sql)) {
      const { groups = {}, index, 0: text } = found;
      const colour = colourOf(found);
      if (colour !== undefined)
        tokens.push([index, index + text.length, colour]);
      if (groups["value"] === undefined) continue;
      const code = next.lastIndex;
      const end = endOfValue(sql, code);
      for (const [from, to, ofCode] of ofValue(sql.slice(code, end)))
        tokens.push([code + from, code + to, ofCode]);
      next.lastIndex = end;
    }
    return tokens;
  };
}

/** Where the code of a `${...}` ends that begins at an offset: at its bracket, or with the text. */
export function endOfValue(sql: string, code: number): number {
  const next = new RegExp(token);
  next.lastIndex = code;
  let open = 1;
  for (let found = next.exec(sql); found !== null; found = next.exec(sql)) {
    const { groups = {}, index, 0: text } = found;
    if (groups["value"] !== undefined || text === "{") open += 1;
    else if (text === "}") open -= 1;
    if (open === 0) return index;
  }
  return sql.length;
}

function colourAll<Colour>(words: string, colour: Colour) {
  return words.split(" ").map((word) => [word, colour] as const);
}
