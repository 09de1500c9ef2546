import { formatDialect, sqlite } from "sql-formatter";
import { valueSpans } from "../../notebook/compile/sqlTemplate.ts";

/** What SQLite itself takes for parameters, such as `$name`. */
const own = sqlite.tokenizerOptions.paramTypes?.custom ?? [];

/** A query in a tidy form; the values that it takes stay as they are written. Throws if it cannot be read. */
export function formatSql(source: string): string {
  // The formatter knows parameters, but no code: each value is one of a name that the query has not.
  let mark = "v";
  while (source.includes(`\${${mark}`)) mark += "v";
  const values: string[] = [];
  let query = "";
  let end = 0;
  for (const { from, to } of valueSpans(source)) {
    query += `${source.slice(end, from)}\${${mark}${values.length}}`;
    values.push(source.slice(from, to));
    end = to;
  }
  const placeholder = String.raw`\$\{${mark}(\d+)\}`;
  return formatDialect(query + source.slice(end), {
    dialect: sqlite,
    keywordCase: "upper",
    tabWidth: 2,
    paramTypes: { custom: [...own, { regex: placeholder }] },
  }).replace(
    new RegExp(placeholder, "g"),
    (_, index: string) => values[Number(index)] ?? "",
  );
}
