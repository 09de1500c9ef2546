import { quoteName } from "../../core/sqliteRules.ts";
import { binEdges, type ColumnSummary } from "./columnSummary.ts";
import { whereSql, type Filter } from "./tableQuery.ts";

/** The text of a cell that draws a column's chart from all rows. */
export function chartCell(
  table: string,
  column: string,
  filters: readonly Filter[],
  { numbers }: ColumnSummary,
): string {
  const name = quoteName(column);
  const where = whereSql([...filters, { column, type: "null", isNull: false }]);
  const from = `FROM ${quoteName(table)}\n    WHERE ${where}`;
  const label = JSON.stringify(column);
  if (!numbers)
    return `Plot.plot({
  marginLeft: 120,
  x: { grid: true, label: "rows" },
  y: { label: ${label} },
  marks: [
    Plot.barX(await db.query(${template(`SELECT ${name} AS value, count(*) AS rows
    ${from}
    GROUP BY value ORDER BY rows DESC LIMIT 20`)}), { x: "rows", y: "value", sort: { y: "-x" } }),
  ],
})`;
  const edges = binEdges(numbers.low, numbers.high);
  const step = (edges[1] ?? numbers.high) - numbers.low || 1;
  const last = edges.length - 2;
  const bin = `min(${last}, CAST((${name} - ${numbers.low}) / ${step.toExponential()} AS INTEGER))`;
  return `Plot.plot({
  x: { label: ${label} },
  y: { grid: true, label: "rows" },
  marks: [
    Plot.rectY(await db.query(${template(`SELECT ${numbers.low} + ${bin} * ${step} AS low, ${numbers.low} + (${bin} + 1) * ${step} AS high, count(*) AS rows
    ${from}
    GROUP BY low ORDER BY low`)}), { x1: "low", x2: "high", y: "rows" }),
    Plot.ruleY([0]),
  ],
})`;
}

function template(sql: string): string {
  return `\`${sql.replace(/[\\`]|\$\{/g, "\\$&")}\``;
}
