import { refusals, type Batch, type QueuedAttempt } from "./messages.ts";
import { unpack } from "./payload.ts";
import type { SharedStore } from "./store.ts";
import { StoreError } from "./storeError.ts";

/** The attempts of a run that a job is given. Rejects with a refusal if they are in a store that does not give them. */
export async function unpackAttempts(
  { attempts }: Batch,
  run: string,
  store: SharedStore | undefined,
): Promise<QueuedAttempt[]> {
  try {
    const what = "What the task is given";
    return (await unpack(attempts, run, store, what)) as QueuedAttempt[];
  } catch (thrown) {
    if (!(thrown instanceof StoreError)) throw thrown;
    const { trouble, message } = thrown;
    const refusal = trouble === "failing" ? refusals.failing : refusals.refused;
    throw new Error(refusal + message, { cause: thrown });
  }
}
