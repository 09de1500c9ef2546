import { describe, expect, test } from "vitest";
import { QueryViews } from "../../src/ui/queryViews.ts";
import { compile } from "../notebook/compile/cells.ts";

const sources = {
  "busy.sql": "SELECT airline FROM aircraft",
  "all.sql": "SELECT * FROM airline",
  top: "const top = busy.slice(0, 3)",
  "detail.sql": "SELECT * FROM aircraft WHERE airline IN (${top})",
  "near.sql": "SELECT * FROM airport WHERE code = ${airport}",
  "fixed.sql": "SELECT * FROM airport WHERE code = ${home}",
  home: 'const home = "IAD"',
};

function viewed(program = compile(sources)) {
  const views = new QueryViews();
  const reads: Record<string, string[]> = {
    busy: ["aircraft"],
    all: ["Airline"],
    detail: ["other"],
    near: ["airport"],
    fixed: ["airport"],
  };
  for (const cell of program.cells)
    if (cell.kind === "sql") views.viewed(program, cell, reads[cell.name]);
  return { views, program };
}

describe("SQL cells run again", () => {
  test("when a table that they read changes, and when a SQL cell that they take values from does", () => {
    const { views, program } = viewed();
    expect(views.reading(program, ["aircraft"]).sort()).toEqual([
      "#busy",
      "#detail",
    ]);
    expect(views.reading(program, ["airline"])).toEqual(["#all"]);
    expect(views.reading(program, ["none"])).toEqual([]);
  });

  test("when a SQL cell that they read changes, or what that takes", () => {
    const chain = {
      ...sources,
      "whole.sql": "SELECT * FROM far",
      "far.sql": "SELECT * FROM near, fixed",
    };
    const { views, program } = viewed(compile(chain));
    expect(views.withParameters(program)).toEqual(["#near", "#far", "#whole"]);
    const edited = compile({ ...chain, home: 'const home = "JFK"' });
    expect(views.outdated(edited)).toEqual(["#fixed", "#far", "#whole"]);
    expect(views.reading(program, ["airport"]).sort()).toEqual([
      "#far",
      "#fixed",
      "#near",
      "#whole",
    ]);
  });

  test("at every change if it is not known what they read", () => {
    const { views, program } = viewed();
    const all = program.cells.find(({ name }) => name === "all")!;
    expect(views.isKnown(all)).toBe(true);
    views.viewed(program, all, undefined);
    expect(views.isKnown(all)).toBe(false);
    expect(views.reading(program, ["none"])).toEqual(["#all"]);
  });

  test("when a parameter that they take changes", () => {
    const { views, program } = viewed();
    expect(views.withParameters(program)).toEqual(["#near"]);
  });

  test("when the code of a value that they take changes", () => {
    const { views, program } = viewed();
    expect(views.outdated(program)).toEqual([]);
    const edited = compile({ ...sources, home: 'const home = "JFK"' });
    expect(views.outdated(edited)).toEqual(["#fixed"]);
  });
});
