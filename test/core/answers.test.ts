import { describe, expect, test } from "vitest";
import { checkAnswer } from "../../src/core/answers.ts";
import type { Answer } from "../../src/core/events.ts";
import type { Operator } from "../../src/core/graph.ts";
import { makeParameter } from "../../src/core/parameter.ts";

const gate: Operator = {
  type: "approve",
  message: "Load?",
  timeout: undefined,
};
const form: Operator = {
  type: "ask",
  message: "How much?",
  form: [makeParameter("city", undefined), makeParameter("count", 3)],
  timeout: undefined,
};

describe("an answer", () => {
  test("lets a task that is no gate go on, whether it is approved or resumed", () => {
    for (const type of ["approve", "resume"] as const)
      expect(checkAnswer("manual", undefined, { type })).toEqual({
        type: "resume",
      });
  });

  test("approves a gate, and declines whatever waits", () => {
    expect(checkAnswer("gate", gate, { type: "approve" }).type).toBe("approve");
    const declined: Answer = { type: "decline", message: "no" };
    for (const operator of [undefined, gate, form])
      expect(checkAnswer("gate", operator, declined)).toEqual(declined);
  });

  test("approves a form with values of its fields, and not without", () => {
    const approved: Answer = { type: "approve" };
    expect(checkAnswer("much", form, approved, {})).toEqual(approved);
    expect(() => checkAnswer("much", form, approved)).toThrow(
      "much is a form: approve it with the values of its fields (city and count), or decline it. It still waits.",
    );
  });

  test("brings no values to what has no form, where they would be lost", () => {
    const approved: Answer = { type: "approve" };
    for (const operator of [undefined, gate]) {
      expect(() => checkAnswer("it", operator, approved, { x: 1 })).toThrow(
        "it has no form, so it takes no values (x): approve it without any. It still waits.",
      );
      expect(() => checkAnswer("it", operator, approved, {})).not.toThrow();
    }
  });

  test.each([
    ["a gate", gate, "approve it, or decline it"],
    ["a form", form, "approve it with the values of its form, or decline it"],
  ])("that only lets go on is refused by %s", (_, operator, advice) => {
    expect(() => checkAnswer("gate", operator, { type: "resume" })).toThrow(
      `gate cannot just go on: ${advice}. It still waits.`,
    );
  });

  test("of another type is refused with those that there are", () => {
    const other = { type: "yes" } as unknown as Answer;
    expect(() => checkAnswer("gate", gate, other)).toThrow(
      'The type of an answer is "approve", "decline" or "resume", not "yes". gate still waits.',
    );
  });
});
