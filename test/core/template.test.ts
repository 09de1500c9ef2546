import { describe, expect, test } from "vitest";
import { FlowError } from "../../src/core/errors.ts";
import type { Template } from "../../src/core/graph.ts";
import { makeParameter } from "../../src/core/parameter.ts";
import { Absent, refsOf, resolveTemplate } from "../../src/core/template.ts";
import { ref, value } from "./makeGraph.ts";

describe("a template", () => {
  const list = (...items: Template[]): Template => ({ type: "list", items });
  const object = (entries: Record<string, Template>): Template => ({
    type: "object",
    entries: Object.entries(entries),
  });

  test("is resolved at any depth", () => {
    const template = list(
      ref("a"),
      object({ x: ref("b", "rows", 1), y: value([1]) }),
      value("end"),
    );
    const values: Record<string, unknown> = {
      a: 1,
      b: { rows: ["zero", "one"] },
    };
    expect(
      resolveTemplate(template, { valueOf: (node) => values[node] }),
    ).toEqual([1, { x: "one", y: [1] }, "end"]);
    expect(refsOf(template)).toEqual(["a", "b"]);
    expect(refsOf(list(ref("a"), ref("a", 0)))).toEqual(["a"]);
  });

  test("reads no more of a value than data", () => {
    const read = (given: unknown, ...path: (string | number)[]) =>
      resolveTemplate(ref("a", ...path), { valueOf: () => given });
    expect(read({}, "constructor")).toBeUndefined();
    expect(read({}, "__proto__")).toBeUndefined();
    expect(read([1, 2], "length")).toBe(2);
    expect(read("text", 1)).toBe("e");
    expect(read(new Map([[1, 2]]), "size")).toBe(1);
    expect(read(new Uint8Array(3), "length")).toBe(3);
    expect(read({}, "missing")).toBeUndefined();
  });

  test("may have any key", () => {
    const made = resolveTemplate(object({ ["__proto__"]: value(1) }), {
      valueOf: () => 0,
    }) as object;
    expect(Object.getOwnPropertyNames(made)).toEqual(["__proto__"]);
  });

  test.each([
    [
      {},
      ["states", 0],
      "extractLive returned no `states`: cannot read [0] of undefined.",
    ],
    [
      { states: null },
      ["states", 0],
      "extractLive returned null for `states`: cannot read [0] of null.",
    ],
    [
      undefined,
      ["states"],
      "extractLive returned undefined: cannot read states of undefined.",
    ],
    [null, ["a b"], 'extractLive returned null: cannot read ["a b"] of null.'],
    [
      { rows: [{}] },
      ["rows", 0, "at", "x"],
      "extractLive returned no `rows[0].at`: cannot read x of undefined.",
    ],
  ])(
    "that leads into what is missing in %j says so",
    (given, path, message) => {
      const resolve = () =>
        resolveTemplate(ref("extractLive-1", ...path), {
          valueOf: () => given,
          nameOf: () => "extractLive",
        });
      expect(resolve).toThrow(FlowError);
      expect(resolve).toThrow(message);
    },
  );

  test.each([
    [[1, 2], [2], "extractLive returned a list of 2: it has no [2]."],
    [
      { rows: [] },
      ["rows", 0],
      "extractLive returned a list of 0 in `rows`: it has no [0].",
    ],
    [[1, 2], ["-1"], "extractLive returned a list of 2: it has no [-1]."],
    [[1, 2], [-1], "extractLive returned a list of 2: it has no [-1]."],
    [[1, 2], ["0.5"], "extractLive returned a list of 2: it has no [0.5]."],
  ])(
    "that leads to no place of a list in %j says so",
    (given, path, message) => {
      expect(() =>
        resolveTemplate(ref("extractLive-1", ...path), {
          valueOf: () => given,
          nameOf: () => "extractLive",
        }),
      ).toThrow(message);
    },
  );

  test("of a task that failed is its Error, and of one that was skipped null, wherever its path leads", () => {
    const error = new Error("boom");
    const values = {
      valueOf: (node: string) => new Absent(node === "failed" ? error : null),
    };
    const template = list(
      ref("failed"),
      ref("failed", "rows", 0),
      ref("skipped"),
      ref("skipped", "x"),
    );
    expect(resolveTemplate(template, values)).toEqual([
      error,
      error,
      null,
      null,
    ]);
  });

  test("of an element takes it out of the list, level by level", () => {
    const rows: Template = { type: "each", level: 0, of: ref("a"), path: [] };
    const cells: Template = { type: "each", level: 1, of: rows, path: ["x"] };
    const given = [[{ x: 1 }], [{ x: 2 }, { x: 3 }]];
    const at = (...place: number[]) =>
      resolveTemplate(cells, { valueOf: () => given, place });
    expect(at(0, 0)).toBe(1);
    expect(at(1, 1)).toBe(3);
  });

  test("of an element takes it from a list that is at hand", () => {
    const element: Template = {
      type: "each",
      level: 0,
      of: ref("a"),
      path: [],
    };
    expect(
      resolveTemplate(element, {
        valueOf: () => {
          throw new Error("made anew");
        },
        listOf: () => ["one", "two"],
        place: [1],
      }),
    ).toBe("two");
  });

  test("goes over typed arrays as over lists", () => {
    const element: Template = {
      type: "each",
      level: 0,
      of: ref("a"),
      path: [],
    };
    const valueOf = () => Uint8Array.of(7, 8);
    expect(resolveTemplate(element, { valueOf, place: [1] })).toBe(8);
  });

  test.each([
    [1, "it is 1, and a map goes over a list."],
    ["text", "To map over its characters or lines, split it in a task first."],
    [new Set([1]), "Make a list of it in a task first: [...value]."],
    [new Map(), "Make a list of it in a task first: [...value]."],
    [
      { a: 1 },
      "To map over its entries, return Object.entries(...) from a task first.",
    ],
    [null, "it is null"],
    [new Date(0), /and a map goes over a list\.$/],
  ])("cannot go over %j, and says what to do", (given, message) => {
    const element: Template = {
      type: "each",
      level: 0,
      of: ref("a"),
      path: [],
    };
    expect(() =>
      resolveTemplate(element, { valueOf: () => given, place: [0] }),
    ).toThrow(message);
  });

  test("that is flattened has one level less, and what is no list stays", () => {
    const flat = (given: unknown) =>
      resolveTemplate(
        { type: "flatten", of: ref("a"), path: [] },
        { valueOf: () => given },
      );
    expect(flat([[1], [2, [3]], 4, []])).toEqual([1, 2, [3], 4]);
    expect(flat([])).toEqual([]);
    expect(() => flat(3)).toThrow("Cannot flatten a: it is 3");
  });

  test("of a sub-flow's parameter is checked, and has its default", () => {
    const parameter = makeParameter("radius", { type: "number", default: 200 });
    const given = (of: Template) =>
      resolveTemplate(
        { type: "parameter", of, parameter, path: [] },
        { valueOf: () => 5 },
      );
    expect(given(ref("a"))).toBe(5);
    expect(given(value(undefined))).toBe(200);
    expect(() => given(value("far"))).toThrow(
      'The parameter radius must be a number, not "far".',
    );
  });
});
