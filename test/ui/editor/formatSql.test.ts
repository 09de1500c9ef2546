import { describe, expect, test } from "vitest";
import { formatSql } from "../../../src/ui/editor/formatSql.ts";

describe("formatting a query", () => {
  test("leaves the values that it takes as they are written", () => {
    const value = '${rows.map((row) => `${row.n}}`)\n  .join(" or ")}';
    expect(
      formatSql(
        `select * from t where a = \${least+1} and b in (${value}) -- \${c}`,
      ),
    ).toBe(
      `SELECT\n  *\nFROM\n  t\nWHERE\n  a = \${least+1}\n  AND b IN (${value}) -- \${c}`,
    );
  });
  test("does not take texts for values", () => {
    expect(formatSql("select '${0}', '${n}', ${n}, ?1, :a, $b")).toBe(
      "SELECT\n  '${0}',\n  '${n}',\n  ${n},\n  ?1,\n  :a,\n  $b",
    );
  });
  test("throws where the query cannot be read", () => {
    expect(() => formatSql("select ${n} (")).toThrow();
    expect(() => formatSql("select ${n")).toThrow();
  });
});
