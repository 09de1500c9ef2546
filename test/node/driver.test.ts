import { expect, onTestFinished, test } from "vitest";
import { query } from "../../src/engine/database/execute.ts";
import type { SqlParameters, SqlValue } from "../../src/engine/protocol.ts";
import { loadDriver } from "../../src/node/driver.ts";

function ask(sql: string, parameters: SqlParameters = []) {
  const connection = loadDriver().open(":memory:");
  onTestFinished(() => connection.close());
  return query(connection, sql, parameters).rows[0];
}

test.each<[string, string, SqlParameters, Record<string, SqlValue>]>([
  ["alone", "SELECT ? AS a", [2 ** 40], { a: 2 ** 40 }],
  ["a bigint, by name", "SELECT :x AS a", { x: 5n }, { a: 5 }],
  ["first", "SELECT ? AS a, ? AS b", [2 ** 40, 1], { a: 2 ** 40, b: 1 }],
  ["last", "SELECT ? AS a, ? AS b", ["x", 2 ** 40], { a: "x", b: 2 ** 40 }],
  [
    "between",
    "SELECT ?3 AS c, ? AS d, ?1 AS a, ?2 AS b",
    [1, 2n ** 62n, "x", 4],
    { a: 1, b: 2n ** 62n, c: "x", d: 4 },
  ],
])(
  "a large whole number is a value of a statement: %s",
  (_, sql, values, row) => {
    expect(ask(sql, values)).toEqual(row);
  },
);

test("what a driver refuses is not told as a lack of memory", () => {
  const connection = loadDriver().open(":memory:");
  onTestFinished(() => connection.close());
  const prepared = connection.prepare.bind(connection);
  connection.prepare = (sql) => {
    const statement = prepared(sql);
    statement.bind = () => {
      throw new RangeError("Too many parameter values were provided");
    };
    return statement;
  };
  expect(() => query(connection, "SELECT ?", [1])).toThrow(
    "SQLite: Too many parameter values were provided.",
  );
});
