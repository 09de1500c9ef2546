import fc from "fast-check";
import { expect, test } from "vitest";
import { cellText } from "../../../src/core/cellText.ts";
import { scrolledBy } from "../../../src/ui/output/scrollByRows.ts";
import { nextSort } from "../../../src/ui/output/sort.ts";
import { sortRows } from "../../../src/ui/output/sortRows.ts";
import { tableColumns } from "../../../src/ui/output/tableColumns.ts";
import { toTsv } from "../../../src/ui/output/tsv.ts";
import { visibleRows } from "../../../src/ui/output/virtualRows.ts";

test.each([
  [null, undefined],
  [undefined, undefined],
  ["", ""],
  [0.1, "0.1"],
  [10n ** 20n, "100000000000000000000"],
  [true, "true"],
  [new Date(0), "1970-01-01T00:00:00.000Z"],
  [new Date(NaN), "Invalid Date"],
  [new Uint8Array([1, 255]), "2 bytes: 01 ff"],
  [{ a: [1, 2n] }, '{"a":[1,"2"]}'],
])("a cell with %o reads %o", (value, text) => {
  expect(cellText(value)).toBe(text);
});

test("a value that contains itself still has a text", () => {
  const value: Record<string, unknown> = {};
  value["self"] = value;
  expect(cellText(value)).toBe("[object Object]");
});

test("a click sorts up, then down, then not at all; another column begins anew", () => {
  const up = nextSort(undefined, "a");
  const down = nextSort(up, "a");
  expect([up?.direction, down?.direction, nextSort(down, "a")]).toEqual([
    "asc",
    "desc",
    undefined,
  ]);
  expect(nextSort(down, "b")).toEqual({ column: "b", direction: "asc" });
});

test("numbers sort as numbers, texts as people do, and missing values come last both ways", () => {
  const values = (direction: "asc" | "desc", ...items: unknown[]) =>
    sortRows(
      items.map((a) => ({ a })),
      { column: "a", direction },
    ).map((row) => row["a"]);
  expect(values("asc", 10, null, 9, 2n)).toEqual([2n, 9, 10, null]);
  expect(values("desc", 10, undefined, 9)).toEqual([10, 9, undefined]);
  expect(values("asc", "b10", "B9", "a")).toEqual(["a", "B9", "b10"]);
  expect(values("asc", "x", 3, "1")).toEqual([3, "1", "x"]);
  expect(values("desc", new Date(1), new Date(2))).toEqual([
    new Date(2),
    new Date(1),
  ]);
});

test("rows that are alike keep their order, and the rows given are left as they were", () => {
  const rows = [
    { a: 1, b: 1 },
    { a: 0, b: 2 },
    { a: 1, b: 3 },
  ];
  expect(
    sortRows(rows, { column: "a", direction: "desc" }).map((row) => row["b"]),
  ).toEqual([1, 3, 2]);
  expect(rows.map((row) => row.b)).toEqual([1, 2, 3]);
});

test("a column is numeric when it holds numbers only, missing values aside", () => {
  const columns = tableColumns(
    ["n", "t", "none"],
    [{ n: 1, t: 1 }, { n: null, t: "x" }, { n: 2n }],
  );
  expect(columns.map((column) => column.isNumeric)).toEqual([
    true,
    false,
    false,
  ]);
});

test("what is copied pastes as the same cells", () => {
  expect(
    toTsv(
      ["a", "b"],
      [
        { a: "x\ty", b: null },
        { a: 'say "hi"', b: 2 },
      ],
    ),
  ).toBe('a\tb\n"x\ty"\t\n"say ""hi"""\t2');
});

test("the rows in sight are made, whatever the length and the place, and the height stays the same", () => {
  fc.assert(
    fc.property(
      fc.nat(3_000_000),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 30, max: 900 }),
      (total, share, viewHeight) => {
        const rowHeight = 26;
        const height = Math.min(total * rowHeight, 8_000_000);
        const scrollTop = share * Math.max(0, height - viewHeight);
        const { first, end, before, after } = visibleRows({
          scrollTop,
          viewHeight,
          rowHeight,
          total,
        });
        expect(first).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThanOrEqual(total);
        expect(before).toBeGreaterThanOrEqual(0);
        expect(after).toBeGreaterThanOrEqual(-1e-6);
        expect(before + (end - first) * rowHeight + after).toBeCloseTo(height);
        // What is in sight is covered by rows.
        if (total * rowHeight > viewHeight) {
          expect(before).toBeLessThanOrEqual(scrollTop + 1e-6);
          expect(before + (end - first) * rowHeight).toBeGreaterThanOrEqual(
            Math.min(height, scrollTop + viewHeight) - 1e-6,
          );
        }
        expect(end - first).toBeLessThan(viewHeight / rowHeight + 24);
      },
    ),
  );
  expect(
    visibleRows({
      scrollTop: 8_000_000 - 300,
      viewHeight: 300,
      rowHeight: 26,
      total: 1_000_000,
    }).end,
  ).toBe(1_000_000);
});

test.each([500, 1_000_000, 7_000_000])(
  "a table of %d rows goes on by as many rows as are asked for, there and back",
  (total) => {
    const view = { viewHeight: 300, rowHeight: 26, total };
    const topRow = (scrollTop: number) => {
      const { first, before } = visibleRows({ ...view, scrollTop });
      return first + Math.round((scrollTop - before) / view.rowHeight);
    };
    let scrollTop = 0;
    let row = 0;
    for (const rows of [1, 1, 9, 9, 9, -1, 9, -9, 1]) {
      row += rows;
      // A browser keeps whole pixels.
      scrollTop = Math.round(scrolledBy(rows, { ...view, scrollTop }));
      expect(topRow(scrollTop)).toBe(row);
    }
  },
);
