import { expect, test } from "vitest";
import { causesOf, mostCauses, reasonOf } from "../../src/core/errorCauses.ts";
import { fromErrorData, toErrorData } from "../../src/core/errors.ts";

const dataOf = (thrown: Error) => ({
  name: thrown.name,
  message: thrown.message,
  ...causesOf(thrown, toErrorData),
});
const told = (thrown: Error) => reasonOf(dataOf(thrown));

test("what was behind an error is told after it, as deep as it goes", () => {
  const innermost = new TypeError("innermost.");
  const inner = new Error("inner cause", { cause: innermost });
  expect(told(new Error("outer", { cause: inner }))).toBe(
    "outer. Cause: inner cause. Cause: innermost.",
  );
  expect(told(new Error("outer!", { cause: "a text" }))).toBe(
    "outer! Cause: a text",
  );
  expect(told(new Error("outer"))).toBe("outer");
  expect(told(new Error("", { cause: new RangeError("") }))).toBe(
    "It threw Error without a message. Cause: It threw RangeError without a message.",
  );
});

test("a cause that the message tells already is not told again, but what is behind it", () => {
  const cause = new TypeError("Failed to fetch.", {
    cause: new Error("reset"),
  });
  expect(
    told(new Error("got no answer: Failed to fetch, by now", { cause })),
  ).toBe("got no answer: Failed to fetch, by now. Cause: reset");
  expect(told(new Error("no answer: x", { cause: new Error("x") }))).toBe(
    "no answer: x",
  );
  // It is within another word.
  expect(told(new Error("reset", { cause: new Error("set") }))).toBe(
    "reset. Cause: set",
  );
});

test("of an AggregateError the first of its errors are told", () => {
  const errors = ["a1", "b1", "c1", "d1"].map((message) => new Error(message));
  expect(told(new AggregateError(errors.slice(0, 2), "several"))).toBe(
    "several. Errors: a1; b1",
  );
  expect(told(new AggregateError(errors, "several"))).toBe(
    "several. Errors: a1; b1; c1",
  );
});

test("errors that hold each other, or endlessly many, come to an end", () => {
  const one = new Error("one");
  const other = new Error("other", { cause: one });
  one.cause = other;
  expect(told(one)).toBe("one. Cause: other");
  let deep = new Error("0");
  for (let at = 1; at < 100; at += 1)
    deep = new Error(`${at}`, { cause: deep });
  expect(told(deep).split("Cause: ")).toHaveLength(mostCauses + 1);
  const long = new Error("outer", { cause: new Error("x".repeat(10_000)) });
  expect(told(long).length).toBeLessThan(400);
});

test("an error made of its data has its cause and its errors again", () => {
  const inner = new TypeError("inner", { cause: new Error("innermost") });
  const made = fromErrorData(dataOf(new Error("outer", { cause: inner })));
  expect(made.cause).toBeInstanceOf(Error);
  expect(made.cause).toMatchObject({
    name: "TypeError",
    message: "inner",
    cause: { message: "innermost" },
  });
  const several = fromErrorData(
    dataOf(new AggregateError([new Error("a1")], "several")),
  );
  expect(several).toMatchObject({
    name: "AggregateError",
    errors: [{ message: "a1" }],
  });
  expect("cause" in fromErrorData({ name: "E", message: "" })).toBe(false);
});

test("what cannot be read behind an error does not take its place", () => {
  const hidden = new Error("hidden");
  Object.defineProperty(hidden, "cause", {
    get() {
      throw new Error("the getter");
    },
  });
  expect(causesOf(hidden, toErrorData)).toEqual({});
  expect(
    causesOf(new Error("outer", { cause: hidden }), toErrorData),
  ).toMatchObject({ cause: { message: "hidden" } });
});
