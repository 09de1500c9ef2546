import { expect, test } from "vitest";
import { retention } from "../../src/storage/retention.ts";
import type { Version } from "../../src/storage/versions.ts";
import {
  changeWords,
  reasonWords,
  retentionWords,
  sizeWords,
} from "../../src/ui/versions/versionWords.ts";

const version = (reason: Version["reason"], runs: number): Version => ({
  number: 1,
  at: 0,
  length: 0,
  reason,
  runs,
});

test("a version says why it was made and how often it was run", () => {
  const said = (
    [
      ["opened", 0],
      ["opened", 1],
      ["opened", 3],
      ["run", 1],
      ["run", 2],
      ["restore", 0],
    ] as const
  ).map(([reason, runs]) => reasonWords(version(reason, runs)));
  expect(said).toEqual([
    "Opened",
    "Opened, run once",
    "Opened, run 3 times",
    "Run",
    "Run 2 times",
    "Before a restore",
  ]);
});

test("the size of a change is its words", () => {
  const size = (added: number, removed: number, isSame = false): string =>
    sizeWords({ added, removed, isSame });
  expect(size(12, 3)).toBe("+12 −3 words");
  expect(size(0, 1)).toBe("−1 word");
  expect(size(0, 0)).toBe("no words changed");
  expect(size(0, 0, true)).toBe("no change");
});

test("how long versions are kept is said with the numbers that count", () => {
  expect(retentionWords(retention)).toContain(
    "every version of the last 24 hours, the last one of each day before, and the last 50 that were run; at most 200, or 4 million characters",
  );
});

test("a cell that is called otherwise, is of another kind or stands elsewhere says so", () => {
  const cell = {
    id: "1",
    kind: "ts",
    name: "a",
    source: "",
    flags: "",
  } as const;
  const change = {
    before: cell,
    after: { ...cell, kind: "sql", name: "b", flags: "hide" } as const,
    isMoved: true,
    isSame: false,
    rows: [],
  };
  expect(changeWords(change)).toEqual([
    "was called a",
    "was TypeScript",
    "flags were “”, are “hide”",
    "moved",
  ]);
  expect(changeWords({ ...change, before: undefined })).toEqual(["added"]);
  expect(changeWords({ ...change, after: undefined })).toEqual(["removed"]);
});
