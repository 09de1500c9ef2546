/** What the coordinator does for a worker in the middle of an attempt. */
import { fromErrorData, toErrorData } from "../../core/errors.ts";
import type { AttemptId, DataCall, FromData } from "../../engine/protocol.ts";
import type { Job } from "../../engine/jobs.ts";
import { supplyFile, type Supplies } from "../../engine/supplies.ts";
import { makeId } from "../../runs/makeId.ts";
import type { Ask, AskAnswer } from "./messages.ts";
import { pack, unpack, type Payload } from "./payload.ts";
import type { SharedStore } from "./store.ts";

/** What questions are answered with. */
export interface AskSupplies extends Pick<Supplies, "readFile"> {
  /** Lets something that is no attempt of a flow's use the database. */
  attach(attempt: AttemptId, port: MessagePort): Promise<void>;
  /** Takes back what it did. */
  rollback(attempt: AttemptId): Promise<void>;
}

/** The answer to a question; what goes wrong is an answer too. `asking` is who asked, and wants to know it until `over`. */
export async function answerAsk(
  question: Payload,
  run: string,
  store: SharedStore | undefined,
  supplies: AskSupplies,
  asking: Pick<Job, "attempt" | "read">,
  over: AbortSignal,
): Promise<Payload> {
  let answer: AskAnswer;
  try {
    const ask = (await unpack(question, run, store, "The question")) as Ask;
    const value =
      ask.type === "read-file"
        ? await supplyFile(ask.name, supplies, asking)
        : await rehearse(ask.calls, supplies, over);
    answer = { ok: true, value };
    return await pack(answer, run, store, "The answer");
  } catch (thrown) {
    const { stack: _, ...error } = toErrorData(thrown);
    answer = { ok: false, error };
    return pack(answer, run, store, "The answer");
  }
}

/** What the last call answers after the others. Nothing of it stays: it is done in earnest with the task's Success. */
async function rehearse(
  calls: readonly DataCall[],
  { attach, rollback }: AskSupplies,
  over: AbortSignal,
): Promise<unknown> {
  const attempt = { run: "rehearsal:", node: makeId(), attempt: 1 };
  const { port1, port2 } = new MessageChannel();
  await attach(attempt, port1);
  try {
    return await callAll(port2, calls, over);
  } finally {
    await rollback(attempt);
  }
}

/** Makes calls over a port of the database, one after the other; gives the last answer, or throws the first error, or that it is `over`. */
export function callAll(
  port: MessagePort,
  calls: readonly DataCall[],
  over?: AbortSignal,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    over?.throwIfAborted();
    const stop = () => end(() => reject(over!.reason as Error));
    over?.addEventListener("abort", stop);
    const end = (settle: () => void) => {
      over?.removeEventListener("abort", stop);
      port.onmessage = null;
      port.close();
      settle();
    };
    port.onmessage = ({ data }: MessageEvent<FromData>) => {
      if (!data.ok) end(() => reject(fromErrorData(data.error)));
      else if (data.call === calls.length) end(() => resolve(data.value));
    };
    calls.forEach((call, at) => port.postMessage({ ...call, call: at + 1 }));
  });
}
