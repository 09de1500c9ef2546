import type { Remote } from "comlink";
import { expect, test } from "vitest";
import {
  DatabaseConnection,
  DatabaseRestarted,
} from "../../src/engine/databaseConnection.ts";
import type { DatabaseService } from "../../src/engine/services.ts";

const never = () => new Promise(() => {});

test("what only reads what is kept, and the opening of a notebook, is asked of the next worker, when the one before was busy with a query that does not end", async () => {
  const connection = new DatabaseConnection({
    query: never,
    cacheEntries: never,
    open: never,
    logs: never,
  } as unknown as Remote<DatabaseService>);
  const querying = expect(
    connection.service.query("SELECT 1", [], 1),
  ).rejects.toBeInstanceOf(DatabaseRestarted);
  const entries = connection.service.cacheEntries();
  const logs = expect(connection.service.logs("r")).rejects.toThrow("no logs");
  const opening = connection.service.open("n");
  const asked: string[] = [];
  connection.replace({
    query: (sql: string) => asked.push(sql),
    cacheEntries: () => Promise.resolve([]),
    logs: () => Promise.reject(new Error("no logs")),
    open: (id: string) => Promise.resolve(id),
  } as unknown as Remote<DatabaseService>);
  await querying;
  expect(await entries).toEqual([]);
  await logs;
  expect(await opening).toBe("n");
  expect(asked).toEqual([]);
});
