import { SQLite } from "@codemirror/lang-sql";
import fc from "fast-check";
import { expect, test } from "vitest";
import { writeName } from "../../src/core/sqlName.ts";
import { readAll } from "../../src/engine/database/execute.ts";
import { connect } from "../engine/database/world.ts";

test("a name is written without quotes where SQLite reads it so, and finds what has it", async () => {
  const { writer } = await connect();
  const find = (name: string) =>
    readAll(
      writer,
      `WITH ${writeName(name)} (${writeName(name)}) AS (SELECT 1) SELECT ${writeName(name)} FROM ${writeName(name)}`,
    );
  const words = (SQLite.spec.keywords ?? "").split(" ").filter(Boolean);
  for (const word of words) expect(find(word), word).toEqual([[1]]);
  expect(writeName("order")).toBe('"order"');
  for (const name of ["größe", "तालिका", "b$1", "_x", "名前", "name"])
    expect(writeName(name)).toBe(name);
  for (const name of ["a b", "1a", "$a", 'q"', "a.b", ""])
    expect(writeName(name)).toBe(`"${name.replace('"', '""')}"`);
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, unit: "grapheme" }),
      (name) => void expect(find(name)).toEqual([[1]]),
    ),
  );
});
