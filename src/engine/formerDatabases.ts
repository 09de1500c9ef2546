import type { Remote } from "comlink";
import { isQueryKey } from "./attempt.ts";
import { DatabaseRestarted, isOf, type Call } from "./databaseConnection.ts";
import type { DatabaseConnection } from "./databaseConnection.ts";
import type { DatabaseService } from "./services.ts";

/** How many there may be at once beside the one that is used; each has all of the database in memory. */
const most = 2;

/** Database workers that only finish what they are reading, while another one does all else. */
export class FormerDatabases {
  /** What ends them, by the key of what they read. */
  readonly #ends = new Map<string, () => void>();

  /** Whether one more can be left to what it reads, so that a connection goes on with another. */
  mayLeave(connection: DatabaseConnection, reading: string): boolean {
    const isKnown = this.#ends.has(reading);
    return this.#ends.size < most && !isKnown && connection.mayHandOver;
  }

  /**
   * Goes on with another worker, and has the one before answer the query that it is in the middle of. `terminate` ends that one,
   * when it has answered a query of the page.
   */
  leave(
    connection: DatabaseConnection,
    remote: Remote<DatabaseService>,
    reading: string,
    terminate: () => void,
  ): void {
    const waiting = new Set<Call>();
    const end = () => {
      if (this.#ends.get(reading) !== end) return;
      this.#ends.delete(reading);
      terminate();
      for (const call of waiting) call.reject(new DatabaseRestarted());
    };
    this.#ends.set(reading, end);
    const answered = (call: Call) => {
      waiting.delete(call);
      if (waiting.size === 0) end();
    };
    for (const call of connection.goOn(remote))
      if (isOf(call, reading)) {
        const { resolve, reject } = call;
        waiting.add(call);
        call.resolve = (value) => (resolve(value), answered(call));
        call.reject = (reason) => (reject(reason), answered(call));
      } else connection.ask(call);
    if (isQueryKey(reading) && waiting.size === 0) end();
  }

  /**
   * Ends the one that reads for a key, or those of "all"; without a key, those that read for no task of a run. Says whether there
   * was one.
   */
  end(reading: string | undefined): boolean {
    const found = [...this.#ends].filter(([key]) =>
      reading === undefined
        ? isQueryKey(key) || key.startsWith("view:")
        : reading === key || reading === "all",
    );
    for (const [, end] of found) end();
    return found.length > 0;
  }
}
