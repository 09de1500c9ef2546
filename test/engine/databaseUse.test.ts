import type { Remote } from "comlink";
import { expect, onTestFinished, test, vi } from "vitest";
import { attemptKey } from "../../src/engine/attempt.ts";
import type { AttemptId } from "../../src/engine/protocol.ts";
import { DatabaseRestarted } from "../../src/engine/databaseConnection.ts";
import { DatabaseUse } from "../../src/engine/databaseUse.ts";
import type { Commit, DatabaseService } from "../../src/engine/services.ts";

const attempt: AttemptId = { run: "r", node: "a", attempt: 1 };
const key = attemptKey(attempt);
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
  let allow = () => {};
  const allowed = new Promise<void>((resolve) => (allow = resolve));
  const first = {
    // The attempt writes.
    watch: (port: MessagePort) => {
      port.postMessage({ type: "asks", ask: 1, writer: key });
      port.onmessage = () => allow();
      return Promise.resolve();
    },
    attach: () => Promise.resolve(),
    commit: () => new Promise(() => {}),
    appendEvents: () => new Promise(() => {}),
    settle: () => new Promise(() => {}),
  } as unknown as Remote<DatabaseService>;
  const { port1, port2 } = new MessageChannel();
  const use = new DatabaseUse(
    first,
    { restartDatabase: () => Promise.resolve(port2) },
    (of) => lost.push(of) > 0,
  );
  // The other end of Comlink, as far as it is needed.
  port1.onmessage = ({
    data,
  }: MessageEvent<{ id: string; path: string[] }>) => {
    const [method] = data.path;
    written.push(method!);
    const answers: Record<string, unknown> = {
      countEvents: onDisk,
      settle: { t: "" },
    };
    const value = answers[method!];
    port1.postMessage({ id: data.id, type: "RAW", value });
  };
  const close = () => port1.close();
  return { use, lost, written, allowed, close };
}

test("a task whose rows went with the database worker is no Success", async () => {
  const { use, written, allowed, close } = world(1);
  await use.open(attempt, true);
  await allowed;
  const committing = use.commit(commit);
  const refused = expect(committing).rejects.toBeInstanceOf(DatabaseRestarted);
  await use.restart();
  await refused;
  expect(written).not.toContain("commit");
  close();
});

test("a task whose rows were on disk before the database worker ended is a Success", async () => {
  const { use, written, allowed, close } = world(2);
  await use.open(attempt, true);
  await allowed;
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
  expect(await settling).toBeUndefined();
  await use.open(attempt, true);
  expect(await use.settle(attempt)).toEqual({ t: "" });
  close();
});

/** A database that answers nothing, or only that all is settled, and was entered for these, one after the other. */
function silentWorld(entered: readonly (string | null)[], settles = false) {
  const never = new Promise<never>(() => {});
  const restart = vi.fn(() => never);
  const database = {
    watch: (port: MessagePort) => {
      for (const by of entered)
        port.postMessage(
          by === null
            ? { type: "left" }
            : { type: "entered", by, isBusy: false },
        );
      onTestFinished(() => port.close());
      return Promise.resolve();
    },
    rollback: () => never,
    settle: () => (settles ? Promise.resolve() : never),
  } as unknown as Remote<DatabaseService>;
  const owner = { restartDatabase: restart };
  return { use: new DatabaseUse(database, owner, () => false), restart };
}

test.each([
  ["is started again where a query does not end", [key], false, 1],
  ["is not started again where only its store is slow", [key], true, 0],
  ["is not started again where no query runs", [key, null], false, 0],
])(
  "a database that a write waits for %s",
  async (_, entered, settles, restarts) => {
    const { use, restart } = silentWorld(entered, settles);
    await use.unblock();
    expect(restart).toHaveBeenCalledTimes(restarts);
  },
);

test.each([
  ["is started again where the attempt's query does not end", [key], 1],
  ["is not started again where another's runs", [key, null, "other"], 0],
  ["is not started again where it is busy otherwise", [key, null], 0],
])(
  "a database that does not let go of an attempt %s",
  async (_, entered, restarts) => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const { use, restart } = silentWorld(entered);
    const told = new Promise(setImmediate);
    void use.rollback(attempt);
    await told;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(restart).toHaveBeenCalledTimes(restarts);
  },
);
