import { afterEach, describe, expect, test } from "vitest";
import { cell, startKernel } from "./kernelWorld.ts";

const own = {
  get: Map.prototype.get,
  push: Array.prototype.push,
  then: Promise.prototype.then,
  iterate: Array.prototype[Symbol.iterator],
  stringify: JSON.stringify,
};
// A failing test must not take the others, nor their runner, with it.
afterEach(() => {
  Map.prototype.get = own.get;
  Array.prototype.push = own.push;
  Promise.prototype.then = own.then;
  Array.prototype[Symbol.iterator] = own.iterate;
  JSON.stringify = own.stringify;
});

describe("a task that changes what all code has in common", () => {
  test.each([
    ["Map.prototype.get", "Map.prototype.get = () => 0"],
    ["Array.prototype.push", "Array.prototype.push = () => 0"],
    ["Promise.prototype.then", "Promise.prototype.then = () => 0"],
    [
      "Array.prototype.Symbol(Symbol.iterator)",
      "Array.prototype[Symbol.iterator] = () => 0",
    ],
    ["JSON.stringify", "delete JSON.stringify"],
  ])(
    "answers, finds it put back, and is told so: %s",
    async (name, changing) => {
      const kernel = startKernel([
        cell(
          "main",
          `const change = task(async () => { ${changing}; return 1 })
const fail = task(() => { ${changing}; throw new Error("no") })`,
          { declares: ["change", "fail"] },
        ),
      ]);
      const { answer, said } = await kernel.runJob("change", []);
      expect(answer).toMatchObject({ type: "returned", value: 1 });
      expect({
        ...own,
        get: Map.prototype.get,
        push: Array.prototype.push,
        then: Promise.prototype.then,
        iterate: Array.prototype[Symbol.iterator],
        stringify: JSON.stringify,
      }).toEqual(own);
      const warning = {
        type: "log",
        level: "warning",
        text: expect.stringContaining(`This task changed ${name},`) as string,
      };
      expect(said).toMatchObject([warning, { type: "spoiled" }, answer]);
      const failed = await kernel.runJob("fail", []);
      expect(failed.said).toMatchObject([
        warning,
        { type: "spoiled" },
        { type: "failed", error: { message: "no" } },
      ]);
    },
  );

  test("adds nothing to all objects and lists", async () => {
    const kernel = startKernel([
      cell(
        "main",
        `Array.prototype.last = function () { return this.at(-1) }
const merge = task(function () { JSON.parse('{"isAdmin":true}', function (key, value) { if (key) ({}).__proto__[key] = value }); Array.prototype.first = 5 })
const look = task(() => { const keys = []; for (const key in [1]) keys.push(key); return keys })`,
        { declares: ["merge", "look"] },
      ),
    ]);
    try {
      const { said } = await kernel.runJob("merge", []);
      expect(said).toMatchObject([
        { type: "log" },
        { type: "spoiled" },
        { type: "returned" },
      ]);
      expect(await kernel.run("look")).toEqual(["0", "last"]);
    } finally {
      for (const holder of [Object.prototype, Array.prototype])
        for (const key of ["last", "first", "isAdmin"])
          Reflect.deleteProperty(holder, key);
    }
  });

  test("puts back a name of the language too", async () => {
    const kernel = startKernel([
      cell(
        "main",
        `const change = task(function () { setTimeout = () => 5 })
const look = task(() => String(setTimeout(() => {}, 1000)))`,
        { declares: ["change", "look"] },
      ),
    ]);
    const { said } = await kernel.runJob("change", []);
    expect(said).toContainEqual(expect.objectContaining({ type: "spoiled" }));
    expect(await kernel.run("look")).toBe("1");
  });

  test("says nothing of what cells change while they are evaluated, and it stays", async () => {
    const kernel = startKernel([
      cell(
        "main",
        `Map.prototype.get = function () { return "polyfill" }
const look = task(() => new Map().get(1))`,
        { declares: ["look"] },
      ),
    ]);
    const { answer, said } = await kernel.runJob("look", []);
    expect(said).toEqual([answer]);
    expect(answer).toMatchObject({ value: "polyfill" });
  });
});
