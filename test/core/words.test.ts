import { expect, test } from "vitest";
import {
  showDirectionMarks,
  withoutDirectionMarks,
} from "../../src/core/words.ts";

const marks = [
  ..."\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
];

test("a name is without the marks that turn the direction of writing round, and keeps all else", () => {
  expect(withoutDirectionMarks(`bill${marks.join("")}fdp.exe`)).toBe(
    "billfdp.exe",
  );
  const names = [
    "דוח.csv",
    "تقرير.csv",
    "می\u200cخواهم.csv",
    "👩\u200d🔬.csv",
    "a\u00adb",
  ];
  expect(names.map(withoutDirectionMarks)).toEqual(names);
});

test("marks are written out by their numbers", () => {
  expect(showDirectionMarks("a\u202eb\u061cc")).toBe("a\\u202eb\\u061cc");
});
