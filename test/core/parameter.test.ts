import { describe, expect, test } from "vitest";
import { FlowError } from "../../src/core/errors.ts";
import { checkParameters, makeParameter } from "../../src/core/parameter.ts";
import { parseParameter, plainText } from "../../src/core/parameterText.ts";

/** The code and message of what a call throws. */
function errorOf(call: () => unknown): { code: string; message: string } {
  try {
    call();
  } catch (thrown) {
    if (thrown instanceof FlowError)
      return { code: thrown.code, message: thrown.message };
    throw thrown;
  }
  throw new Error("nothing was thrown");
}

describe("makeParameter", () => {
  const day = new Date("2026-05-31");
  test.each([
    ["IAD", "string"],
    [200, "number"],
    [false, "boolean"],
    [day, "datetime"],
    [["a", "b"], "json"],
    [[1, 2], "json"],
  ])("takes the default value %j alone", (value, type) => {
    expect(makeParameter("p", value)).toEqual({
      name: "p",
      type,
      required: false,
      default: value,
    });
  });

  test("without anything makes a text that must be given", () => {
    expect(makeParameter("p", undefined)).toEqual({
      name: "p",
      type: "string",
      required: true,
      default: undefined,
    });
  });

  test("takes a description", () => {
    expect(
      makeParameter("radius", {
        type: "number",
        min: 1,
        max: 500,
        step: 1,
        label: "Radius",
        help: "In km",
      }),
    ).toEqual({
      name: "radius",
      type: "number",
      required: true,
      default: undefined,
      min: 1,
      max: 500,
      step: 1,
      label: "Radius",
      help: "In km",
    });
  });

  test("takes the first option as the default unless another is given", () => {
    const options = ["csv", "json"];
    expect(makeParameter("p", { options })).toMatchObject({
      type: "string",
      required: false,
      default: "csv",
      options,
    });
    expect(makeParameter("p", { options, default: "json" }).default).toBe(
      "json",
    );
    expect(makeParameter("p", { options, default: null }).default).toBe(null);
    expect(makeParameter("p", { options: [1, 2] }).type).toBe("number");
  });

  test("has each option once, as they come from data that repeats them", () => {
    const { options } = makeParameter("p", {
      options: ["Bonn", "Köln", "Bonn", 1, "1", 1],
    });
    expect(options).toEqual(["Bonn", "Köln", 1, "1"]);
  });

  test.each([
    ["an unknown setting", { type: "string", defualt: "x" }, "defualt"],
    ["an unknown type", { type: "integer" }, '"integer"'],
    ["a default of another type", { type: "number", default: "5" }, '"5"'],
    [
      "a default out of bounds",
      { type: "number", min: 1, default: 0 },
      "at least 1",
    ],
    ["a default that is no option", { options: ["a"], default: "b" }, '"b"'],
    ["no options", { options: [] }, "options"],
    ["limits the wrong way round", { type: "number", min: 2, max: 1 }, "above"],
    ["a limit of another type", { type: "date", min: 5 }, "min"],
    ["limits of a tick box", { type: "boolean", min: 0 }, "min"],
    ["a step of a text", { type: "string", step: 1 }, "step"],
    ["a list of what JSON cannot say", [() => 1], "JSON"],
    ["a function", () => 1, "default value"],
  ])("refuses %s", (_, spec, part) => {
    const { code, message } = errorOf(() => makeParameter("p", spec));
    expect(code).toBe("invalid-parameter");
    expect(message).toContain("The parameter p");
    expect(message).toContain(part);
  });
});

describe("checkParameters", () => {
  const parameters = [
    makeParameter("airport", "IAD"),
    makeParameter("radius", {
      type: "number",
      default: 200,
      min: 10,
      max: 500,
      step: 10,
    }),
    makeParameter("note", { type: "string", default: null, max: 5 }),
  ];

  test("fills in defaults", () => {
    expect(checkParameters(parameters, { radius: 50 })).toEqual({
      airport: "IAD",
      radius: 50,
      note: null,
    });
    expect(checkParameters(parameters, { airport: undefined })).toMatchObject({
      airport: "IAD",
    });
    expect(checkParameters([], {})).toEqual({});
  });

  test("names the known parameters when one is unknown", () => {
    expect(errorOf(() => checkParameters(parameters, { raduis: 1 }))).toEqual({
      code: "unknown-parameter",
      message:
        "The flow has no parameter raduis. It has airport, radius and note.",
    });
    expect(
      errorOf(() => checkParameters(parameters, { zz: 1 }, "form")).message,
    ).toBe("The form has no parameter zz. It has airport, radius and note.");
    expect(errorOf(() => checkParameters([], { x: 1 })).message).toContain(
      "It has no parameters.",
    );
    expect(
      errorOf(() => checkParameters(parameters, { toString: 1 })).code,
    ).toBe("unknown-parameter");
  });

  test("wants those without a default", () => {
    const required = [makeParameter("day", { type: "date" })];
    expect(errorOf(() => checkParameters(required, {}))).toEqual({
      code: "invalid-parameter",
      message:
        "The parameter day has no default, so it must be given: a day such as 2026-05-31.",
    });
  });

  test.each([
    [{ airport: 5 }, "The parameter airport must be text, not 5."],
    [{ airport: null }, "The parameter airport must be text, not null."],
    [
      { radius: "50" },
      'The parameter radius must be a number from 10 to 500 in steps of 10, not "50".',
    ],
    [
      { radius: 501 },
      "The parameter radius must be a number from 10 to 500 in steps of 10, not 501.",
    ],
    [
      { radius: 55 },
      "The parameter radius must be a number from 10 to 500 in steps of 10, not 55.",
    ],
    [
      { radius: NaN },
      "The parameter radius must be a number from 10 to 500 in steps of 10, not NaN.",
    ],
    [
      { note: "too long" },
      'The parameter note must be text of at most 5 characters, not "too long".',
    ],
  ])("refuses %j", (given, message) => {
    expect(errorOf(() => checkParameters(parameters, given))).toEqual({
      code: "invalid-parameter",
      message,
    });
  });

  test.each([
    [{ type: "boolean" }, true, 1],
    [{ type: "date" }, "2024-02-29", "2026-02-29"],
    [{ type: "date", min: "2026-01-01" }, "2026-01-01", "2025-12-31"],
    [{ type: "datetime" }, new Date(0), "1970-01-01"],
    [{ type: "datetime", max: new Date(5) }, new Date(5), new Date(6)],
    [{ type: "datetime" }, new Date(0), new Date(NaN)],
    [{ type: "json" }, { a: [1, null, "x"] }, { a: undefined }],
    [{ type: "json" }, [], new Map()],
    [{ options: ["a", 1] }, 1, "1"],
    [{ type: "number", step: 0.1 }, 0.3, 0.35],
  ])("%j takes %j but not %j", (spec, right, wrong) => {
    const parameter = makeParameter("p", spec);
    expect(checkParameters([parameter], { p: right })).toEqual({ p: right });
    expect(errorOf(() => checkParameters([parameter], { p: wrong })).code).toBe(
      "invalid-parameter",
    );
  });

  test("takes of a list what its default has, and any items where that says nothing", () => {
    const take = (spec: unknown, value: unknown) =>
      checkParameters([makeParameter("p", spec)], { p: value }).p;
    for (const value of [[], [3], [1.5, -2]])
      expect(take([1, 2], value)).toBe(value);
    for (const value of [["3"], [1, null], { a: 1 }, 7, "7"])
      expect(() => take([1, 2], value)).toThrow(
        "The parameter p must be a list of numbers, as its default is, not ",
      );
    expect(() => take({ type: "json", default: ["a"] }, [1])).toThrow(
      "a list of texts",
    );
    for (const usual of [[], [1, "a"], [{ a: 1 }], [null]])
      expect(take(usual, [true, null])).toEqual([true, null]);
    expect(() => take([], { a: 1 })).toThrow("must be a list, as its default");
    expect(take({ type: "json", default: null }, { a: [1] })).toEqual({
      a: [1],
    });
  });

  test("refuses JSON that holds itself", () => {
    const circle: unknown[] = [];
    circle.push(circle);
    expect(
      errorOf(() =>
        checkParameters([makeParameter("p", { type: "json" })], { p: circle }),
      ).message,
    ).toContain("an object");
  });
});

describe("parseParameter", () => {
  test.each([
    [{ type: "string" }, "5", "5"],
    [{ type: "string" }, "", ""],
    [{ type: "string", default: null }, "", null],
    [{ type: "number" }, " 5.5 ", 5.5],
    [{ type: "number" }, "-1e3", -1000],
    [{ type: "number", default: null }, "", null],
    [{ type: "boolean" }, "true", true],
    [{ type: "boolean" }, "0", false],
    [{ type: "date" }, "2026-05-31", "2026-05-31"],
    [
      { type: "datetime" },
      "2026-05-31T12:00:00Z",
      new Date("2026-05-31T12:00:00Z"),
    ],
    [{ options: [1, 2] }, "2", 2],
    [{ options: ["1", 2] }, "1", "1"],
    [{ type: "json" }, '{"a":[1]}', { a: [1] }],
  ])("%j reads %j", (spec, text, value) => {
    expect(parseParameter(makeParameter("p", spec), text)).toEqual(value);
  });

  test.each([
    [{ type: "number" }, "five"],
    [{ type: "number" }, ""],
    [{ type: "number" }, "0x10"],
    [{ type: "number", max: 5 }, "6"],
    [{ type: "boolean" }, "maybe"],
    [{ type: "date" }, "31.5.2026"],
    [{ type: "datetime" }, "May 31"],
    [{ options: [1, 2] }, "3"],
    [{ type: "json" }, "{"],
  ])("%j refuses %j and shows it", (spec, text) => {
    const { code, message } = errorOf(() =>
      parseParameter(makeParameter("p", spec), text),
    );
    expect(code).toBe("invalid-parameter");
    expect(message).toContain("The parameter p");
    expect(message).toContain(text);
  });

  test.each([
    ["9007199254740993", "9007199254740992"],
    ["-12345678901234567", "-12345678901234568"],
    ["+9007199254740993", "9007199254740992"],
  ])(
    "a number refuses %s, whose last digit would be lost, and says what it would be",
    (text, kept) => {
      const parameter = makeParameter("p", { type: "number" });
      expect(errorOf(() => parseParameter(parameter, text)).message).toBe(
        `The parameter p has no place for all digits of ${text}: it would be ${kept}. Long numbers are texts.`,
      );
    },
  );

  test.each([26073116965360952, -1.2345678901234567e20, 1e21, 2 ** 53, -0.5])(
    "the plain text of %d gives it back with all its digits",
    (value) => {
      const parameter = makeParameter("p", { type: "number" });
      const text = plainText(parameter, value);
      expect(parseParameter(parameter, text)).toBe(value);
    },
  );

  test.each(["9007199254740992", "1e21", "0.1", "100000000000000000000"])(
    "a number takes %s as it is",
    (text) => {
      const parameter = makeParameter("p", { type: "number" });
      expect(parseParameter(parameter, text)).toBe(Number(text));
    },
  );

  test("a number refuses more digits than any number has", () => {
    const parameter = makeParameter("p", { type: "number" });
    const { code } = errorOf(() => parseParameter(parameter, "9".repeat(400)));
    expect(code).toBe("invalid-parameter");
  });

  test.each([
    "",
    "2026-05-31 10:00",
    "2026-02-30T10:00",
    "2026-02-30",
    "2026-05-31T25:00Z",
  ])("a datetime refuses %j, which is no moment, and shows one", (text) => {
    expect(
      errorOf(() =>
        parseParameter(makeParameter("p", { type: "datetime" }), text),
      ).message,
    ).toBe(
      `The parameter p must be a moment such as 2026-05-31T10:00, not "${text}".`,
    );
  });
});
