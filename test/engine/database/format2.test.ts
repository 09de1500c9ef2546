import { entries, get, setMany } from "idb-keyval";
import { expect, test } from "vitest";
import { replay } from "../../../src/core/scheduler.ts";
import { snapshot } from "../../../src/core/snapshot.ts";
import { createStore } from "../../../src/storage/useStore.ts";
import { readFormat2 } from "./readFormat2.ts";
import { attach, commitOf, makeDatabase, newNotebook } from "./world.ts";

/** A notebook as Flowbook left it in format 2. */
async function storeFormat2(): Promise<string> {
  const notebook = newNotebook();
  await setMany(readFormat2(), createStore(`flowbook:${notebook}`).use);
  return notebook;
}

test("a notebook of format 2 shows its runs, results, rows, logs, files and outputs, and stays as it is", async () => {
  const notebook = await storeFormat2();
  const database = makeDatabase();
  const report = await database.open(notebook, { readOnly: true });
  expect(report.damage).toBeUndefined();
  expect(report.outputs).toEqual({
    busiest: [{ type: "text", text: "United 1" }],
  });
  expect(report.files.map(({ name }) => name)).toEqual(["airlines.csv"]);
  expect(report.cache.map(({ cacheKey }) => cacheKey)).toEqual(["cached-a"]);
  const [run] = report.runs;
  expect(snapshot(replay(run!.events)).state).toBe("Success");
  expect(await database.results("run-1", ["key-a", "key-b", "key-c"])).toEqual([
    { value: { when: new Date(1_790_000_000_000), rows: 2 } },
    { value: 1 },
    { value: "two" },
  ]);
  const { rows } = await database.query("SELECT * FROM airlines ORDER BY code");
  expect(rows).toEqual([
    { code: "DAL", name: "Delta" },
    { code: "UAL", name: "United" },
  ]);
  expect(await database.logs("run-1")).toMatchObject([
    { text: "two airlines" },
  ]);
  const stored = await entries(createStore(`flowbook:${notebook}`).use);
  expect(stored.length).toBe(readFormat2().length);
});

test("the first rows that are written put the database of format 2 into pages, and nothing is lost", async () => {
  const notebook = await storeFormat2();
  const { use } = createStore(`flowbook:${notebook}`);
  const database = makeDatabase();
  await database.open(notebook);
  expect(await get("database", use)).toBeInstanceOf(Uint8Array);

  const attempt = { run: "next", node: "a", attempt: 1 };
  const client = await attach(database, attempt);
  await client.exec("INSERT INTO airlines VALUES ('KLM', 'KLM')");
  await database.commit(commitOf(attempt, 0, "kept"));
  expect(await get("database", use)).toBeUndefined();
  expect(await get("manifest", use)).toMatchObject({ format: 3 });

  const again = makeDatabase();
  const report = await again.open(notebook);
  expect(report.damage).toBeUndefined();
  expect(report.runs).toHaveLength(2);
  const { rows } = await again.query(
    "SELECT (SELECT count(*) FROM airlines) AS airlines, (SELECT count(*) FROM big) AS big",
  );
  expect(rows).toEqual([{ airlines: 3, big: 60 }]);
});
