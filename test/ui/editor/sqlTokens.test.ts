import { SQLite } from "@codemirror/lang-sql";
import { highlightTree, tagHighlighter } from "@lezer/highlight";
import type { Parser } from "@lezer/common";
import { parser as javascript } from "@lezer/javascript";
import fc from "fast-check";
import { expect, test } from "vitest";
import { colours } from "../../../src/ui/editor/colours.ts";
import { query } from "../../../src/ui/editor/queryLanguage.ts";
import {
  createSqlTokens,
  type Token,
} from "../../../src/ui/editor/sqlTokens.ts";

const { keywords = "", types = "", builtin = "" } = SQLite.spec;
const expression = javascript.configure({
  dialect: "ts",
  top: "SingleExpression",
});
const tokensOf = createSqlTokens({ keywords, types, builtin }, (code) =>
  tokensBy(expression, code),
);
const { parser } = query().language;

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

function tokensBy(parser: Parser, text: string): Token[] {
  const tokens: Token[] = [];
  highlightTree(parser.parse(text), tagHighlighter(colours), (...token) =>
    tokens.push(token),
  );
  return tokens;
}

function looksInEditor(text: string) {
  return looks(text, tokensBy(parser, text));
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
    ..."${limit};${rows.length + 1};${ pick('a', \"b\") };${({ of: 1 }).of};${}".split(
      ";",
    ),
    " ",
    "\n",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join("");
      fc.pre(!/\/\*[^]*\/\*/.test(text));
      expect(looks(text, tokensOf(text))).toEqual(looksInEditor(text));
    }),
    {
      examples: [[["${({ of: 1 }).of}", ".", "${({ of: 1 }).of}"]]],
      numRuns: 500,
    },
  );
});

test("what is in the values of a query has the colours of code, also while it is typed", () => {
  const colourOf = (text: string, part: string) => {
    const at = text.indexOf(part);
    const found = tokensOf(text).find(([from, to]) => from <= at && at < to);
    expect(looks(text, tokensOf(text))).toEqual(looksInEditor(text));
    return found?.[2];
  };
  const whole = "SELECT * FROM t WHERE a > ${typeof limit} AND b = 'x'";
  expect(colourOf(whole, "typeof")).toBe("code-keyword");
  expect(colourOf(whole, "AND")).toBe("code-keyword");
  expect(colourOf(whole, "'x'")).toBe("code-string");
  expect(colourOf("SELECT ${limit", "limit")).toBeUndefined();
  expect(colourOf("SELECT ${count(1)}", "count")).toBe("code-function");
  expect(colourOf("SELECT '${typeof x}'", "typeof")).toBe("code-string");
});
