import { expect, test } from "vitest";
import type { RunEvent } from "../../src/core/events.ts";
import {
  Commits,
  type PendingCommit,
  type RunStore,
} from "../../src/engine/commits.ts";
import type { AttemptRequest } from "../../src/engine/executor.ts";
import { expandResults } from "../../src/engine/quickResults.ts";

const started = (task: number): RunEvent => ({
  type: "attempt-started",
  at: 0,
  task,
  attempt: 1,
});

const result = (number: number): PendingCommit => ({
  request: { number, attempt: 1 } as AttemptRequest,
  key: `key ${number}`,
  value: number,
  usesDatabase: false,
  cache: undefined,
  ties: undefined,
  startedAt: NaN,
  name: "",
  endedAt: NaN,
});

/** Commits with a store that notes how many events each write has, and timers that are fired by hand. */
function world(past: readonly RunEvent[] = [], written?: number) {
  const writes: string[] = [];
  const timers = new Set<() => void>();
  const broken = { is: false };
  const refused = new Set<unknown>();
  const told: string[] = [];
  const firsts: number[] = [];
  const store = {
    commitResults: ({ events, values }) => {
      if (values.some((value) => refused.has(value)))
        return Promise.reject(new Error("cannot be kept"));
      writes.push(`results, ${events.length} events`);
      return Promise.resolve();
    },
    appendEvents: (_run, first, events) => {
      if (broken.is) return Promise.reject(new Error("full"));
      writes.push(`${events.length} events`);
      firsts.push(first);
      return Promise.resolve();
    },
  } as Partial<RunStore> as RunStore;
  const clock = {
    now: () => 0,
    setTimer: (_at: number, call: () => void) => {
      timers.add(call);
      return () => void timers.delete(call);
    },
  };
  const commits = new Commits(
    "run",
    past,
    { store, clock, written },
    {
      kept: (all) => {
        for (const one of all)
          for (const { key } of "requests" in one ? expandResults(one) : [one])
            told.push(`${key} is kept`);
      },
      lost: ({ key }) => told.push(`${key} is lost`),
      rested: () => {},
    },
  );
  return { commits, writes, timers, broken, firsts, refused, told };
}

test("events without a result are written before long", async () => {
  const { commits, writes, timers } = world();
  commits.record(started(1));
  commits.writeSoon();
  expect(writes).toEqual([]);
  for (const fire of timers) fire();
  await commits.settled();
  expect(writes).toEqual(["1 events"]);
});

test("events that a result took along are not written again, nor waited for", async () => {
  const { commits, writes, timers } = world();
  commits.record(started(1));
  commits.writeSoon();
  commits.add(result(1));
  await commits.settled();
  expect(writes).toEqual(["results, 2 events"]);
  expect(timers.size).toBe(0);
});

test("events that happen while a result is being written have a wait of their own", async () => {
  const { commits, writes, timers } = world();
  commits.record(started(1));
  commits.writeSoon();
  commits.add(result(1));
  await Promise.resolve();
  commits.record(started(2));
  commits.writeSoon();
  await commits.settled();
  expect(timers.size).toBe(1);
  for (const fire of timers) fire();
  await commits.close();
  expect(writes).toEqual(["results, 2 events", "1 events"]);
});

test("what could not be written of a run is written when it goes on, before what is new", async () => {
  const { commits, broken, timers } = world();
  commits.record(started(1));
  commits.writeSoon();
  for (const fire of timers) fire();
  await commits.settled();
  commits.record(started(2));
  broken.is = true;
  const events = await commits.close();
  expect(events).toHaveLength(2);
  expect(commits.written).toBe(1);

  const next = world(events, commits.written);
  next.commits.record(started(3));
  await next.commits.close();
  expect(next.writes).toEqual(["2 events"]);
  expect(next.firsts).toEqual([1]);
  expect(next.commits.written).toBe(3);
});

test("a result that cannot be kept is lost alone, and not what is written with it", async () => {
  const { commits, refused, told, firsts, timers } = world();
  refused.add(2);
  commits.record(started(1));
  for (const number of [0, 1, 2, 3, 4]) commits.add(result(number));
  await commits.settled();
  expect(told).toEqual([
    "key 0 is kept",
    "key 1 is kept",
    "key 2 is lost",
    "key 3 is kept",
    "key 4 is kept",
  ]);
  for (const fire of timers) fire();
  expect(await commits.close()).toHaveLength(5);
  expect(commits.written).toBe(5);
  expect(firsts).toEqual([]);
});

test("of the results of a map that cannot be kept one is lost alone, and the others are told of in one event each time", async () => {
  const { commits, refused, told } = world();
  refused.add("3");
  const places = Int32Array.of(1, 2, 3, 4);
  commits.add({
    requests: [...places].map((number) => result(number).request),
    keys: [{ of: "map", places }],
    values: [...places].map(String),
    startedAt: [1, 1, 1, 1],
    endedAt: [2, 2, 2, 2],
    names: ["", "second", "", ""],
  });
  await commits.settled();
  expect(told).toEqual([
    "map#1 is kept",
    "map#2 is kept",
    "map#3 is lost",
    "map#4 is kept",
  ]);
  expect(await commits.close()).toEqual([
    {
      type: "attempts-committed",
      at: 0,
      tasks: Int32Array.of(1, 2),
      startedAt: Float64Array.of(1, 1),
      endedAt: Float64Array.of(2, 2),
      sizes: Float64Array.of(2, 2),
      names: ["", "second"],
    },
    {
      type: "attempts-committed",
      at: 0,
      tasks: Int32Array.of(4),
      startedAt: Float64Array.of(1),
      endedAt: Float64Array.of(2),
      sizes: Float64Array.of(2),
    },
  ]);
});

test("a result that cannot be kept is lost alone after hundreds of thousands of events", async () => {
  const past = Array.from({ length: 300_000 }, (_, task) => started(task));
  const { commits, refused, told } = world(past, past.length);
  refused.add(2);
  for (const number of [1, 2, 3]) commits.add(result(number));
  await commits.settled();
  expect(told.sort()).toEqual([
    "key 1 is kept",
    "key 2 is lost",
    "key 3 is kept",
  ]);
});
