/** The language of queries: SQL, with code in the `${...}` that stand for values. */
import { LanguageSupport } from "@codemirror/language";
import { SQLite } from "@codemirror/lang-sql";
import { parseMixed } from "@lezer/common";
import { parser as javascript } from "@lezer/javascript";

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
    const isClosed = to > from + 1 && input.read(to - 1, to) === "}";
    const code = { from: from + 1, to: isClosed ? to - 1 : to };
    return code.from < code.to ? { parser: expression, overlay: [code] } : null;
  }),
});

/** Reads and colours a query. */
export function query(): LanguageSupport {
  return new LanguageSupport(language);
}
