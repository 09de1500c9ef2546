import type { Remote } from "comlink";
import { FlowError } from "../core/errors.ts";
import { queryKey } from "./attempt.ts";
import type { DatabaseService } from "./services.ts";

/** What calls are rejected with that the database worker did not answer before it was ended. */
export class DatabaseRestarted extends FlowError {
  constructor() {
    super(
      "storage-failed",
      "A query did not end, so the database was started again. What was committed is there; run this again.",
    );
  }
}

/** How long a call waits until that is told, in milliseconds. */
export const patience = 500;

/** What reads no table, so that none of them can be the query that did not end, and may be done twice. */
const harmless =
  /^(cacheEntries|copies|countEvents|files|logs|open|readFile|results|tablesNow)$/;

/** What hands over a port, which it has only once. */
const handsOver = /^(attach|watch)$/;

/** What another worker could not go on with, or what is too much to be done twice. */
const lasting = /export|import|restore|remove$/i;

/** A call that has no answer yet. */
export interface Call {
  readonly method: string;
  readonly args: readonly unknown[];
  /** When it was asked, and of which worker. */
  at: number;
  remote: Remote<DatabaseService> | undefined;
  resolve(value: unknown): void;
  reject(reason: unknown): void;
}

/**
 * The database service behind a worker that may be replaced: calls that the old one cannot answer any more are rejected, except
 * those that the new one may be asked.
 */
export class DatabaseConnection {
  #remote: Remote<DatabaseService>;
  readonly #late: ((waiting: readonly string[]) => void) | undefined;
  readonly #calls = new Set<Call>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** To be called like the service itself. */
  readonly service: Remote<DatabaseService>;

  /** `late` is told, again and again, of calls that wait long: what the worker calls a query, or "". */
  constructor(
    remote: Remote<DatabaseService>,
    late?: (waiting: readonly string[]) => void,
  ) {
    this.#remote = remote;
    this.#late = late;
    this.service = new Proxy({} as Remote<DatabaseService>, {
      get: (_, method: string) =>
        method === "then"
          ? undefined
          : (...args: unknown[]) => this.#call(method, args),
    });
  }

  /** The worker that is asked now. */
  get remote(): Remote<DatabaseService> {
    return this.#remote;
  }

  /** Whether nothing is going on that only the worker which does it can end. */
  get mayHandOver(): boolean {
    return ![...this.#calls].some(
      ({ method }) => lasting.test(method) && method !== "endExport",
    );
  }

  /** Goes on with another worker, as the old one was ended; `reading` is what it was in the middle of, if that is known. */
  replace(remote: Remote<DatabaseService>, reading?: string): void {
    for (const call of this.goOn(remote))
      if (
        harmless.test(call.method) ||
        (reading !== undefined && !isOf(call, reading))
      )
        this.ask(call);
      else call.reject(new DatabaseRestarted());
  }

  /** Uses another worker, and gives the calls that the one before has not answered; those that cannot be made again are rejected. */
  goOn(remote: Remote<DatabaseService>): Call[] {
    const before = this.#remote;
    this.#remote = remote;
    const calls = [...this.#calls].filter((call) => call.remote === before);
    return calls.filter((call) => {
      const isOver = handsOver.test(call.method);
      if (isOver) call.reject(new DatabaseRestarted());
      return !isOver;
    });
  }

  #call(method: string, args: unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const end = () => {
        this.#calls.delete(call);
        if (this.#calls.size === 0) this.#stopTimer();
      };
      const call: Call = {
        ...{ method, args, at: 0, remote: undefined },
        resolve: (value) => (end(), resolve(value)),
        reject: (reason) => (end(), reject(reason as Error)),
      };
      this.#calls.add(call);
      this.ask(call);
    });
  }

  /** Asks the worker that is used now. */
  ask(call: Call): void {
    const remote = this.#remote;
    call.remote = remote;
    call.at = performance.now();
    const ask = (
      remote as unknown as Record<
        string,
        (...args: readonly unknown[]) => Promise<unknown>
      >
    )[call.method];
    if (!ask)
      return call.reject(new Error(`The database has no ${call.method}.`));
    const ifAsked = (answer: (what: unknown) => void) => (what: unknown) => {
      if (call.remote === remote) answer(what);
    };
    ask(...call.args).then(
      ifAsked((value) => call.resolve(value)),
      ifAsked((reason) => call.reject(reason)),
    );
    if (this.#late)
      this.#timer ??= setTimeout(() => this.#tellLate(), patience);
  }

  #tellLate(): void {
    this.#timer = setTimeout(() => this.#tellLate(), patience);
    const before = performance.now() - patience;
    const waiting = [...this.#calls]
      .filter(({ at, remote }) => at <= before && remote === this.#remote)
      .map(({ method, args }) =>
        method === "query" ? queryKey(args[0] as string) : "",
      );
    if (waiting.length > 0) this.#late?.(waiting);
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** Whether a call is the query that goes by a key. */
export function isOf({ method, args }: Call, key: string): boolean {
  return method === "query" && queryKey(args[0] as string) === key;
}
