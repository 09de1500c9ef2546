import fc from "fast-check";
import { expect, test } from "vitest";
import type { Parameter } from "../../../src/core/parameter.ts";
import { parseParameter } from "../../../src/core/parameterText.ts";
import { parameterText } from "../../../src/ui/pane/parameterText.ts";

function parameter(type: Parameter["type"]): Parameter {
  return { name: "p", type, required: true, default: undefined };
}

test("the text of a number, a text or a truth gives the value back", () => {
  fc.assert(
    fc.property(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      (value) => {
        const text = parameterText(parameter("number"), value);
        expect(parseParameter(parameter("number"), text)).toBe(value + 0);
      },
    ),
    { examples: [[26073116965360952], [-1.2345678901234567e20]] },
  );
  expect(
    parseParameter(
      parameter("boolean"),
      parameterText(parameter("boolean"), false),
    ),
  ).toBe(false);
  expect(
    parseParameter(
      parameter("string"),
      parameterText(parameter("string"), " a "),
    ),
  ).toBe(" a ");
});

test("the text of a JSON value gives the value back", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      // null is no value, and objects that cannot be printed are nothing to type into a field
      fc.pre(
        value !== null && !/"(toString|valueOf)"/.test(JSON.stringify(value)),
      );
      const text = parameterText(parameter("json"), value);
      expect(JSON.stringify(parseParameter(parameter("json"), text))).toBe(
        JSON.stringify(value),
      );
    }),
  );
});

test("a moment is shown in the reader's own time and given back as the same moment", () => {
  const moment = new Date("2026-05-31T12:00:05Z");
  const text = parameterText(parameter("datetime"), moment);
  expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:05$/);
  expect(parseParameter(parameter("datetime"), text)).toEqual(moment);
});

test("no value is an empty field", () => {
  expect(parameterText(parameter("string"), null)).toBe("");
  expect(parameterText(parameter("number"), undefined)).toBe("");
});
