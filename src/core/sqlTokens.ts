/** A word, sign, literal or parameter of SQL text. White space and comments are left out. */
export interface Token {
  kind: "word" | "quoted" | "text" | "number" | "parameter" | "sign";
  text: string;
  from: number;
  to: number;
}

/**
 * SQL text as SQLite's own tokenizer sees it. The safety of the statements that a notebook sends rests on this: a semicolon
 * inside a text or a comment must not count, and one outside must.
 */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < sql.length) {
    const from = at;
    const char = sql.charAt(at);
    let kind: Token["kind"] | undefined;
    if (isSpace(char)) {
      at += 1;
    } else if (sql.startsWith("--", at)) {
      const end = sql.indexOf("\n", at);
      at = end < 0 ? sql.length : end + 1;
    } else if (sql.startsWith("/*", at) && at + 2 < sql.length) {
      const end = sql.indexOf("*/", at + 2);
      at = end < 0 ? sql.length : end + 2;
    } else if (char === "'") {
      kind = "text";
      at = endOfQuote(sql, at, "'");
    } else if (char === '"' || char === "`") {
      kind = "quoted";
      at = endOfQuote(sql, at, char);
    } else if (char === "[") {
      kind = "quoted";
      const end = sql.indexOf("]", at);
      at = end < 0 ? sql.length : end + 1;
    } else if (/[xX]/.test(char) && sql[at + 1] === "'") {
      kind = "text";
      const end = sql.indexOf("'", at + 2);
      at = end < 0 ? sql.length : end + 1;
    } else if (char === "?") {
      kind = "parameter";
      at += 1;
      while (isDigit(sql[at])) at += 1;
    } else if (/[:@$#]/.test(char)) {
      at = endOfParameter(sql, at);
      // Without a name it is nothing at all, as the first of the two in `price::int`.
      kind = at === from + 1 ? "sign" : "parameter";
    } else if (isDigit(char) || (char === "." && isDigit(sql[at + 1]))) {
      kind = "number";
      at += 1;
      while (
        isWordPart(sql[at]) ||
        sql[at] === "." ||
        (/[+-]/.test(sql[at] ?? "") && /[eE]/.test(sql.charAt(at - 1)))
      )
        at += 1;
    } else if (isWordPart(char)) {
      kind = "word";
      at += 1;
      while (isWordPart(sql[at])) at += 1;
    } else {
      kind = "sign";
      at += 1;
    }
    if (kind) tokens.push({ kind, text: sql.slice(from, at), from, to: at });
  }
  return tokens;
}

/** The name that a word, a quoted identifier or a text stands for. */
export function nameOf(token: Token): string {
  // SQLite takes a text for a name where only a name can stand.
  if (token.kind !== "quoted" && token.kind !== "text") return token.text;
  const inner = token.text.slice(1, -1);
  const quote = token.text.charAt(0);
  return quote === "[" ? inner : inner.replaceAll(quote + quote, quote);
}

// A byte order mark is white space to SQLite; a vertical tab is not.
function isSpace(char: string): boolean {
  return /[ \t\n\f\r\uFEFF]/.test(char);
}

function isDigit(char: string | undefined): boolean {
  return char !== undefined && char >= "0" && char <= "9";
}

function isWordPart(char: string | undefined): boolean {
  return char !== undefined && (/[\w$]/.test(char) || char >= "\x80");
}

// A name may hold `::` and end in `(...)`, where anything but white space may stand: a quote there opens no text.
function endOfParameter(sql: string, from: number): number {
  let at = from + 1;
  while (at < sql.length) {
    if (isWordPart(sql[at])) at += 1;
    else if (sql[at] === "(" && at > from + 1) {
      at += 1;
      while (at < sql.length && !/[\s)]/.test(sql.charAt(at))) at += 1;
      return sql[at] === ")" ? at + 1 : at;
    } else if (sql.startsWith("::", at)) at += 2;
    else break;
  }
  return at;
}

function endOfQuote(sql: string, from: number, quote: string): number {
  let at = from + 1;
  while (at < sql.length) {
    if (sql[at] !== quote) at += 1;
    else if (sql[at + 1] === quote) at += 2;
    else return at + 1;
  }
  return sql.length;
}
