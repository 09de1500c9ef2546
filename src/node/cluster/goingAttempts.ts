import { attemptKey } from "../../engine/attempt.ts";
import type { AttemptId } from "../../engine/protocol.ts";
import { AttemptOnWorker, type Told } from "./attemptOnWorker.ts";
import type { CollectedWrites } from "./collectedWrites.ts";
import type { Drive } from "./drives.ts";
import {
  refusals,
  type JobData,
  type Outcome,
  type QueuedAttempt,
} from "./messages.ts";

/** An attempt that is being made here. */
export interface Going {
  readonly job: string;
  readonly data: JobData;
  readonly attempt: AttemptOnWorker;
  writes: CollectedWrites | undefined;
}

/** The attempts that a worker is at, each by its id in its job. */
export class GoingAttempts {
  readonly #byId = new Map<string, Going>();
  /** By the attempt's key: how its thread asks for things. */
  readonly #ids = new Map<string, string>();
  /** Numbers of attempts that are over. */
  readonly #free: number[] = [];
  #nextNumber = 0;

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  entries(): [string, Going][] {
    return [...this.#byId];
  }

  /** An attempt that is being made, with its id. */
  find(attempt: AttemptId): [string, Going] {
    const id = this.#ids.get(attemptKey(attempt));
    const going = id === undefined ? undefined : this.#byId.get(id);
    if (!going) throw new Error("This attempt is over.");
    return [id!, going];
  }

  stop(id: string, reason: Error): void {
    this.#byId.get(id)?.attempt.stop(reason);
  }

  /** Makes an attempt; rejects if it is stopped. */
  async make(
    drive: Drive,
    of: Pick<Going, "job" | "data">,
    id: string,
    queued: QueuedAttempt,
    tell: (told: Told) => void,
  ): Promise<Outcome> {
    const number = this.#free.pop() ?? this.#nextNumber++;
    const { executor, attempts } = drive;
    const attempt = new AttemptOnWorker(
      executor,
      attempts,
      number,
      queued,
      tell,
    );
    const going: Going = { ...of, attempt, writes: undefined };
    const key = attemptKey(queued.attempt);
    this.#byId.set(id, going);
    this.#ids.set(key, id);
    try {
      const end = await attempt.run();
      if (end.type === "returned")
        return { ...end, writes: (await going.writes?.take()) ?? [] };
      // What the iterations before wrote is not sent, so they are to be gone through again.
      if (end.type === "failed" && going.writes)
        return { ...end, loop: undefined };
      return end;
    } catch (thrown) {
      if ((thrown as Error).message === refusals.givenBack)
        return { type: "given-back" };
      throw thrown;
    } finally {
      going.writes?.close();
      this.#byId.delete(id);
      if (this.#ids.get(key) === id) this.#ids.delete(key);
      this.#free.push(number);
    }
  }
}
