import { expect, test } from "vitest";
import {
  waitingTasks,
  waitingWords,
  waitWords,
} from "../../src/ui/waitingTasks.ts";
import { ref, runTasks, script, type Specs } from "./runs.ts";

const specs: Specs = {
  list: [],
  gate: {
    args: [ref("list")],
    name: "Load these?",
    operator: { type: "approve", message: "Load these?", timeout: undefined },
  },
  form: {
    name: "How much?",
    operator: {
      type: "ask",
      message: "How much?",
      form: [],
      timeout: undefined,
    },
  },
  byHand: { trigger: { type: "manualOnly" } },
  review: { map: ["list"] },
};

const resting = runTasks(specs, {
  functions: { list: () => [1, 2, 3] },
  script: script({
    gate: { ends: "pause" },
    form: { ends: "pause" },
    "review[1]": { ends: "pause" },
    "review[2]": { ends: "pause" },
  }),
});

test("all that waits for a person is found, elements of maps by the first of them", () => {
  expect(resting.state).toBe("Paused");
  expect(
    waitingTasks([resting]).map(({ node, kind, count, element }) => [
      node,
      kind,
      count,
      element,
    ]),
  ).toEqual([
    ["gate", "approve", 1, undefined],
    ["form", "ask", 1, undefined],
    ["byHand", "start", 1, undefined],
    ["review", "resume", 2, 1],
  ]);
});

test("a run that is over waits for nobody", () => {
  expect(waitingTasks([runTasks({ a: [] })])).toEqual([]);
});

test("what is wanted is said in words", () => {
  const waiting = waitingTasks([resting]);
  expect(waitingWords(waiting)).toBe("5 tasks wait for you");
  expect(waitingWords(waiting.slice(0, 1))).toBe("A task waits for you");
  expect(waiting.map(waitWords)).toEqual([
    "Approve: Load these?",
    "Answer: How much?",
    "Start byHand",
    "Resume review (2)",
  ]);
});
