import * as Comlink from "comlink";
import type { Remote } from "comlink";
import type { RunEvent } from "../core/events.ts";
import type { TablesWritten } from "../core/tablesWritten.ts";
import { attemptId, attemptKey } from "./attempt.ts";
import { DatabaseConnection, DatabaseRestarted } from "./databaseConnection.ts";
import type { AttemptId } from "./protocol.ts";
import type {
  Commit,
  DatabaseService,
  LogLine,
  ResultsCommit,
} from "./services.ts";

/** How long the database may take to let go of an attempt that was stopped in the middle of a query. */
const patience = 1_000;

/** What the engine does with the database: who uses it, and how it goes on when a query does not end. */
export class DatabaseUse {
  readonly #connection: DatabaseConnection;
  readonly #replace: (entered?: string) => Promise<MessagePort>;
  readonly #lost: (attempt: AttemptId) => void;
  /** The attempt that SQLite is busy with, by its key. */
  #entered: string | undefined;
  #restarting: Promise<void> | undefined;
  /** Attempts whose worker has a port of the database, by their key. */
  #users = new Map<string, AttemptId>();

  /** `replace` ends the database worker, which may be busy for an attempt, and gives a port of a new one; `lost` is told of attempts that had written to the old one. */
  constructor(
    database: Remote<DatabaseService>,
    replace: (entered?: string) => Promise<MessagePort>,
    lost: (attempt: AttemptId) => void,
  ) {
    this.#connection = new DatabaseConnection(database);
    this.#replace = replace;
    this.#lost = lost;
    this.#watch();
  }

  get service(): Remote<DatabaseService> {
    return this.#connection.service;
  }

  /** Whether the attempt's worker has a port of the database, so that its commit is also one of rows. */
  hasOpened(attempt: AttemptId): boolean {
    return this.#users.size > 0 && this.#users.has(attemptKey(attempt));
  }

  /** Opens the database for an attempt; the port is handed to its worker. */
  async open(of: AttemptId, write: boolean): Promise<MessagePort> {
    const attempt = attemptId(of);
    const { port1, port2 } = new MessageChannel();
    this.#users.set(attemptKey(attempt), attempt);
    await this.service.attach(attempt, Comlink.transfer(port1, [port1]), {
      write,
    });
    return port2;
  }

  /** Waits until all is done that an attempt has asked for, and gives the tables that it changed. Undefined if that was lost: the database was started again. */
  async settle(attempt: AttemptId): Promise<TablesWritten | undefined> {
    try {
      return await this.service.settle(attempt);
    } catch (thrown) {
      if (thrown instanceof DatabaseRestarted) return undefined;
      throw thrown;
    }
  }

  /** Ends a query that does not end, by way of the whole worker. */
  restart(): Promise<void> {
    this.#restarting ??= this.#restart().finally(
      () => (this.#restarting = undefined),
    );
    return this.#restarting;
  }

  /** A task that wrote cannot be committed by another database than it wrote to; one that did not, can. */
  async commit(commit: Commit): Promise<void> {
    const { attempt, firstEvent, events } = commit;
    const key = attemptKey(attempt);
    // A restart forgets who has written.
    const hasWritten = this.#users.has(key);
    try {
      if (hasWritten) await this.service.commit(commit);
      else await this.#again((service) => service.commit(commit));
    } catch (thrown) {
      if (!hasWritten || !(thrown instanceof DatabaseRestarted)) throw thrown;
      // It may have been on the disk before it could be answered.
      const found = await this.service.countEvents(attempt.run);
      if (found < firstEvent + events.length) throw thrown;
    } finally {
      this.#users.delete(key);
    }
  }

  /** Something waits for a write. If the worker does not even answer, it is in a query that does not end. */
  unblock(): Promise<void> {
    return this.#await(() => {
      if (this.#entered !== undefined) void this.restart();
    });
  }

  /** Ends whatever keeps the worker from answering. */
  free(): Promise<void> {
    return this.#await(() => this.restart());
  }

  /** Waits until the worker answers; `late` is called if it does not. */
  async #await(late: () => Promise<void> | void): Promise<void> {
    // Nothing is to be settled, and nothing to be read of a store that is busy with a write.
    const nobody = { run: "", node: "", attempt: 0 };
    await limit(this.service.settle(nobody), patience, late).catch(() => {});
  }

  commitResults(commit: ResultsCommit): Promise<void> {
    return this.#again((service) => service.commitResults(commit));
  }

  appendEvents(
    run: string,
    firstEvent: number,
    events: readonly RunEvent[],
  ): Promise<void> {
    return this.#again((service) =>
      service.appendEvents(run, firstEvent, events),
    );
  }

  /** Keeps lines of a log, also if the database is started again meanwhile. Lines that cannot be kept are no reason to stop anything. */
  async appendLogs(lines: readonly LogLine[]): Promise<void> {
    await this.#again((service) => service.appendLogs(lines)).catch(() => {});
  }

  /** Takes back what an attempt wrote. If it is the one that SQLite is busy with and does not come back from, only a restart does. */
  async rollback(attempt: AttemptId): Promise<void> {
    const key = attemptKey(attempt);
    this.#users.delete(key);
    try {
      await limit(this.service.rollback(attempt), patience, () => {
        if (this.#entered === key) void this.restart();
      });
    } catch (thrown) {
      if (!(thrown instanceof DatabaseRestarted)) throw thrown;
    }
  }

  /** Does what may be done twice, and is, if the database was started again meanwhile. */
  async #again(
    call: (service: Remote<DatabaseService>) => Promise<unknown>,
  ): Promise<void> {
    try {
      await call(this.service);
    } catch (thrown) {
      if (!(thrown instanceof DatabaseRestarted)) throw thrown;
      await call(this.service);
    }
  }

  async #restart(): Promise<void> {
    const port = await this.#replace(this.#entered);
    const users = [...this.#users.values()];
    this.#users.clear();
    this.#connection.replace(Comlink.wrap<DatabaseService>(port));
    this.#watch();
    for (const attempt of users) this.#lost(attempt);
  }

  #watch(): void {
    const { port1, port2 } = new MessageChannel();
    this.#entered = undefined;
    port1.onmessage = ({ data }: MessageEvent<string | null>) =>
      (this.#entered = data ?? undefined);
    this.service.watch(Comlink.transfer(port2, [port2])).catch(() => {});
  }
}

/** The promise's value, or what `late` gives (or throws) after so many milliseconds. */
async function limit<T, L>(
  promise: Promise<T>,
  milliseconds: number,
  late: () => L,
): Promise<T | L> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<L>((resolve, reject) => {
    timer = setTimeout(() => {
      try {
        resolve(late());
      } catch (thrown) {
        reject(thrown as Error);
      }
    }, milliseconds);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
