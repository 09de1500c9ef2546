import fc from "fast-check";
import { expect, test } from "vitest";
import {
  numeralBits,
  readNumeral,
} from "../../../src/engine/database/numeral.ts";

const { number, whole, plain } = numeralBits;

test("a text is told as the number that it spells", () => {
  for (const [text, kind] of [
    ["0", number | whole | plain],
    ["-17", number | whole | plain],
    ["007", number | whole],
    ["+5", number | whole],
    [" 6\n", number | whole],
    ["1.5", number | plain],
    ["0.5e-7", number | plain],
    ["1.", number],
    [".5", number],
    ["00.5", number],
    ["1E+5", number | plain],
  ] as const)
    expect(readNumeral(text), text).toBe(kind);
  for (const text of ["", " ", "+", ".", "e5", "1e", "1e+", "1.2.3", "1 2"])
    expect(readNumeral(text), text).toBe(0);
  for (const text of ["0x1f", "Infinity", "NaN", "1_000", "--1", "١", "1n"])
    expect(readNumeral(text), text).toBe(0);
});

test("texts are told as expressions tell them", () => {
  const numeral = /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*$/;
  const wholes = /^\s*[+-]?\d+\s*$/;
  const plains = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
  const parts = ["0", "1", "9", "-", "+", ".", "e", "E", " ", "\t", "x"];
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...parts), { maxLength: 7 }),
      (signs) => {
        const text = signs.join("");
        const kind =
          (numeral.test(text) ? number : 0) |
          (wholes.test(text) ? whole : 0) |
          (plains.test(text) ? plain : 0);
        expect(readNumeral(text), text).toBe(kind);
      },
    ),
    { numRuns: 3_000 },
  );
});
