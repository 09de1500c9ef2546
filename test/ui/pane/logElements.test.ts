import { expect, test } from "vitest";
import {
  elementOf,
  fitsElement,
  placeText,
} from "../../../src/ui/pane/logElements.ts";

test("the place of an element is written like an index", () => {
  expect([undefined, "3", "3.0"].map(placeText)).toEqual(["", "[3]", "[3][0]"]);
});

test("an element can be typed in many ways", () => {
  expect(["3", "[3][0]", "3.0", " 3, 0 ", "", "all"].map(elementOf)).toEqual([
    "3",
    "3.0",
    "3.0",
    "3.0",
    undefined,
    undefined,
  ]);
});

test("an element's lines are its own and those of what is inside it", () => {
  expect(fitsElement("3.0", "3")).toBe(true);
  expect(fitsElement("3", "3")).toBe(true);
  expect(fitsElement("30", "3")).toBe(false);
  expect(fitsElement(undefined, "3")).toBe(false);
  expect(fitsElement(undefined, undefined)).toBe(true);
});
