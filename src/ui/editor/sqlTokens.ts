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
    String.raw`(?<number>[bB](?<quote>['"])[01]*\k<quote>?|0[xX][\da-fA-F]*|[xX]'[\da-fA-F]*'?|(?:\.\d+|\d+\.?\d*)(?:[eE][+-]?\d*)?)`,
    String.raw`(?<operator>[*+%<>!=&|~/-]+)`,
    String.raw`(?<variable>(?<sign>[@:?$])\k<sign>?(?:'[^']*'?|"[^"]*"?|\x60[^\x60]*\x60?|\w*))`,
    String.raw`(?<word>[a-zA-Z]\w*)`,
  ].join("|"),
  "g",
);

/** Gives what tells the coloured parts of SQL. */
export function createSqlTokens({
  keywords,
  types,
  builtin,
}: SqlWords): (sql: string) => Token[] {
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

  return (sql) =>
    [...sql.matchAll(token)].flatMap((found) => {
      const colour = colourOf(found);
      return colour === undefined
        ? []
        : [[found.index, found.index + found[0].length, colour] as const];
    });
}

function colourAll<Colour>(words: string, colour: Colour) {
  return words.split(" ").map((word) => [word, colour] as const);
}
