import { expect, test } from "vitest";
import type { QueryRows } from "../../../src/engine/database/execute.ts";
import type {
  ReaderQuery,
  Readers,
} from "../../../src/engine/database/readers.ts";
import {
  attach,
  attemptOf,
  commitOf,
  makeDatabase,
  newNotebook,
  sqlite,
  startOf,
} from "./world.ts";

/** A database with somebody who makes queries elsewhere, and who answers when told. */
async function open() {
  const asked: ReaderQuery[] = [];
  const stopped: string[] = [];
  const settles: ((rows: QueryRows | undefined) => void)[] = [];
  const readers: Readers = {
    read(query) {
      if (query.sql === "SELECT 'short'") return undefined;
      asked.push(query);
      let stop = (_: Error) => {};
      const rows = new Promise<QueryRows | undefined>((resolve, reject) => {
        settles.push(resolve);
        stop = (reason) => {
          stopped.push(query.sql);
          reject(reason);
        };
      });
      return { rows, stop: (reason) => stop(reason) };
    },
  };
  const database = makeDatabase(() => {}, sqlite, readers);
  await database.open(newNotebook());
  await database.appendEvents("run-1", 0, [startOf("run-1")]);
  /** Settles when so many were asked for. */
  const cameTo = async (count: number) => {
    while (asked.length < count) await new Promise(setImmediate);
  };
  return { database, asked, stopped, settles, cameTo };
}

const row = { columns: ["a"], rows: [{ a: 1 }], total: 1 };

test("what an attempt asks that has written nothing is read elsewhere, and others commit meanwhile", async () => {
  const { database, asked, settles, cameTo } = await open();
  const reader = await attach(database, attemptOf("reader"));
  const reading = reader.query("SELECT ? AS a", [1]);
  await cameTo(1);
  const id = attemptOf("writer");
  const writer = await attach(database, id);
  await writer.load("t", [{ x: 1 }]);
  await database.commit(commitOf(id, 1));
  settles[0]!(row);
  expect(await reading).toEqual([{ a: 1 }]);
  expect(asked).toMatchObject([{ sql: "SELECT ? AS a", parameters: [1] }]);
});

test("an attempt that has written, and who asks for history or something short, is answered by the writer", async () => {
  const { database, asked } = await open();
  const client = await attach(database, attemptOf("a"));
  expect(await client.query("SELECT 'short'")).toHaveLength(1);
  expect(await client.query("SELECT id FROM history.runs")).toHaveLength(1);
  await client.load("t", [{ x: 1 }]);
  expect(await client.query("SELECT x FROM t")).toEqual([{ x: 1 }]);
  expect(asked).toEqual([]);
});

test("what cannot be read elsewhere is read by the writer", async () => {
  const { database, settles, cameTo } = await open();
  const asking = database.query("SELECT 1 AS a");
  await cameTo(1);
  settles[0]!(undefined);
  expect((await asking).rows).toEqual([{ a: 1 }]);
});

test("an attempt that is stopped ends what is read for it, and nobody waits for that any more", async () => {
  const { database, stopped, cameTo } = await open();
  const id = attemptOf("a");
  const client = await attach(database, id);
  void client.query("SELECT 1 AS a");
  await cameTo(1);
  const settling = database.settle(id);
  await database.rollback(id);
  await settling;
  expect(stopped).toEqual(["SELECT 1 AS a"]);
});
