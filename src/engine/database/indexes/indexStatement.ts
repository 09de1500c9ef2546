import { nameOf, type Token } from "../../../core/sqlTokens.ts";
import type { SqlStatement } from "../statements.ts";

/** What a CREATE INDEX of plain columns says. */
export interface IndexStatement {
  index: string;
  table: string;
  columns: readonly { name: string; isDescending: boolean }[];
  isUnique: boolean;
}

/** Reads a CREATE INDEX; undefined if it is another statement, or has more than columns and their directions. */
export function readIndexStatement({
  tokens,
}: SqlStatement): IndexStatement | undefined {
  let at = 0;
  const takeWord = (...words: string[]): boolean => {
    const isThere = words.every((word, index) =>
      isWord(tokens[at + index], word),
    );
    if (isThere) at += words.length;
    return isThere;
  };
  const takeSign = (sign: string): boolean => {
    const isThere = tokens[at]?.text === sign;
    if (isThere) at += 1;
    return isThere;
  };
  const takeName = (): string | undefined => {
    const token = tokens[at];
    if (token?.kind !== "word" && token?.kind !== "quoted") return undefined;
    at += 1;
    return nameOf(token);
  };

  if (!takeWord("CREATE")) return undefined;
  const isUnique = takeWord("UNIQUE");
  if (!takeWord("INDEX")) return undefined;
  takeWord("IF", "NOT", "EXISTS");
  let index = takeName();
  if (index?.toLowerCase() === "main" && takeSign(".")) index = takeName();
  if (!takeWord("ON")) return undefined;
  const table = takeName();
  if (!takeSign("(")) return undefined;
  const columns: { name: string; isDescending: boolean }[] = [];
  do {
    const name = takeName();
    if (name === undefined) return undefined;
    const isDescending = takeWord("DESC");
    if (!isDescending) takeWord("ASC");
    columns.push({ name, isDescending });
  } while (takeSign(","));
  if (!takeSign(")") || at < tokens.length) return undefined;
  if (index === undefined || table === undefined) return undefined;
  return { index, table, columns, isUnique };
}

function isWord(token: Token | undefined, word: string): boolean {
  return token?.kind === "word" && token.text.toUpperCase() === word;
}
