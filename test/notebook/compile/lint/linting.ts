import { compile, marked } from "../cells.ts";

/** What stands in a cell beside the one that is linted. */
const tasks = `
const extract = task((n = 1) => [{ a: n }])
const count = task((rows) => rows.length)
const store = resource(() => "token", () => {})
const sub = flow("Sub", ({ day }) => extract(day), { parameters: { day: 1 } })
`;

/** Something that the lint says. */
export interface Finding {
  severity: string;
  code: string;
  /** `line:column` */
  place: string;
  /** The text that is marked. */
  text: string | undefined;
  message: string;
}

/** What the lint says of a cell that stands beside one with tasks. */
export function lint(source: string): Finding[] {
  const sources = { tasks, a: source };
  const program = compile(sources);
  const texts = marked(program, sources);
  return program.diagnostics.map(
    ({ severity, code, line, column, message }, index) => ({
      severity,
      code,
      place: `${line}:${column}`,
      text: texts[index],
      message,
    }),
  );
}

/** What it says of the body of a flow, which begins on line 2. */
export function lintBody(body: string): Finding[] {
  return lint(`flow("F", () => {\n${body}\n})`);
}

/**
 * What it says of a source in which the text that should be marked stands between `⟦` and `⟧`; and what it should say of the
 * place.
 */
export function lintMarked(source: string): {
  found: Finding[];
  expected: Pick<Finding, "place" | "text">;
} {
  const from = source.indexOf("⟦");
  const before = source.slice(0, from).split("\n");
  return {
    found: lint(source.replace(/[⟦⟧]/g, "")),
    expected: {
      place: `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`,
      text: source.slice(from + 1, source.indexOf("⟧")),
    },
  };
}
