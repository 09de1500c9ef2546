import type { Remote } from "comlink";
import { expect, test } from "vitest";
import { queryKey } from "../../src/engine/attempt.ts";
import {
  DatabaseConnection,
  DatabaseRestarted,
} from "../../src/engine/databaseConnection.ts";
import { FormerDatabases } from "../../src/engine/formerDatabases.ts";
import type { DatabaseService } from "../../src/engine/services.ts";

const long = "SELECT long";

/** A connection to a worker that answers when it is told to, and another worker that answers at once. */
function world() {
  const answers: ((rows: string) => void)[] = [];
  const asked: string[] = [];
  const connection = new DatabaseConnection({
    query: () => new Promise((resolve) => answers.push(resolve as () => void)),
    saveOutputs: () => new Promise(() => {}),
    continueExport: () => new Promise(() => {}),
  } as unknown as Remote<DatabaseService>);
  const next = {
    query: (sql: string) => Promise.resolve(asked.push(sql) && "new"),
    saveOutputs: () => Promise.resolve(asked.push("saveOutputs")),
  } as unknown as Remote<DatabaseService>;
  const ended: string[] = [];
  const former = new FormerDatabases();
  const leave = (reading: string) =>
    former.leave(connection, next, reading, () => ended.push(reading));
  return { connection, former, answers, asked, ended, leave };
}

test("a long query of the page is answered by the worker that is at it, which is ended then, and all else by the other", async () => {
  const { connection, answers, asked, ended, leave } = world();
  const reading = connection.service.query(long);
  const other = connection.service.query("SELECT 1");
  const saving = connection.service.saveOutputs("cell", []);
  leave(queryKey(long));
  expect(await other).toBe("new");
  await saving;
  expect(asked).toEqual(["SELECT 1", "saveOutputs"]);
  expect(ended).toEqual([]);
  answers[0]!("old");
  expect(await reading).toBe("old");
  expect(ended).toEqual([queryKey(long)]);
});

test("a long query of the page can be stopped, and nothing else is", async () => {
  const { connection, former, ended, leave } = world();
  const reading = connection.service.query(long);
  const refused = expect(reading).rejects.toBeInstanceOf(DatabaseRestarted);
  leave(queryKey(long));
  leave("run\ntask\n1");
  expect(former.end(undefined)).toBe(true);
  await refused;
  expect(ended).toEqual([queryKey(long)]);
  expect(former.end(undefined)).toBe(false);
  expect(former.end("run\ntask\n1")).toBe(true);
});

test("two workers at most finish what they read, and none is left in the middle of a file that is made", () => {
  const { connection, former, leave } = world();
  const may = () => former.mayLeave(connection, "run\nnext\n1");
  expect(may()).toBe(true);
  leave("run\na\n1");
  expect(former.mayLeave(connection, "run\na\n1")).toBe(false);
  expect(may()).toBe(true);
  leave("run\nb\n1");
  expect(may()).toBe(false);

  const exporting = world();
  void exporting.connection.service.continueExport(1);
  expect(exporting.former.mayLeave(exporting.connection, "a")).toBe(false);
});
