import { entries, get, setMany } from "idb-keyval";
import { describe, expect, test } from "vitest";
import { replay } from "../../../src/core/scheduler.ts";
import { snapshot } from "../../../src/core/snapshot.ts";
import { createStore } from "../../../src/storage/useStore.ts";
import { readFixture } from "./readFixture.ts";
import { attach, commitOf, makeDatabase, newNotebook } from "./world.ts";

/** A notebook as Flowbook left it in that format. */
async function storeFixture(format: number): Promise<string> {
  const notebook = newNotebook();
  const { use } = createStore(`flowbook:${notebook}`);
  await setMany(readFixture(format), use);
  return notebook;
}

const expected = {
  2: { date: 1_790_000_000_000, rows: 60, least: 1 },
  3: { date: 1_795_000_000_000, rows: 260, least: -1 },
  4: { date: 1_795_000_000_000, rows: 340, least: -2 },
  5: { date: 1_795_000_000_000, rows: 400, least: -3 },
  6: { date: 1_795_000_000_000, rows: 402, least: -5 },
} as const;

describe.each([2, 3, 4, 5, 6] as const)("a notebook of format %i", (format) => {
  const { date, rows, least } = expected[format];

  test("shows its runs, results, rows, logs, files and outputs, and stays as it is when it is only looked at", async () => {
    const notebook = await storeFixture(format);
    const database = makeDatabase();
    const report = await database.open(notebook, { readOnly: true });
    expect(report.damage).toBeUndefined();
    expect(report.outputs).toEqual({
      busiest: [{ type: "text", text: "United 1" }],
    });
    expect(report.files.map(({ name }) => name)).toEqual(["airlines.csv"]);
    expect(report.cache.map(({ cacheKey }) => cacheKey)).toEqual(["cached-a"]);
    const run = report.runs.find(({ id }) => id === "run-1");
    expect(snapshot(replay(run!.events)).state).toBe("Success");
    expect(
      await database.results("run-1", ["key-a", "key-b", "key-c"]),
    ).toEqual([
      { value: { when: new Date(date), rows: 2 } },
      { value: 1 },
      { value: "two" },
    ]);
    const found = await database.query(
      "SELECT (SELECT group_concat(name) FROM airlines) AS airlines, count(*) AS rows, min(i) AS least FROM big",
    );
    expect(found.rows).toEqual([{ airlines: "United,Delta", rows, least }]);
    expect(await database.logs("run-1")).toMatchObject([
      { text: "two airlines" },
    ]);
    const stored = await entries(createStore(`flowbook:${notebook}`).use);
    expect(stored).toHaveLength(readFixture(format).length);
  });

  test("takes new rows beside those that it has, and is one of format 6 then", async () => {
    const notebook = await storeFixture(format);
    const { use } = createStore(`flowbook:${notebook}`);
    const database = makeDatabase();
    const { runs } = await database.open(notebook);
    const attempt = { run: "next", node: "a", attempt: 1 };
    const client = await attach(database, attempt);
    await client.exec("INSERT INTO airlines VALUES ('KLM', 'KLM')");
    await database.commit(commitOf(attempt, 0, "kept"));
    expect(await get("database", use)).toBeUndefined();
    expect(await get("manifest", use)).toMatchObject({ format: 6 });

    const again = makeDatabase();
    const report = await again.open(notebook);
    expect(report.damage).toBeUndefined();
    expect(report.runs).toHaveLength(runs.length + 1);
    const found = await again.query(
      "SELECT (SELECT count(*) FROM airlines) AS airlines, (SELECT count(*) FROM big) AS big",
    );
    expect(found.rows).toEqual([{ airlines: 3, big: rows }]);
  });
});

test("an extent of format 6 is read with what was written in the place of its parts", async () => {
  const stored = readFixture(6).map(([key]) => key);
  expect(stored).toContainEqual(["segment", 0, 13]);
  expect(stored).toContainEqual(["segment", 1, 14]);
  const database = makeDatabase();
  await database.open(await storeFixture(6));
  const found = await database.query(
    "SELECT substr(text, 1, 5) AS begin, count(*) AS rows, sum(length(text)) AS size FROM long WHERE i > 21 AND i < 43 OR i = 66 GROUP BY 1",
  );
  expect(found.rows).toEqual([
    { begin: "again", rows: 1, size: 49_005 },
    { begin: "chang", rows: 21, size: 21 * 49_007 },
  ]);
  const whole = await database.query("PRAGMA integrity_check");
  expect(whole.rows).toEqual([{ integrity_check: "ok" }]);
});
