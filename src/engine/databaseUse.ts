import * as Comlink from "comlink";
import type { Remote } from "comlink";
import type { RunEvent } from "../core/events.ts";
import type { TablesWritten } from "../core/tablesWritten.ts";
import { attemptId, attemptKey, isQueryKey } from "./attempt.ts";
import {
  DatabaseConnection,
  DatabaseRestarted,
  patience as shortPatience,
} from "./databaseConnection.ts";
import { DatabaseSigns, type Entered } from "./databaseSigns.ts";
import type { AttemptId } from "./protocol.ts";
import type {
  Commit,
  DatabaseService,
  EnginePage,
  LogLine,
  ResultsCommit,
} from "./services.ts";
import type { GivePort } from "./supplies.ts";

/** How long the database may take to let go of what somebody waits for, in milliseconds. */
const patience = 1_000;
/** The same for an attempt that was stopped, where no other loses anything if its query is ended. */
const stopPatience = 200;

/** An attempt whose worker has a port of the database. */
interface User {
  readonly attempt: AttemptId;
  readonly write: boolean;
  readonly give: GivePort | undefined;
  /** Whether the database has the other end of the port. */
  isOpen: boolean;
}

/** Who has the database worker. */
export type DatabaseOwner = Pick<
  EnginePage,
  "restartDatabase" | "handOverDatabase" | "endDatabase"
>;

/** What the engine does with the database: who uses it, and how it goes on when a query takes long or does not end. */
export class DatabaseUse {
  readonly #connection: DatabaseConnection;
  readonly #owner: DatabaseOwner;
  readonly #lost: (attempt: AttemptId) => boolean;
  #signs: DatabaseSigns;
  #users = new Map<string, User>();
  /** Attempts whose rows went with a worker, and that are not made again. */
  #lostRows = new Set<string>();
  /** The attempts of which former workers finish a query. */
  #kept = new Set<string>();
  /** While another worker takes over. */
  #moving: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** While the notebook is left. */
  #isLeaving = false;

  /** `lost` is told of attempts that had written to a worker that was ended, and says whether they are made again. */
  constructor(
    database: Remote<DatabaseService>,
    owner: DatabaseOwner,
    lost: (attempt: AttemptId) => boolean,
  ) {
    const late = (waiting: readonly string[]) => this.isAwaited(waiting);
    this.#connection = new DatabaseConnection(
      database,
      owner.handOverDatabase && late,
    );
    this.#owner = owner;
    this.#lost = lost;
    this.#signs = this.#watch();
  }

  get service(): Remote<DatabaseService> {
    return this.#connection.service;
  }

  /** Whether the attempt's worker has a port of the database, so that its commit is also one of rows. */
  hasOpened(attempt: AttemptId): boolean {
    return this.#users.size > 0 && this.#users.has(attemptKey(attempt));
  }

  /** Opens the database for an attempt; the port is handed to its worker, and with `give` those that take its place. */
  async open(
    of: AttemptId,
    write: boolean,
    give?: GivePort,
  ): Promise<MessagePort> {
    const attempt = attemptId(of);
    const key = attemptKey(attempt);
    const user: User = { attempt, write, give, isOpen: false };
    this.#users.set(key, user);
    this.#lostRows.delete(key);
    // An attempt of that name is made again.
    if (this.#kept.has(key)) void this.#end(key);
    for (;;) {
      try {
        const port = await this.#attach(user);
        user.isOpen = true;
        return port;
      } catch (thrown) {
        const isWanted = this.#users.get(key) === user;
        if (!(thrown instanceof DatabaseRestarted) || !isWanted) throw thrown;
      }
    }
  }

  async #attach({ attempt, write }: User): Promise<MessagePort> {
    const { port1, port2 } = new MessageChannel();
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
      if (!(thrown instanceof DatabaseRestarted)) throw thrown;
      // What had not written has lost nothing.
      return this.hasOpened(attempt) ? this.settle(attempt) : undefined;
    }
  }

  /** Ends a query that does not end, by way of the whole worker; what it was asked for is lost. */
  restart(): Promise<void> {
    return this.#move(() => this.#restart());
  }

  /** Ends what somebody has stopped waiting for: queries that former workers finish, or else the one that this one is at. */
  async stop(): Promise<void> {
    await this.#moving?.catch(() => {});
    if (!(await this.#owner.endDatabase?.())) await this.restart();
  }

  #move(work: () => Promise<void>): Promise<void> {
    this.#moving ??= work().finally(() => (this.#moving = undefined));
    return this.#moving;
  }

  /** A task that wrote cannot be committed by another database than it wrote to; one that did not, can. */
  async commit(commit: Commit): Promise<void> {
    const { attempt, firstEvent, events } = commit;
    const key = attemptKey(attempt);
    // A restart forgets who has written.
    const hasWritten = this.#signs.writers.has(key);
    try {
      if (this.#lostRows.has(key)) throw new DatabaseRestarted();
      if (hasWritten) await this.service.commit(commit);
      else await this.#again((service) => service.commit(commit));
    } catch (thrown) {
      if (!hasWritten || !(thrown instanceof DatabaseRestarted)) throw thrown;
      // It may have been on the disk before it could be answered.
      const found = await this.service.countEvents(attempt.run);
      if (found < firstEvent + events.length) throw thrown;
    } finally {
      this.#forget(key);
    }
  }

  /** Something waits for a write. If the worker does not even answer, it is in a query that does not end. */
  unblock(): Promise<void> {
    return this.#await(() => {
      const { entered } = this.#signs;
      if (entered && !isQueryKey(entered.by)) void this.restart();
    });
  }

  /** Ends whatever keeps the worker from answering, and what former ones still do. */
  async free(): Promise<void> {
    this.#isLeaving = true;
    try {
      await this.#moving?.catch(() => {});
      await this.#owner.endDatabase?.("all");
      this.#kept.clear();
      await this.#await(() => this.restart());
    } finally {
      this.#isLeaving = false;
    }
  }

  /** Waits until the worker answers; `late` is called if it does not. */
  async #await(late: () => Promise<void> | void): Promise<void> {
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
    const isQuick = this.#owner.handOverDatabase && !this.#isWritten;
    this.#lostRows.delete(key);
    if (this.#kept.has(key)) void this.#end(key);
    try {
      await limit(
        this.service.rollback(attempt),
        isQuick ? stopPatience : patience,
        () => {
          if (this.#signs.entered?.by === key) void this.restart();
        },
      );
    } catch (thrown) {
      if (!(thrown instanceof DatabaseRestarted)) throw thrown;
    } finally {
      this.#forget(key);
    }
  }

  /** Whether an attempt that goes on has changed something which is not committed. */
  get #isWritten(): boolean {
    return [...this.#signs.writers].some((key) => this.#users.has(key));
  }

  #forget(key: string): void {
    this.#users.delete(key);
    this.#lostRows.delete(key);
    this.#signs.writers.delete(key);
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

  async #restart(isRepeated = false): Promise<void> {
    const { entered, writers } = this.#signs;
    this.#signs.hold();
    const port = await this.#owner.restartDatabase(entered?.by);
    this.#connection.replace(Comlink.wrap<DatabaseService>(port));
    this.#signs = this.#watch();
    for (const [key, user] of [...this.#users]) {
      const isLost =
        writers.has(key) || (key === entered?.by && !isRepeated) || !user.give;
      if (!user.isOpen) continue;
      if (!isLost) void this.#handPort(user);
      else {
        this.#users.delete(key);
        if (!this.#lost(user.attempt) && writers.has(key))
          this.#lostRows.add(key);
      }
    }
  }

  /**
   * Somebody waits for the worker: for what a queryKey says, or for something else. A query that has gone on for long by then is
   * left to it alone, and another worker takes over all else.
   */
  isAwaited(waiting: readonly string[]): void {
    const { entered } = this.#signs;
    if (!entered || this.#isWritten || this.#moving || this.#isLeaving) return;
    const { by, at, isBusy } = entered;
    if (performance.now() - at < shortPatience) return;
    if (waiting.every((key) => key === by)) return;
    const isQuery = isQueryKey(by);
    if (!isQuery && !this.#users.has(by)) return;
    if (!isBusy) void this.#move(() => this.#handOver(entered));
    // The store lets no other worker in as long as this one lives.
    else if (!isQuery) void this.#move(() => this.#restart(true));
  }

  async #handOver(entered: Entered): Promise<void> {
    const part = await import("./handOver.ts").catch(() => undefined);
    // It may have come back meanwhile.
    if (this.#signs.entered !== entered) return;
    await part?.handOver(
      {
        connection: this.#connection,
        owner: this.#owner,
        kept: this.#kept,
        giveOf: (key) => this.#users.get(key)?.give,
        goOn: () => {
          this.#signs = this.#watch();
          for (const user of this.#users.values())
            if (user.isOpen) void this.#handPort(user);
        },
        end: (key) => this.#end(key),
      },
      this.#signs,
      entered,
    );
  }

  /** Ends the worker that finished an attempt's query. */
  async #end(key: string): Promise<void> {
    if (this.#kept.delete(key)) await this.#owner.endDatabase?.(key);
  }

  /** Gives an attempt a port of the worker that has taken over. */
  async #handPort(user: User): Promise<void> {
    const key = attemptKey(user.attempt);
    const port = await this.#attach(user).catch(() => undefined);
    if (this.#users.get(key) !== user) port?.close();
    else if (port) user.give?.(port, this.#kept.has(key));
  }

  #watch(): DatabaseSigns {
    const { port1, port2 } = new MessageChannel();
    const signs = new DatabaseSigns(port1);
    signs.changed = () => {
      // Others with a port may wait at it, which only the worker sees.
      if (this.#owner.handOverDatabase && this.#users.size > 1)
        this.#lookLater();
    };
    this.service.watch(Comlink.transfer(port2, [port2])).catch(() => {});
    return signs;
  }

  #lookLater(): void {
    if (!this.#signs.entered) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.#users.size > 1) this.isAwaited([""]);
      this.#lookLater();
    }, shortPatience);
  }
}

/** Of which nothing is to be settled, and nothing to be read of a store that is busy with a write. */
const nobody = { run: "", node: "", attempt: 0 };

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
