import { FlowError } from "../../core/errors.ts";
import { shorten } from "../../core/words.ts";
import { toText } from "../../engine/database/notebookTable.ts";
import type { Outcome } from "./messages.ts";
import { endOf, largestInline, pack, type Payload } from "./payload.ts";
import type { SharedStore } from "./store.ts";

/** How long an attempt's outcome may wait for those of the others in its job until it is told of alone, in milliseconds. */
const longestWait = 50;

/** To how many characters what a task says is cut that is too long: as much as is read, else what fits also if each is written as six. */
const cuts = [4_000, 500];

/**
 * What a job returns of its attempts: undefined for those that were stopped. Rejects if all were. Those that have to wait long
 * for others are told of before.
 */
export async function collectOutcomes(
  ends: readonly Promise<Outcome>[],
  run: string,
  store: SharedStore | undefined,
  tell: (at: number, outcome: Payload) => void,
): Promise<Payload[]> {
  const outcomes: (Outcome | undefined)[] = ends.map(() => undefined);
  let isLate = false;
  const tellAlone = async (at: number) => {
    const outcome = outcomes[at];
    if (!isLate || !outcome) return;
    const [packed] = await packOutcomes([outcome], run, store);
    tell(at, packed!);
  };
  const whenLate = () => {
    isLate = true;
    outcomes.forEach((_, at) => void tellAlone(at));
  };
  const timer = ends.length > 1 ? setTimeout(whenLate, longestWait) : undefined;
  let stopped: unknown;
  await Promise.all(
    ends.map(async (end, at) => {
      try {
        outcomes[at] = await end;
        void tellAlone(at);
      } catch (thrown) {
        stopped = thrown;
      }
    }),
  );
  clearTimeout(timer);
  if (outcomes.every((outcome) => outcome === undefined)) throw stopped;
  return packOutcomes(outcomes, run, store);
}

/**
 * Together if that is not too much, else one by one. What a task says of its end is cut to fit; what is too large by itself
 * otherwise fails its attempt.
 */
async function packOutcomes(
  outcomes: readonly (Outcome | undefined)[],
  run: string,
  store: SharedStore | undefined,
): Promise<Payload[]> {
  const what = "What the task returned, with the rows that it wrote,";
  try {
    return [await pack(outcomes, run, store, what)];
  } catch (thrown) {
    if (outcomes.length > 1) {
      const each = outcomes.map((one) => packOutcomes([one], run, store));
      return (await Promise.all(each)).flat();
    }
    if (!(thrown instanceof FlowError)) throw thrown;
    const text = outcomes[0] && (await toShortText(outcomes[0]));
    if (text !== undefined) return [{ text }];
    return [{ text: await toText([endOf(thrown)]) }];
  }
}

/** An outcome as a text that goes through Redis, cut to fit; undefined if it is not what it says that does not. */
async function toShortText(outcome: Outcome): Promise<string | undefined> {
  for (const most of cuts) {
    const text = await toText([cut(outcome, most)]).catch(() => undefined);
    if (text !== undefined && text.length <= largestInline) return text;
  }
  return undefined;
}

/** The outcome with less of what it says, for people; what is done about it stays the same. */
function cut(outcome: Outcome, most: number): Outcome {
  switch (outcome.type) {
    case "failed": {
      const { message, stack } = outcome.error;
      const short = shorten(message, most);
      const error = { ...outcome.error, message: short };
      // It begins with the message, and what tells where comes after that.
      if (stack !== undefined)
        error.stack = shorten(
          stack.replace(message, () => short),
          most + 1_000,
        );
      return { ...outcome, error };
    }
    case "skipped":
    case "paused":
    case "crashed":
      return outcome.message === undefined
        ? outcome
        : { ...outcome, message: shorten(outcome.message, most) };
    default:
      return outcome;
  }
}
