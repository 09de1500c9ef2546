/** What to write instead of what other languages have: a reader of Prefect's docs may know Python best. */

/** Where a slip is, and what to write. */
export interface Slip {
  at: number;
  message: string;
}

/** Lines that only Python begins like that. */
const lines: readonly [pattern: RegExp, message: string][] = [
  [
    /^(?:async\s+)?def\b/,
    "`def` is Python. Write `const extract = task(async () => { ... })` for a task, and `function extract() { ... }` for a function.",
  ],
  [
    /^with\s+Flow\b/i,
    '`with Flow(...)` is Python. Write `flow("Name", () => { ... })`.',
  ],
  [/^elif\b/, "`elif` is Python. Write `else if (...) { ... }`."],
  [/^except\b/, "`except` is Python. Write `catch (error) { ... }`."],
  [
    /^(?:if|while)\b(?!\s*\()/,
    "The condition stands in brackets: write `if (...) { ... }` or `while (...) { ... }`.",
  ],
  [
    /^(?:try|else|finally|class\b[^{]*):\s*(?:#.*)?$/,
    "A `:` begins no block here. Write `{` at its begin and `}` at its end.",
  ],
  [
    /^for\s+\w[\w\s,]*\s+in\b/,
    "`for ... in ...:` is Python. Write `for (const one of list) { ... }`.",
  ],
  [
    /^(?:from\s+\S+\s+import\b|import\s+[\w.]+(?:\s+as\s+\w+)?\s*$)/,
    'This is how Python imports. Names of Flowbook need no import; a package of npm is imported as in `import { sum } from "npm:d3-array@3.2.4"`.',
  ],
  [/^raise\b/, '`raise` is Python. Write `throw new Error("...")`.'],
  [/^del\b/, "`del` is Python. Write `delete object.name`."],
  [
    /^assert\b/,
    '`assert` is Python. Write `if (!condition) throw new Error("...")`.',
  ],
  [
    /^(?:SELECT|INSERT|UPDATE|DELETE|CREATE)\s/,
    "This is SQL. Make the cell a `sql` cell, or write sql`...` with the query inside.",
  ],
];

/** Words between values, and the signs that stand for them. */
const operators: Readonly<Record<string, string>> = {
  and: "&&",
  or: "||",
  not: "!",
  is: "===",
};

/** Finds a slip at or around the place where a text cannot be read any further. */
export function findSlip(source: string, at: number): Slip | undefined {
  const lineStart = source.lastIndexOf("\n", at - 1) + 1;
  const lineEnd = source.indexOf("\n", at);
  const line = source.slice(lineStart, lineEnd < 0 ? undefined : lineEnd);
  const before = source.slice(Math.max(lineStart, at - 200), at);
  const rest = source.slice(at, at + 200);
  const indent = line.length - line.trimStart().length;
  const decorator = /(?:^|\n)[^\S\n]*(@(task|flow)\b[^\n]*)\s*$/.exec(
    source.slice(Math.max(0, at - 400), at),
  );
  if (decorator) {
    const [, text = "", word] = decorator;
    return {
      at: source.lastIndexOf(text, at),
      message:
        word === "task"
          ? "`@task` is Python. Write `const extract = task(async () => { ... })`."
          : '`@flow` is Python. Write `flow("Name", () => { ... })`.',
    };
  }
  for (const [pattern, message] of lines)
    if (pattern.test(line.trimStart()))
      return { at: lineStart + indent, message };
  const message = explain(before, rest);
  return message === undefined ? undefined : { at, message };
}

function explain(before: string, rest: string): string | undefined {
  if (/(?:'''|""")/.test(before.slice(-2) + rest.slice(0, 3)))
    return "A text of several lines stands between two ` signs, and a comment behind //.";
  if (/(?:^|[^\w$.])[frb]$/i.test(before) && /^["']/.test(rest))
    return "A text with values in it is written as `Hello ${name}`, between two ` signs.";
  if (/\blambda\s+$/.test(before))
    return "`lambda x: ...` is Python. Write `(x) => ...`.";
  const word =
    /^(?:and|or|is)\b/.exec(rest)?.[0] ?? /\bnot(?=\s+$)/.exec(before)?.[0];
  if (word !== undefined)
    return `\`${word}\` is Python. Write \`${operators[word]}\`.`;
  if (/[({[,]\s*$/.test(before) && /^\*{1,2}\w/.test(rest))
    return "What a list or an object has is spread as in `f(...list)` and `{ ...object }`.";
  if (/^if\b.*\belse\b/.test(rest))
    return "`a if b else c` is Python. Write `b ? a : c`.";
  if (/^for\b.*\bin\b/.test(rest) && /\[[^\]]*$/.test(before))
    return "`[f(x) for x in list]` is Python. Write `list.map((x) => f(x))`.";
  if (/\w\s*:$/.test(before) && /^=/.test(rest))
    return "`:=` is of other languages. Write `=`.";
  if (/^\)\s*(?:->|=\s+>)/.test(rest)) return "The arrow is written as `=>`.";
  if (/<$/.test(before) && /^>/.test(rest))
    return "What is not the same is written as `!==`.";
  if (/\b(?:const|let|var)\s+[\w$]+\s*$/.test(before) && /^==/.test(rest))
    return "A value is given with a single `=`.";
  if (/[-+!~]\s*[\w.]+\s*\*?$/.test(before) && /^\*/.test(rest))
    return "A sign before `**` needs brackets: write `(-a) ** b` or `-(a ** b)`.";
  return undefined;
}
