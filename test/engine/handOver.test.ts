import * as Comlink from "comlink";
import type { Remote } from "comlink";
import { expect, onTestFinished, test, vi } from "vitest";
import { attemptKey, queryKey } from "../../src/engine/attempt.ts";
import { DatabaseRestarted } from "../../src/engine/databaseConnection.ts";
import { DatabaseUse } from "../../src/engine/databaseUse.ts";
import type { AttemptId } from "../../src/engine/protocol.ts";
import type {
  Commit,
  DatabaseService,
  DatabaseSign,
} from "../../src/engine/services.ts";

const reader: AttemptId = { run: "r", node: "reader", attempt: 1 };
const other: AttemptId = { run: "r", node: "other", attempt: 1 };
const commitOf = (attempt: AttemptId) =>
  ({ attempt, firstEvent: 1, events: [], key: "k", result: 1 }) as Commit;

/** A database worker that answers nothing while it is in SQLite. */
class FakeWorker {
  readonly asked: string[] = [];
  readonly allowed: number[] = [];
  readonly #port: MessagePort;
  readonly remote: Remote<DatabaseService>;
  #signs: MessagePort | undefined;
  #leave: (() => void) | undefined;
  #inside: Promise<void> | undefined;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    const answer = async (method: string, of?: AttemptId) => {
      await this.#inside;
      this.asked.push([method, of?.node].filter(Boolean).join(" "));
    };
    Comlink.expose(
      {
        watch: (port: MessagePort) => {
          this.#signs = port;
          port.onmessage = ({ data }) => this.allowed.push(data as number);
        },
        attach: async (of: AttemptId, port: MessagePort) => {
          await answer("attach", of);
          port.close();
        },
        settle: (of: AttemptId) => answer("settle", of),
        rollback: (of: AttemptId) => answer("rollback", of),
        commit: ({ attempt }: Commit) => answer("commit", attempt),
        commitResults: () => answer("commitResults"),
        countEvents: () => answer("countEvents").then(() => 0),
      },
      port1,
    );
    this.#port = port2;
    this.remote = Comlink.wrap<DatabaseService>(port2);
    onTestFinished(() => {
      port1.close();
      this.#signs?.close();
    });
  }

  get port(): MessagePort {
    return this.#port;
  }

  async sign(sign: DatabaseSign): Promise<void> {
    this.#signs!.postMessage(sign);
    await told();
  }

  enter(by: string, isBusy = false): Promise<void> {
    this.#inside = new Promise((resolve) => (this.#leave = resolve));
    return this.sign({ type: "entered", by, isBusy });
  }

  leave(): Promise<void> {
    this.#leave?.();
    return this.sign({ type: "left" });
  }

  /** An attempt writes there for the first time. */
  write(of: AttemptId, ask = 1): Promise<void> {
    return this.sign({ type: "asks", ask, writer: attemptKey(of) });
  }
}

/** Lets what was posted arrive, with what that brings about. */
async function told(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1)
    await new Promise((resolve) => setImmediate(resolve));
}

async function pass(milliseconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
  await told();
}

async function world({ mayHandOver = true } = {}) {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  onTestFinished(() => void vi.useRealTimers());
  const workers = [new FakeWorker()];
  const ended: (string | undefined)[] = [];
  const lost: string[] = [];
  const given: string[] = [];
  const next = () => {
    const worker = new FakeWorker();
    workers.push(worker);
    return worker.port;
  };
  const owner = {
    restartDatabase: vi.fn(async () => next()),
    handOverDatabase: vi.fn(async () => (mayHandOver ? next() : undefined)),
    endDatabase: async (reading?: string) => ended.push(reading) > 0,
  };
  const use = new DatabaseUse(workers[0]!.remote, owner, (of) => {
    lost.push(of.node);
    return true;
  });
  await told();
  const open = async (of: AttemptId) => {
    const port = await use.open(of, true, (moved, isReading) => {
      given.push(
        moved ? `${of.node}${isReading ? " reads" : ""}` : `${of.node} is over`,
      );
      moved?.close();
    });
    port.close();
  };
  return { use, workers, owner, ended, lost, given, open };
}

test("what waits for a long query is asked of another worker, which all attempts have from then on, and the query is answered where it was asked", async () => {
  const { use, workers, owner, ended, given, lost, open } = await world();
  await open(reader);
  await open(other);
  const [first] = workers;
  await first!.enter(attemptKey(reader));
  const writing = use.commit(commitOf(other));
  await pass(400);
  expect(owner.handOverDatabase).not.toHaveBeenCalled();
  await pass(200);
  await writing;
  await told();
  expect(owner.handOverDatabase.mock.calls).toEqual([[attemptKey(reader)]]);
  const second = workers[1]!;
  expect(second.asked).toContain("commit other");
  expect(second.asked).toContain("attach reader");
  expect(given).toEqual(expect.arrayContaining(["reader reads"]));
  expect(ended).toEqual([]);
  await first!.leave();
  await told();
  expect(given.at(-1)).toBe("reader is over");
  expect(ended).toEqual([attemptKey(reader)]);
  await use.commit(commitOf(reader));
  expect(second.asked).toContain("commit reader");
  expect(lost).toEqual([]);
  expect(owner.restartDatabase).not.toHaveBeenCalled();
});

test.each<[string, (first: FakeWorker) => Promise<void>, (readonly string[])?]>(
  [
    [
      "where an attempt has changed what is not committed",
      async (first) => {
        await first.write(other);
        await first.enter(attemptKey(reader));
      },
    ],
    [
      "where the query sees what its own attempt has changed",
      async (first) => {
        await first.write(reader);
        await first.enter(attemptKey(reader));
      },
    ],
    [
      "where somebody waits for the very same query",
      (first) => first.enter(queryKey("SELECT 1")),
      [queryKey("SELECT 1")],
    ],
    ["where SQLite is not entered", () => Promise.resolve()],
    ["where it is busy with what nobody can tell", (first) => first.enter("")],
    [
      "where the query has ended meanwhile",
      async (first) => {
        await first.enter(attemptKey(reader));
        await first.leave();
      },
    ],
  ],
)("a database is not handed over %s", async (_, begin, waiting) => {
  const { use, workers, owner, open } = await world();
  await open(reader);
  if (!waiting) await open(other);
  await begin(workers[0]!);
  await pass(1_000);
  use.isAwaited(waiting ?? [""]);
  await told();
  expect(owner.handOverDatabase).not.toHaveBeenCalled();
});

test("nobody begins to write in a worker that is being left, and everybody may again if it is not", async () => {
  const { workers, open, use } = await world({ mayHandOver: false });
  await open(reader);
  const [first] = workers;
  await first!.enter(attemptKey(reader));
  await pass(600);
  use.isAwaited([""]);
  await first!.write(other, 7);
  await told();
  expect(first!.allowed).toEqual([7]);

  const next = await world();
  await next.open(reader);
  const left = next.workers[0]!;
  await left.enter(attemptKey(reader));
  await pass(600);
  next.use.isAwaited([""]);
  await told();
  expect(next.workers).toHaveLength(2);
  await left.write(other, 8);
  expect(left.allowed).toEqual([]);
});

test("a worker that only reads for an attempt is ended with the attempt, and nobody else notices", async () => {
  const { use, workers, owner, ended, lost, open } = await world();
  await open(reader);
  await open(other);
  await workers[0]!.enter(attemptKey(reader));
  await pass(1_100);
  expect(workers).toHaveLength(2);
  await use.rollback(reader);
  expect(ended).toEqual([attemptKey(reader)]);
  expect(owner.restartDatabase).not.toHaveBeenCalled();
  expect(lost).toEqual([]);
});

test("a query that is stopped before anybody waits for it is ended soon, and only it is lost", async () => {
  const { use, workers, owner, given, lost, open } = await world();
  await open(reader);
  await open(other);
  await workers[0]!.enter(attemptKey(reader));
  const rollingBack = use.rollback(reader);
  await pass(250);
  await rollingBack;
  expect(owner.restartDatabase).toHaveBeenCalledTimes(1);
  expect(given).toEqual(["other"]);
  expect(lost).toEqual([]);
});

test("where the store is in the middle of something, the query begins anew in another worker", async () => {
  const { workers, owner, given, lost, open, use } = await world();
  await open(reader);
  await workers[0]!.enter(attemptKey(reader), true);
  await pass(600);
  use.isAwaited([""]);
  await told();
  expect(owner.handOverDatabase).not.toHaveBeenCalled();
  expect(owner.restartDatabase).toHaveBeenCalledTimes(1);
  expect(given).toEqual(["reader"]);
  expect(lost).toEqual([]);
});

test("an attempt whose rows went with a worker is no Success either if its commit comes later", async () => {
  const { use, workers, lost, open } = await world();
  await open(other);
  await workers[0]!.write(other);
  await use.restart();
  expect(lost).toEqual(["other"]);
  // As of one that has returned, which is not made again.
  const { use: next, workers: others } = await worldThatRepeatsNothing();
  await next.open(other, true, () => {}).then((port) => port.close());
  await others[0]!.write(other);
  await next.restart();
  await expect(next.commit(commitOf(other))).rejects.toBeInstanceOf(
    DatabaseRestarted,
  );
  expect(others[1]!.asked).not.toContain("commit other");
});

async function worldThatRepeatsNothing() {
  const workers = [new FakeWorker()];
  const use = new DatabaseUse(
    workers[0]!.remote,
    {
      restartDatabase: async () => {
        workers.push(new FakeWorker());
        return workers[1]!.port;
      },
      handOverDatabase: () => Promise.resolve(undefined),
    },
    () => false,
  );
  await told();
  return { use, workers };
}
