import { describe, expect, test } from "vitest";
import { readSqlTemplate } from "../../../src/notebook/compile/sqlTemplate.ts";
import { compile, complaints, messages } from "./cells.ts";

const queryOf = (sources: Record<string, string>) => {
  const program = compile(sources);
  return { program, query: program.cells.find(({ name }) => name === "q") };
};

describe("the values of a SQL cell", () => {
  test("are taken from cells, and from parameters where no cell has the name", () => {
    const { program, query } = queryOf({
      "q.sql": "SELECT * FROM t WHERE a = ${limit} AND b IN (${names})",
      a: "const limit = 3",
    });
    expect(complaints(program)).toEqual([]);
    expect(query?.inputs).toEqual(["limit"]);
    expect(query?.sql?.parameters).toEqual(["names"]);
    expect(program.cells.map(({ name }) => name)).toEqual(["a", "q"]);
  });

  test("are no part of the text, and leave every place where it was", () => {
    const source = "SELECT ${a},\n  ${b\n} FROM t -- end";
    const { query } = queryOf({ "q.sql": source });
    const text = query?.sql?.texts.join("?");
    expect(text).toBe("SELECT ?   ,\n  ?  \n  FROM t -- end");
    expect(text?.length).toBe(source.length);
    expect(text?.indexOf("FROM")).toBe(source.indexOf("FROM"));
  });

  test("may be any expression, with brackets in it", () => {
    const { program, query } = queryOf({
      "q.sql": "SELECT ${({ a: `}${one}` }).a}, ${rows.map((r) => r.id)}",
      a: "const one = 1; const rows = [{ id: 1 }]",
    });
    expect(complaints(program)).toEqual([]);
    expect(query?.inputs).toEqual(["one", "rows"]);
    expect(query?.sql?.texts).toHaveLength(3);
  });

  test("are not looked for in texts, quoted names and comments", () => {
    for (const text of [
      "SELECT '${a}'",
      'SELECT "${a}" FROM [${b}]',
      "SELECT 1 -- ${a}",
      "SELECT /* ${a} */ 1",
      "SELECT $a",
    ])
      expect(readSqlTemplate(text)).toBeUndefined();
  });

  test("that cannot be read are told at their place", () => {
    const open = { "q.sql": "SELECT 1 WHERE ${a" };
    expect(complaints(compile(open))).toEqual(["q 1:16 error cell-syntax"]);
    expect(messages(compile(open), "q")[0]).toContain("does not end");
    const broken = { "q.sql": "SELECT 1,\n ${a +}" };
    expect(complaints(compile(broken))).toEqual(["q 2:7 error cell-syntax"]);
    const loop = { "q.sql": "SELECT ${one}", a: "const one = q.length" };
    expect(complaints(compile(loop))[0]).toContain("cell-cycle");
  });

  test.each([
    ["SELECT ${a) + (b}", 11, "`)` closes nothing"],
    ["SELECT ${a]}, ${b}", 11, "`]` closes nothing"],
    ["SELECT ${f(a}, ${b}", 11, "`)` is missing before"],
    ["SELECT ${f([a)}", 14, "`[` opened at 1:12"],
    ["SELECT ${a + }", 14, "`}` is not expected"],
  ])("have brackets of their own: %s", (query, column, advice) => {
    const program = compile({ "q.sql": query, c: "const a = 1, b = 2, f = 3" });
    expect(complaints(program)).toEqual([`q 1:${column} error cell-syntax`]);
    expect(messages(program, "q")[0]).toContain(advice);
    expect(program.broken).toHaveProperty(["#q"]);
  });

  test.each([
    ["SELECT 1, 'it''s ${one}'", 18, "Take the quotes away"],
    [
      "SELECT ${one} WHERE a LIKE '%${ one.b }%'",
      30,
      "'%' || ${ one.b } || '%'",
    ],
    ['SELECT "${one}" FROM t', 9, "not names"],
    ["SELECT 1 FROM `${one}`", 16, "not names"],
    ["SELECT 1 FROM [a_${one}]", 18, "not names"],
  ])("in quotes are said to be none: %s", (query, column, advice) => {
    const program = compile({ "q.sql": query, a: "const one = 1" });
    expect(complaints(program)).toEqual([`q 1:${column} warning cell-syntax`]);
    expect(messages(program, "q")[0]).toContain(advice);
    expect(program.broken).toEqual({});
  });

  test.each([
    "SELECT 1 -- '${one}'",
    "SELECT '${', '${}', '$one'",
    "SELECT ${`it's ${2}`}, ${[1].map((n) => `'${n}'`)}",
  ])("in comments, and what is none, are nothing to speak of: %s", (query) => {
    expect(complaints(compile({ "q.sql": query }))).toEqual([]);
  });

  test("that are empty are told so", () => {
    const program = compile({ "q.sql": "SELECT 1,\n  ${ }" });
    expect(complaints(program)).toEqual(["q 2:3 error cell-syntax"]);
    expect(messages(program, "q")[0]).toContain("between the brackets");
  });

  test("are part of the version of the cell's rows", () => {
    const version = (value: string) =>
      compile({ "q.sql": "SELECT ${one}", a: `const one = ${value}` }).versions
        .q;
    expect(version("1")).toBe(version("1 // the same"));
    expect(version("1")).not.toBe(version("2"));
  });
});
