import { readFileSync } from "node:fs";
import { createStore } from "../../../src/storage/useStore.ts";
import { get, setMany } from "idb-keyval";
import { expect, test } from "vitest";
import { replay } from "../../../src/core/scheduler.ts";
import { snapshot } from "../../../src/core/snapshot.ts";
import type { OpenReport } from "../../../src/engine/services.ts";
import { attach, commitOf, makeDatabase, newNotebook } from "./world.ts";

const runs = ["interrupted", "finished", "resumed"] as const;

function readFixture<T>(name: string): T {
  const file = new URL(`../../fixtures/format-1/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")) as T;
}

/** A notebook as Flowbook left it in format 1. */
async function storeFormat1(): Promise<string> {
  const notebook = newNotebook();
  const { use } = createStore(`flowbook:${notebook}`);
  const entries = readFixture<[IDBValidKey, unknown][]>("store").map(
    ([key, value]): [IDBValidKey, unknown] =>
      key === "database"
        ? [key, bytesOf((value as { base64: string }).base64)]
        : [key, value],
  );
  for (const run of runs) {
    const { events } = readFixture<{ events: unknown[] }>(run);
    entries.push([["events", run, 0], events.slice(0, 3)]);
    entries.push([["events", run, 3], events.slice(3)]);
  }
  await setMany(entries, use);
  return notebook;
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}

function formatOf(notebook: string): Promise<unknown> {
  const { use } = createStore(`flowbook:${notebook}`);
  return get<{ format: number }>("manifest", use).then((m) => m?.format);
}

test("a notebook of format 1 shows its runs, results, rows, logs and outputs", async () => {
  const notebook = await storeFormat1();
  const database = makeDatabase();
  const report = await database.open(notebook);
  expect(report.damage).toBeUndefined();
  expect(report.cache).toEqual([]);
  expect(report.outputs).toEqual({
    busiest: [{ type: "text", text: "United 1" }],
  });
  const states = report.runs.map(({ id, events }) => {
    const { state, flow } = snapshot(replay(events));
    return [id, flow, state];
  });
  expect(states).toEqual([
    ["interrupted", "Aircraft-ETL", "Crashed"],
    ["finished", "Aircraft-ETL", "Success"],
    ["resumed", "Aircraft-ETL", "Success"],
  ]);

  const { events } = report.runs[1]!;
  const { tasks } = snapshot(replay(events));
  const valueOf = async (node: string) => {
    const { resultRun, key } = tasks.get(node)!;
    return (await database.results(resultRun, [key]))[0]?.value;
  };
  const rows = [
    { flight: "UAL1", airline: "United" },
    { flight: "DAL2", airline: "Delta" },
  ];
  expect(await valueOf("transform-1")).toEqual(rows);
  expect(await valueOf("extractReferenceData-1")).toEqual([
    { code: "UAL", name: "United" },
    { code: "DAL", name: "Delta" },
  ]);
  expect(
    (await database.query("SELECT * FROM aircraft_vector LIMIT 2")).rows,
  ).toEqual(rows);
  expect((await database.tables()).map(({ name }) => name)).toEqual([
    "aircraft_vector",
    "airlines",
  ]);
  expect((await database.logs("finished")).map(({ text }) => text)).toEqual([
    "no network",
    "2 aircraft",
  ]);
  const { rows: history } = await database.query(
    "SELECT run, count(*) AS attempts FROM history.attempts GROUP BY run ORDER BY run",
  );
  expect(history).toEqual([
    { run: "finished", attempts: 5 },
    { run: "interrupted", attempts: 2 },
    { run: "resumed", attempts: 8 },
  ]);
});

test("looking at a notebook of format 1 leaves it as it is; what is written of a run makes it one of format 6", async () => {
  const notebook = await storeFormat1();
  const database = makeDatabase();
  const { runs: before } = await database.open(notebook);
  expect(await formatOf(notebook)).toBe(1);

  const { id, events } = before[0]!;
  await database.appendEvents(id, events.length, [
    { type: "task-marked", at: 1_900_000_000_000, task: 2, size: 8 },
  ]);
  expect(await formatOf(notebook)).toBe(6);

  const again = makeDatabase();
  const { runs: after, damage } = await again.open(notebook);
  expect(damage).toBeUndefined();
  expect(after.map((run) => run.id)).toEqual(before.map((run) => run.id));
  expect(after[0]!.events.slice(0, events.length)).toEqual(events);
  expect(after[0]!.events).toHaveLength(events.length + 1);
});

test("a notebook of format 1 takes new rows and new results beside those that it has", async () => {
  const notebook = await storeFormat1();
  const database = makeDatabase();
  const { runs: before } = await database.open(notebook);
  const attempt = { run: "next", node: "a", attempt: 1 };
  const client = await attach(database, attempt);
  await client.exec("INSERT INTO airlines VALUES ('KLM', 'KLM')");
  await database.commit(commitOf(attempt, 0, "kept"));

  const again = makeDatabase();
  const report = await again.open(notebook);
  expect(report.runs).toHaveLength(before.length + 1);
  expect(
    (await again.query("SELECT DISTINCT code FROM airlines ORDER BY code"))
      .rows,
  ).toEqual([{ code: "DAL" }, { code: "KLM" }, { code: "UAL" }]);
  expect((await again.results("next", ["key-a"]))[0]).toEqual({
    value: "kept",
  });
});

test("events that cannot be understood are left out, and what is written next has its place", async () => {
  const notebook = await storeFormat1();
  const { use } = createStore(`flowbook:${notebook}`);
  const { events } = readFixture<{ events: unknown[] }>("interrupted");
  const odd = [...events.slice(0, 2), { type: "odd", at: 1 }, ...events];
  await setMany([[["events", "interrupted", 0], odd]], use);
  const database = makeDatabase();
  const eventsOf = ({ runs }: OpenReport) =>
    runs.find(({ id }) => id === "interrupted")?.events ?? [];
  const found = eventsOf(await database.open(notebook));
  expect(found).toHaveLength(2);

  const end = { type: "run-interrupted", at: 1_900_000_000_000 } as const;
  await database.appendEvents("interrupted", 2, [end]);
  await database.appendEvents("interrupted", 3, [end]);
  expect(eventsOf(await makeDatabase().open(notebook))).toEqual([
    ...found,
    end,
    end,
  ]);
});
