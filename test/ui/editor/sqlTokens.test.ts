import { sql, SQLite } from "@codemirror/lang-sql";
import { highlightTree, tagHighlighter } from "@lezer/highlight";
import fc from "fast-check";
import { expect, test } from "vitest";
import { colours } from "../../../src/ui/editor/colours.ts";
import { createSqlTokens } from "../../../src/ui/editor/sqlTokens.ts";

const { keywords = "", types = "", builtin = "" } = SQLite.spec;
const tokensOf = createSqlTokens({ keywords, types, builtin });
const { parser } = sql({ dialect: SQLite }).language;

type Part = [text: string, colour: string];

/** What a text looks like: each letter that is seen, with its colour. */
function looks(
  text: string,
  tokens: Iterable<readonly [number, number, string]>,
) {
  const letters: Part[] = [...text].map((letter) => [letter, ""]);
  for (const [from, to, colour] of tokens)
    for (let at = from; at < to; at += 1) letters[at]![1] = colour;
  return letters.filter(([letter]) => letter.trim() !== "");
}

function looksInEditor(text: string) {
  const tokens: [number, number, string][] = [];
  highlightTree(parser.parse(text), tagHighlighter(colours), (...token) =>
    tokens.push(token),
  );
  return looks(text, tokens);
}

test("SQL has the colours of the editor", () => {
  const piece = fc.constantFrom(
    ..."select FROM Count integer REAL load explain true NULL unknown name a_b _from x1".split(
      " ",
    ),
    ..."1 1.5 .5 1e9 2.E-3 0x1F x'ab' b'01' B\"10\" '' 'it''s' 'open e'a\\'b'".split(
      " ",
    ),
    ...'"quoted" "open `tick` :limit @from $1 ?2 :: ?? , ; ( ) [ ] . * || <= - / é'.split(
      " ",
    ),
    ..."-- to the end\n,/* block */,/* open".split(","),
    " ",
    "\n",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join("");
      fc.pre(!/\/\*[^]*\/\*/.test(text));
      expect(looks(text, tokensOf(text))).toEqual(looksInEditor(text));
    }),
    { numRuns: 500 },
  );
});
