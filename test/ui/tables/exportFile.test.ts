import { expect, test, vi } from "vitest";
import { exportFile } from "../../../src/ui/tables/exportFile.ts";

test("an export whose table is left is ended in the database, and gives no file", async () => {
  const left = new AbortController();
  const ended = vi.fn(() => Promise.resolve());
  const told: number[] = [];
  const database = {
    beginExport: () => Promise.resolve(3),
    continueExport: () => {
      left.abort();
      return Promise.resolve({ rows: 100, file: undefined });
    },
    endExport: ended,
  };
  const file = await exportFile(
    database as never,
    "SELECT 1",
    { format: "csv", table: "t" } as never,
    { told: (rows) => told.push(rows), signal: left.signal },
  );
  expect(file).toBeUndefined();
  expect(told).toEqual([100]);
  expect(ended).toHaveBeenCalledWith(3);
});
