import "./runes.ts";
import { describe, expect, test, vi } from "vitest";
import type { RunDesk } from "../../src/ui/runDesk.svelte.ts";
import type { ApiAnswer } from "../../src/ui/pageApi.ts";
import { answerByName, markByName } from "../../src/ui/taskByName.ts";
import { taskIdOf } from "../../src/ui/taskIdOf.ts";
import { keepMark } from "../../src/ui/markSuccess.ts";
import { makeParameter } from "../../src/core/parameter.ts";
import { runTasks } from "./runs.ts";

const over = runTasks(
  { list: [], m: { map: ["list"] }, none: { map: ["empty"] }, empty: [] },
  { functions: { list: () => [1, 2, 3], empty: () => [] } },
);

test.each([
  ["m", 7, "The map m has no element 7. It has elements 0 to 2."],
  ["none", 0, "The map none has no element 0. It has none."],
  ["list", 0, "list is no map, so it has no element 0. Leave out the index."],
  ["n", undefined, "The run has no task n. It has list, m, none, empty."],
])(
  "what there is is said where %s[%s] is to be a success, and is not there",
  async (task, index, message) => {
    const desk = { running: true, runs: [], shown: () => over };
    await expect(
      markByName(desk as unknown as RunDesk, task, 99, index),
    ).rejects.toThrow(message);
  },
);

test("a task is meant by its id, else by its name, else by its variable", () => {
  const run = runTasks({ a: [], "b-1": [], c: [], d: [] });
  const called = {
    a: ["x", "d"],
    "b-1": ["x", "e"],
    c: ["d", "x"],
    d: ["e", "x"],
  };
  const nodes = run.graph.nodes.map((node) => {
    const [name, task] = called[node.id as keyof typeof called];
    return { ...node, name, task };
  });
  const named = { ...run, graph: { ...run.graph, nodes } } as typeof run;
  expect(
    ["b-1", "d", "x", "e", "y"].map((name) => taskIdOf(named, name)),
  ).toEqual(["b-1", "d", "a", "d", undefined]);
});

describe("an answer to a form", () => {
  const waiting = runTasks({
    q: {
      operator: {
        type: "ask",
        message: "q",
        form: [makeParameter("n", 1)],
        timeout: undefined,
      },
    },
  });
  const answerTask = vi.fn(() => Promise.resolve());
  const desk = { runs: [waiting], shown: () => waiting, answerTask };
  const answer = (given?: unknown) =>
    answerByName(desk as unknown as RunDesk, "q", given as ApiAnswer);

  test.each<[string, unknown, string]>([
    ["a function", () => 1, "and not a function. q still waits."],
    ["a list", [1], "and not [1]. q still waits."],
    ["a Map", new Map(), "and not a Map. q still waits."],
    ["a text", "1", 'and not "1". q still waits.'],
  ])("is refused whose values are %s", async (_, value, message) => {
    await expect(answer({ type: "approve", value })).rejects.toMatchObject({
      code: "invalid-argument",
      message: `The values of a form are an object with its fields, ${message}`,
    });
    expect(answerTask).not.toHaveBeenCalled();
  });

  test.each(["approve", 7, null])("is refused that is %j", async (given) => {
    await expect(answer(given)).rejects.toMatchObject({
      code: "invalid-argument",
      message: expect.stringContaining('such as { type: "approve" }') as string,
    });
  });

  test("needs no values for fields that have a default", async () => {
    await answer();
    expect(answerTask).toHaveBeenLastCalledWith(
      "q",
      { type: "approve" },
      { path: [], value: { n: 1 } },
    );
  });
});

describe("a result that is given by hand", () => {
  const commitResults = vi.fn(() => Promise.resolve());
  const keep = (value: unknown) =>
    keepMark({ commitResults }, over, { task: 0, value, firstEvent: 9 });

  test("and cannot be copied is refused with what in it stands in the way", async () => {
    for (const [value, message] of [
      [() => 1, "value is a function."],
      [{ rows: [{ f: Symbol("x") }] }, "value.rows[0].f is a symbol."],
    ] as const)
      await expect(keep(value)).rejects.toMatchObject({
        code: "cannot-copy",
        message: expect.stringContaining(
          `The result that was given cannot be copied: ${message}`,
        ) as string,
      });
    expect(commitResults).not.toHaveBeenCalled();
  });

  test("is kept where JSON has no word for it", async () => {
    const circle: unknown[] = [2n ** 70n, new Map([[1, new Date(0)]])];
    circle.push(circle);
    expect(await keep(circle)).toMatchObject({ type: "task-marked", task: 0 });
  });
});
