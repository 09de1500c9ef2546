import { expect, onTestFinished, test } from "vitest";
import { DataClient } from "../../../src/engine/sandbox/kernel/dataClient.ts";

/** A worker's end of the database, where what is answered is said by the test. */
function database() {
  const { port1, port2 } = new MessageChannel();
  const calls: { call: number; sql: string }[] = [];
  port1.onmessage = ({ data }) => calls.push(data as (typeof calls)[number]);
  onTestFinished(() => port1.close());
  return {
    port: port2,
    said: () => calls.map(({ sql }) => sql),
    answer: (sql: string, value: unknown) => {
      const { call } = calls.find((one) => one.sql === sql)!;
      port1.postMessage({ call, ok: true, value });
    },
  };
}

const told = () => new Promise((resolve) => setImmediate(resolve));

async function world() {
  const [first, second] = [database(), database()];
  const client = new DataClient(() => Promise.resolve(first.port));
  const query = (sql: string) =>
    client.call({ method: "query", sql, parameters: [] });
  const calls = [query("a"), query("b")] as const;
  await told();
  return { first, second, client, query, calls };
}

test("what another database takes over is asked of it again, but not what the one before still answers", async () => {
  const { first, second, client, query, calls } = await world();
  client.move(second.port, true);
  const later = query("c");
  await told();
  expect(first.said()).toEqual(["a", "b"]);
  expect(second.said()).toEqual(["b", "c"]);
  second.answer("b", 2);
  second.answer("c", 3);
  expect(await Promise.all([calls[1], later])).toEqual([2, 3]);
  first.answer("a", 1);
  expect(await calls[0]).toBe(1);
});

test("what the database before has not answered when it is ended is asked again, and nothing twice", async () => {
  const { second, client, calls } = await world();
  client.move(second.port, true);
  client.move(undefined);
  client.move(undefined);
  await told();
  expect(second.said()).toEqual(["b", "a"]);
  second.answer("a", 1);
  second.answer("b", 2);
  expect(await Promise.all(calls)).toEqual([1, 2]);
});
