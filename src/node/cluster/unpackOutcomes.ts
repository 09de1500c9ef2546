import type { Outcome } from "./messages.ts";
import { endOf, unpack, type Payload } from "./payload.ts";
import type { SharedStore } from "./store.ts";

/** What became of attempts of a run; undefined for those that were stopped. Rejects if it is in a store that does not give it. */
export async function unpackOutcomes(
  outcomes: Payload,
  run: string,
  store: SharedStore | undefined,
): Promise<(Outcome | undefined)[]> {
  const list = await unpack(outcomes, run, store, "What the task returned");
  return list as (Outcome | undefined)[];
}

/** The same of so many attempts, together or each by itself; those fail of which it cannot be read. */
export async function unpackAllOutcomes(
  outcomes: readonly Payload[],
  count: number,
  run: string,
  store: SharedStore | undefined,
): Promise<(Outcome | undefined)[]> {
  const lists = outcomes.map((one) =>
    unpackOutcomes(one, run, store).catch((thrown: unknown) => {
      const end: Outcome = endOf(thrown);
      return Array<Outcome>(outcomes.length === 1 ? count : 1).fill(end);
    }),
  );
  return (await Promise.all(lists)).flat();
}
