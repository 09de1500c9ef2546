import { expect, test } from "vitest";
import { rowidOf } from "../../../src/engine/database/rowRanges.ts";
import { connect, viewsOnViews } from "./world.ts";

test("how rows are numbered is told of each kind of table, and not kept waiting by views", async () => {
  const { writer } = await connect();
  writer.run(
    "CREATE TABLE t (a, rowid); CREATE TABLE all_taken (rowid, oid, _rowid_); CREATE TABLE w (a PRIMARY KEY) WITHOUT ROWID; CREATE TABLE says (a DEFAULT 'WITHOUT ROWID')",
  );
  writer.run(viewsOnViews("t"));
  const of = (table: string) => rowidOf(writer, table);
  expect(["T", "all_taken", "w", "says", "v1", "none"].map(of)).toEqual([
    "_rowid_",
    undefined,
    undefined,
    "rowid",
    undefined,
    undefined,
  ]);
}, 5000);
