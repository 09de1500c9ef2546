import { expect, onTestFinished, test } from "vitest";
import {
  openLoaded,
  type Sqlite,
} from "../../../src/engine/database/sqlite.ts";
import { loadModule } from "../../../src/engine/database/sqliteModule.ts";
import {
  attach,
  attemptOf,
  commitOf,
  makeDatabase,
  newNotebook,
  wasmBytes,
} from "./world.ts";

/** A SQLite whose self-test finds something. */
async function failing(): Promise<Sqlite> {
  return openLoaded(
    await loadModule(wasmBytes),
    () => "after a load it differs",
  );
}

test("where the self-test fails, the notebook opens and says why saving is slow", async () => {
  const slow = makeDatabase(undefined, failing());
  expect(await slow.open(newNotebook())).toMatchObject({
    slow: "after a load it differs",
    damage: undefined,
  });
  const usual = makeDatabase();
  expect((await usual.open(newNotebook())).slow).toBeUndefined();
});

test("where the self-test cannot even be made, files are compared and the reason is what was thrown", async () => {
  const sqlite = openLoaded(await loadModule(wasmBytes), () => {
    throw new Error("there is no xRead");
  });
  expect(sqlite.mismatch).toBe("there is no xRead");
});

test("what is saved by comparing opens in the usual way, and the other way round", async () => {
  const notebook = newNotebook();
  const ways = [undefined, failing(), undefined, failing()];
  for (const [at, way] of ways.entries()) {
    const database = makeDatabase(undefined, way);
    const { damage } = await database.open(notebook);
    expect(damage).toBeUndefined();
    const attempt = attemptOf(`task-${at}`);
    const port = await attach(database, attempt);
    await port.exec(
      `CREATE TABLE IF NOT EXISTS t (x); INSERT INTO t VALUES (${at})`,
    );
    await database.commit(commitOf(attempt, at));
    const { rows } = await database.query("SELECT x FROM t ORDER BY x");
    expect(rows.map(({ x }) => x)).toEqual([0, 1, 2, 3].slice(0, at + 1));
    await database.closeNotebook();
  }
});

test("a save by comparing that fails is taken back, in memory too", async () => {
  const database = makeDatabase(undefined, failing());
  await database.open(newNotebook());
  const first = await attach(database, attemptOf("a"));
  await first.exec("CREATE TABLE t AS SELECT 1 AS x");
  await database.commit(commitOf(attemptOf("a")));
  const second = await attach(database, attemptOf("b"));
  await second.exec("INSERT INTO t VALUES (2)");
  const { put } = IDBObjectStore.prototype;
  onTestFinished(() => {
    IDBObjectStore.prototype.put = put;
  });
  IDBObjectStore.prototype.put = () => {
    throw new DOMException("", "QuotaExceededError");
  };
  await expect(
    database.commit(commitOf(attemptOf("b"), 1)),
  ).rejects.toMatchObject({ code: "storage-full" });
  IDBObjectStore.prototype.put = put;
  expect((await database.query("SELECT x FROM t")).rows).toEqual([{ x: 1 }]);
});
