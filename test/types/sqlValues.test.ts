import { describe, expect, test } from "vitest";
import { findParameters } from "../../src/types/flowParameters.ts";
import { readSqlValues } from "../../src/types/sqlValues.ts";

describe("the values of a query as code", () => {
  test("stand where they stand in the query, and nothing else does", () => {
    const source = "SELECT '${no}',\n  ${one}, -- ${no}\n  ${[2, `}`]} AS n";
    const read = readSqlValues(source, new Map());
    expect(read?.code).toHaveLength(source.length);
    expect(
      read?.values.map(({ from, to }) => [
        source.slice(from, to),
        read.code.slice(from, to),
      ]),
    ).toEqual([
      ["one", "one"],
      ["[2, `}`]", "[2, `}`]"],
    ]);
    expect(read?.code).not.toContain("no");
    expect(read?.code).not.toContain("SELECT");
  });

  test("are none in a query without them", () => {
    expect(readSqlValues("SELECT '${no}'", new Map())).toBeUndefined();
  });

  test("have before them the parameters that they mention", () => {
    const source =
      'flow("F", () => [param("a", 1), param("b")], { parameters: { c: "x" } })';
    const found = findParameters({ id: "f", kind: "ts", name: "f", source });
    expect(found.map(({ name, spec }) => [name, spec])).toEqual([
      ["c", '"x"'],
      ["a", "1"],
      ["b", undefined],
    ]);
    for (const { name, span } of found)
      expect(source.slice(span.from, span.to)).toBe(name);
    const parameters = new Map(found.map((one) => [one.name, [one]]));
    const read = readSqlValues("SELECT ${a}", parameters);
    expect([...(read?.declaredAt.keys() ?? [])]).toEqual(["a"]);
    const all = readSqlValues("SELECT ${a}", parameters, true);
    expect([...(all?.declaredAt.keys() ?? [])].sort()).toEqual(["a", "b", "c"]);
  });
});
