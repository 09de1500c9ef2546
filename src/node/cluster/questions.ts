import { fromErrorData, toErrorData } from "../../core/errors.ts";
import type { Ask, AskAnswer, JobData, ToWorker } from "./messages.ts";
import { pack, unpack, type Payload } from "./payload.ts";
import type { SharedStore } from "./store.ts";

/** How long an answer is waited for before it is asked again, in milliseconds. */
const askAgainAfter = 2_000;

/** What a worker asks the coordinator. Question and answer are published, so either may be lost: it is asked until answered. */
export class Questions {
  readonly #storeOf: (data: JobData) => SharedStore | undefined;
  readonly #send: (
    id: string,
    data: JobData,
    question: { call: number; ask: Payload },
  ) => boolean;
  readonly #open = new Map<
    number,
    { data: JobData; settle(answer: AskAnswer): void }
  >();
  #nextCall = 1;

  /** `send` gives false for an attempt that is over, and sends nothing. */
  constructor(
    storeOf: (data: JobData) => SharedStore | undefined,
    send: (
      id: string,
      data: JobData,
      question: { call: number; ask: Payload },
    ) => boolean,
  ) {
    this.#storeOf = storeOf;
    this.#send = send;
  }

  /** Asks for the attempt that is the job `id`. */
  async ask(id: string, data: JobData, ask: Ask): Promise<unknown> {
    const { run } = data;
    const call = this.#nextCall++;
    const what = "What the database is asked";
    const packed = await pack(ask, run, this.#storeOf(data), what);
    const send = () => {
      if (this.#send(id, data, { call, ask: packed })) return;
      const error = { name: "Error", message: "This attempt is over." };
      this.#open.get(call)?.settle({ ok: false, error });
    };
    const timer = setInterval(send, askAgainAfter);
    try {
      const answer = await new Promise<AskAnswer>((settle) => {
        this.#open.set(call, { data, settle });
        send();
      });
      if (answer.ok) return answer.value;
      throw fromErrorData(answer.error);
    } finally {
      clearInterval(timer);
      this.#open.delete(call);
    }
  }

  /** Takes an answer that was published. */
  async take({ call, answer }: ToWorker & { type: "answer" }): Promise<void> {
    const asked = this.#open.get(call);
    if (!asked) return;
    const { data, settle } = asked;
    const store = this.#storeOf(data);
    try {
      const read = await unpack(answer, data.run, store, "The answer");
      settle(read as AskAnswer);
    } catch (thrown) {
      settle({ ok: false, error: toErrorData(thrown) });
    }
  }
}
