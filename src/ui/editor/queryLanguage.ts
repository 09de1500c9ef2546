/** The language of queries: SQL, with code in the `${...}` that stand for values. */
import { LanguageSupport } from "@codemirror/language";
import { SQLite } from "@codemirror/lang-sql";
import { parseMixed } from "@lezer/common";
import { parser as javascript } from "@lezer/javascript";
import { endOfValue } from "./sqlTokens.ts";

const expression = javascript.configure({
  dialect: "ts",
  top: "SingleExpression",
});

const language = SQLite.language.configure({
  wrap: parseMixed((node, input) => {
    const { from, to } = node;
    const isValue =
      node.name === "Braces" &&
      from > 0 &&
      input.read(from - 1, from + 1) === "${";
    if (!isValue) return null;
    // A mistake in the code can make SQL's parser miss the end, so that the brackets go on to those of another value.
    const end = from + 1 + endOfValue(input.read(from + 1, to), 0);
    const code = { from: from + 1, to: end };
    return code.from < code.to ? { parser: expression, overlay: [code] } : null;
  }),
});

/** Reads and colours a query. */
export function query(): LanguageSupport {
  return new LanguageSupport(language);
}
