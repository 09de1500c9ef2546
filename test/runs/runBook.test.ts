import { expect, test } from "vitest";
import type { RunEvent } from "../../src/core/events.ts";
import { RunBook } from "../../src/runs/runBook.ts";
import { makeGraph } from "../ui/runs.ts";

const graph = makeGraph({ a: [] });

const started: RunEvent = {
  type: "run-started",
  at: 1,
  run: "r",
  graph,
  keys: { a: "k" },
  parameters: {},
  reused: [],
  excluded: [],
};
const attempt: RunEvent = {
  type: "attempt-started",
  at: 2,
  task: 0,
  attempt: 1,
};
const rest: readonly RunEvent[] = [
  { type: "attempt-returned", at: 3, task: 0, attempt: 1 },
  { type: "attempt-committed", at: 4, task: 0, attempt: 1, size: 10 },
];
const all = [started, attempt, ...rest];

test("a run that is settled is complete, though its last events have not come in yet", () => {
  const book = new RunBook();
  book.add("r", 0, [started, attempt]);
  expect(book.state("r")?.state).toBe("Running");
  book.settle("r", all);
  expect(book.state("r")?.state).toBe("Success");
  expect(book.state("r")?.tasks.get("a")?.size).toBe(10);
});

test("events that come in after the end count once", () => {
  const book = new RunBook();
  book.add("r", 0, [started, attempt]);
  book.settle("r", all);
  book.add("r", 2, rest);
  expect(book.events("r")).toEqual(all);
  expect(book.state("r")?.state).toBe("Success");
});

test("events that come in after all that is left waits for people count once", () => {
  const paused: RunEvent = {
    type: "attempt-paused",
    at: 3,
    task: 0,
    attempt: 1,
    message: "look",
  };
  const answered: RunEvent = {
    type: "pause-answered",
    at: 4,
    task: 0,
    answer: { type: "resume" },
  };
  const book = new RunBook();
  book.add("r", 0, [started]);
  book.settle("r", [started, attempt, paused]);
  expect(book.state("r")?.state).toBe("Paused");
  book.add("r", 1, [attempt, paused]);
  book.add("r", 2, [paused, answered]);
  expect(book.events("r")).toEqual([started, attempt, paused, answered]);
  expect(book.state("r")?.state).toBe("Running");
});

test("events that follow on unknown ones wait for the list that has those too", () => {
  const book = new RunBook();
  book.add("r", 0, [started]);
  book.add("r", 2, rest);
  expect(book.events("r")).toEqual([started]);
  book.settle("r", all);
  expect(book.state("r")?.state).toBe("Success");
});

test("a resumed run takes events again", () => {
  const book = new RunBook();
  book.settle("r", all);
  book.add("r", 4, [
    {
      type: "run-resumed",
      at: 5,
      graph,
      keys: { a: "k2" },
      parameters: {},
      kept: [],
    },
    { type: "attempt-started", at: 6, task: 0, attempt: 2 },
  ]);
  expect(book.state("r")?.state).toBe("Running");
  expect(book.events("r")).toHaveLength(6);
});

test("runs are listed newest first, though two that are new come in newest first", () => {
  const book = new RunBook();
  const begunAt = (at: number, run: string): RunEvent[] => [
    { ...started, at, run } as RunEvent,
  ];
  book.settle("first", begunAt(1, "first"));
  book.settle("third", begunAt(3, "third"));
  book.settle("second", begunAt(2, "second"));
  expect(book.list().map(({ run }) => run)).toEqual([
    "third",
    "second",
    "first",
  ]);
  expect(book.last(graph.flow)?.run).toBe("third");
});
