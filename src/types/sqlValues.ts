/**
 * The `${...}` of a SQL cell as TypeScript: each is the argument of a function that takes what a query can bind, and stands where
 * it stands in the query.
 *
 *     SELECT * FROM t WHERE n > ${least + 1} AND kind = ${kind}
 *                              ;ʃ(least + 1)           ;ʃ(kind)
 *
 * The function has a name of one letter, since `${` leaves no room for more. Before that come the parameters of flows: they are
 * visible by name in a SQL cell, and nowhere else.
 */
import { blank, valueSpans } from "../notebook/compile/sqlTemplate.ts";
import type { Parameters } from "./flowParameters.ts";
import type { CellSpan, Span } from "./protocol.ts";
import { word } from "./word.ts";

/** What takes a value, as a name that nobody writes. */
export const binder = "ʃ";
/** What gives the value of a parameter. */
const valueOf = "ʃvalueOf";
/** What a query can bind. */
const bindable = "ʃBindable";
/** Names that are there only for the values of queries. */
export const valueNames: ReadonlySet<string> = new Set([
  binder,
  valueOf,
  bindable,
]);

const declarations =
  `type ${bindable} = SqlInput | ArrayBuffer | readonly (SqlInput | ArrayBuffer)[];` +
  `declare function ${binder}(value: ${bindable} | PromiseLike<${bindable}>): void;` +
  `declare function ${valueOf}<R extends readonly Ref<unknown>[]>(...refs: R): Flowbook.Resolved<R[number]>;`;

const identifier = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

export interface SqlValues {
  /** What is declared before the code. */
  before: string;
  /** As long as the query; each value is where it was. */
  code: string;
  /** Where the values stand, without their brackets. */
  values: readonly Span[];
  /** Where the names are declared that `before` declares. */
  declaredAt: ReadonlyMap<string, CellSpan>;
}

/** Reads the values of a query; undefined if it has none. `withAll` declares the parameters that it does not mention, too. */
export function readSqlValues(
  source: string,
  parameters: Parameters,
  withAll = false,
): SqlValues | undefined {
  const spans = valueSpans(source, true);
  if (spans.length === 0) return undefined;
  const code = codeOf(source, spans);
  const names = withAll ? parameters.keys() : new Set(code.match(word));
  const declaredAt = new Map<string, CellSpan>();
  let before = declarations;
  for (const name of names) {
    const [first, ...others] = parameters.get(name) ?? [];
    if (!first || !identifier.test(name)) continue;
    const refs = [first, ...others].map(
      ({ spec }) =>
        `param(${JSON.stringify(name)}${spec === undefined ? "" : `, ${spec}\n`})`,
    );
    declaredAt.set(name, first.span);
    // Behind something else in its line, the comment would belong to that.
    before += `\n/** A parameter of a flow. */ const ${name} = ${valueOf}(${refs.join(", ")});`;
  }
  return {
    before,
    code,
    values: spans.map(({ from, to }) => ({ from: from + 2, to: to - 1 })),
    declaredAt,
  };
}

function codeOf(source: string, spans: readonly Span[]): string {
  let code = "";
  for (const { from, to } of spans) {
    // A value right behind another one has no room for its `;` but in its own brackets.
    const isClose = from > 0 && from === code.length;
    const gap = blank(source.slice(code.length, from));
    code += isClose ? ";(" : `${gap.slice(0, -1)}${gap && ";"}${binder}(`;
    code += `${source.slice(from + 2, to - 1)})`;
  }
  return code + blank(source.slice(code.length));
}
