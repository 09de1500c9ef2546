import { expect, test } from "vitest";
import { fileNameOf } from "../../src/ui/download.ts";
import { countOf } from "../../src/ui/words/language.ts";
import { formatAgo, formatValue } from "../../src/ui/format.ts";
import {
  filterEntries,
  type PaletteEntry,
} from "../../src/ui/paletteEntries.ts";
import { groupPlan, planReason, planSummary } from "../../src/ui/planWords.ts";
import { nextRunWords, scheduleWords } from "../../src/ui/scheduleWords.ts";
import { linkReach } from "../../src/ui/share/shareSize.ts";
import { makeGraph, subflow } from "./runs.ts";

const item = (action: "run" | "reuse", why = "") => ({
  id: "a",
  name: "a",
  action,
  why,
});

test("a plan is summed up without counts of nothing", () => {
  expect(planSummary([item("run"), item("run")])).toBe("2 to run");
  expect(planSummary([item("run"), item("reuse")])).toBe("1 run, 1 reused");
  expect(planSummary([item("reuse")])).toBe("1 reused");
});

test("the reason does not repeat the action that stands beside it", () => {
  expect(planReason(item("run", "runs: failed before"))).toBe("failed before");
  expect(planReason(item("reuse", "kept: succeeded in this run"))).toBe(
    "succeeded in this run",
  );
});

test("a plan is told by what is done, with names that people read", () => {
  const plan = [
    { id: "first", name: "first", action: "reuse", why: "kept: it is there" },
    { id: "sub/a", name: "a", action: "run", why: "runs: failed before" },
  ] as const;
  expect(groupPlan(plan, makeGraph(subflow))).toEqual([
    {
      action: "run",
      entries: [
        { id: "sub/a", within: ["Sub"], name: "sub/a", why: "failed before" },
      ],
    },
    {
      action: "reuse",
      entries: [{ id: "first", within: [], name: "first", why: "it is there" }],
    },
  ]);
  expect(groupPlan([], undefined)).toEqual([]);
});

test("the next run is counted down to", () => {
  const at = new Date(2026, 4, 31, 14, 15).getTime();
  expect(nextRunWords(at, at + 5)).toBe("next now");
  expect(nextRunWords(at, at - 41_500)).toBe("next in 42 s");
  expect(nextRunWords(at, at - 12 * 60_000)).toBe(
    "next in 12 min, at 14:15:00",
  );
  expect(nextRunWords(at, at - 50 * 3_600_000)).toBe("next on 31 May, 14:15");
  // Of another year, such as the next 29 February.
  expect(nextRunWords(at, at - 400 * 24 * 3_600_000)).toMatch(
    /^next on 31 May 20\d\d, 14:15$/,
  );
});

test("a schedule is said with what its runs are given", () => {
  expect(scheduleWords({ type: "every", interval: 900_000 })).toBe(
    "every 15 minutes",
  );
  expect(
    scheduleWords({
      type: "every",
      interval: 60_000,
      parameters: { airport: "JFK", radius: 200 },
    }),
  ).toBe('every minute with airport "JFK" and radius 200');
});

test("how far a link gets changes at 2,000 and at 8,000 characters", () => {
  const levels = [2_000, 2_001, 8_000, 8_001].map(
    (length) => linkReach(length).level,
  );
  expect(levels).toEqual(["anywhere", "most", "most", "few"]);
});

test("counts have their noun in the right number", () => {
  const row = { one: "row", other: "rows" };
  expect(countOf(1, row)).toBe("1 row");
  expect(countOf(1234, row)).toBe("1,234 rows");
  expect(countOf(2, { other: "changed" })).toBe("2 changed");
});

test("a moment is said the shorter the nearer it is", () => {
  const now = new Date(2026, 4, 31, 12, 0).getTime();
  const ago = (...parts: [number, number, number, number, number]) =>
    formatAgo(new Date(...parts).getTime(), now);
  expect(formatAgo(now - 5_000, now)).toBe("just now");
  expect(ago(2026, 4, 31, 11, 40)).toBe("20 min ago");
  expect(ago(2026, 4, 31, 1, 0)).toBe("11 h ago");
  expect(ago(2026, 4, 30, 23, 50)).toBe("yesterday");
  expect(ago(2026, 4, 27, 12, 0)).toBe("4 days ago");
  expect(ago(2026, 2, 3, 12, 0)).toBe("3 Mar");
  expect(ago(2024, 2, 3, 12, 0)).toBe("3 Mar 2024");
});

test("a value fits on one line", () => {
  expect(formatValue("IAD")).toBe("IAD");
  expect(formatValue({ a: [1, 2] })).toBe('{"a":[1,2]}');
  expect(formatValue("x".repeat(50), 10)).toBe("xxxxxxxxx…");
});

test("a title becomes a file name", () => {
  expect(fileNameOf("Aircraft ETL")).toBe("aircraft-etl");
  expect(fileNameOf("  ")).toBe("notebook");
  expect(fileNameOf("✈️")).toBe("notebook");
});

test("a file name that is made of a long title is cut between letters, so that file systems take it with its ending", () => {
  for (const letter of ["x", "é", "漢", "𠮷", "a "]) {
    const name = fileNameOf(letter.repeat(3000));
    const bytes = Buffer.byteLength(`${name} (99).flow.md`);
    expect(bytes).toBeGreaterThan(200);
    expect(bytes).toBeLessThanOrEqual(255);
    expect(name).toMatch(/^[xé漢𠮷a-]*[xé漢𠮷a]$/u);
  }
});

test.each([
  ["Café / Straße 7", "café-straße-7"],
  ["Flüge à Zürich", "flüge-à-zürich"],
  ["Flu\u0308ge", "flüge"],
  ["航班 東京", "航班-東京"],
  ["한국 비행", "한국-비행"],
  ["दिल्ली की उड़ानें", "दिल्ली-की-उड़ानें"],
  ["ガス", "ガス"],
])("the letters of the title %s stay whole in its file name", (title, name) => {
  expect(fileNameOf(title)).toBe(name.normalize("NFKC"));
});

test("the palette finds entries that have all words, those that begin with the first one first", () => {
  const entry = (title: string, note = "Cell"): PaletteEntry => ({
    icon: "right",
    title,
    note,
    keys: undefined,
    run: () => {},
  });
  const entries = [
    entry("Show the runs", "View"),
    entry("Rerun"),
    entry("Run the flow", "Run"),
  ];
  expect(filterEntries(entries, "run").map(({ title }) => title)).toEqual([
    "Run the flow",
    "Show the runs",
    "Rerun",
  ]);
  expect(filterEntries(entries, "run view").map(({ title }) => title)).toEqual([
    "Show the runs",
  ]);
  expect(filterEntries(entries, " ")).toHaveLength(3);
});
