import type { Remote } from "comlink";
import { FlowError } from "../core/errors.ts";
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

/** What reads no table, so that none of them can be the query that did not end, and may be done twice. */
const harmless =
  /^(cacheEntries|copies|countEvents|files|logs|open|readFile|results|tablesNow)$/;

/**
 * The database service behind a worker that may be replaced: calls that the old one cannot answer any more are rejected, except
 * harmless ones, which the new one answers.
 */
export class DatabaseConnection {
  #remote: Remote<DatabaseService>;
  #lost = makeLoss();
  /** To be called like the service itself. */
  readonly service: Remote<DatabaseService>;

  constructor(remote: Remote<DatabaseService>) {
    this.#remote = remote;
    this.service = new Proxy({} as Remote<DatabaseService>, {
      get: (_, method: string) =>
        method === "then"
          ? undefined
          : (...args: unknown[]) => this.#call(method, args),
    });
  }

  /** Goes on with another worker. */
  replace(remote: Remote<DatabaseService>): void {
    const lost = this.#lost;
    this.#remote = remote;
    this.#lost = makeLoss();
    lost.reject(new DatabaseRestarted());
  }

  #call(method: string, args: unknown[]): Promise<unknown> {
    const answer = this.#ask(method, args);
    if (!harmless.test(method)) return answer;
    return answer.catch((thrown: unknown) => {
      if (thrown instanceof DatabaseRestarted) return this.#ask(method, args);
      throw thrown;
    });
  }

  #ask(method: string, args: unknown[]): Promise<unknown> {
    const call = (
      this.#remote as unknown as Record<
        string,
        (...args: unknown[]) => Promise<unknown>
      >
    )[method];
    if (!call) throw new Error(`The database has no ${method}.`);
    return Promise.race([call(...args), this.#lost.promise]);
  }
}

function makeLoss(): {
  promise: Promise<never>;
  reject: (reason: unknown) => void;
} {
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<never>((_, refuse) => (reject = refuse));
  promise.catch(() => {});
  return { promise, reject };
}
