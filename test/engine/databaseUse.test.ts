import type { Remote } from "comlink";
import { expect, test } from "vitest";
import type { AttemptId } from "../../src/engine/protocol.ts";
import { DatabaseRestarted } from "../../src/engine/databaseConnection.ts";
import { DatabaseUse } from "../../src/engine/databaseUse.ts";
import type { Commit, DatabaseService } from "../../src/engine/services.ts";

const attempt: AttemptId = { run: "r", node: "a", attempt: 1 };
const commit = {
  attempt,
  firstEvent: 1,
  events: [{ type: "cancel-requested", at: 0 }],
  key: "a",
  result: 1,
} as Commit;

/** A database whose first worker answers nothing, and whose second has so many events of the run on disk. */
function world(onDisk: number) {
  const lost: AttemptId[] = [];
  const written: string[] = [];
  const first = {
    watch: () => Promise.resolve(),
    attach: () => Promise.resolve(),
    commit: () => new Promise(() => {}),
    appendEvents: () => new Promise(() => {}),
    settle: () => new Promise(() => {}),
  } as unknown as Remote<DatabaseService>;
  const { port1, port2 } = new MessageChannel();
  const use = new DatabaseUse(
    first,
    () => Promise.resolve(port2),
    (of) => lost.push(of),
  );
  // The other end of Comlink, as far as it is needed.
  port1.onmessage = ({
    data,
  }: MessageEvent<{ id: string; path: string[] }>) => {
    const [method] = data.path;
    written.push(method!);
    const value = method === "countEvents" ? onDisk : undefined;
    port1.postMessage({ id: data.id, type: "RAW", value });
  };
  const close = () => port1.close();
  return { use, lost, written, close };
}

test("a task whose rows went with the database worker is no Success", async () => {
  const { use, written, close } = world(1);
  await use.open(attempt, true);
  const committing = use.commit(commit);
  const refused = expect(committing).rejects.toBeInstanceOf(DatabaseRestarted);
  await use.restart();
  await refused;
  expect(written).not.toContain("commit");
  close();
});

test("a task whose rows were on disk before the database worker ended is a Success", async () => {
  const { use, written, close } = world(2);
  await use.open(attempt, true);
  const committing = use.commit(commit);
  await use.restart();
  await committing;
  expect(written).not.toContain("commit");
  close();
});

test("a result without rows, and events, are written to the next database worker", async () => {
  const { use, written, close } = world(1);
  const writing = Promise.all([
    use.commit(commit),
    use.appendEvents("r", 1, commit.events),
  ]);
  await use.restart();
  await writing;
  expect(written).toEqual(expect.arrayContaining(["commit", "appendEvents"]));
  close();
});

test("what an attempt still asked for is known to be done, or to be lost with the database worker", async () => {
  const { use, close } = world(1);
  await use.open(attempt, true);
  const settling = use.settle(attempt);
  await use.restart();
  expect(await settling).toBe(false);
  await use.open(attempt, true);
  expect(await use.settle(attempt)).toBe(true);
  close();
});

test.each([
  ["is started again where a query does not end", false, 1],
  ["is not started again where only its store is slow", true, 0],
])("a database that a write waits for %s", async (_, answers, restarts) => {
  let isRestarted = 0;
  const never = new Promise(() => {});
  let entered: MessagePort | undefined;
  const database = {
    watch: (port: MessagePort) => {
      entered = port;
      return Promise.resolve();
    },
    commitResults: () => never,
    countEvents: () => never,
    settle: () => (answers ? Promise.resolve() : never),
  } as unknown as Remote<DatabaseService>;
  const use = new DatabaseUse(
    database,
    () => {
      isRestarted += 1;
      return never as Promise<MessagePort>;
    },
    () => {},
  );
  entered!.postMessage("an attempt that has asked something before");
  await use.unblock();
  expect(isRestarted).toBe(restarts);
  entered!.close();
});
