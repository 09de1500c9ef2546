import { hostname } from "node:os";
import { FlowError, toErrorData } from "../../core/errors.ts";
import { asSentence } from "../../core/words.ts";
import { fromText, toText } from "../../engine/database/notebookTable.ts";
import type { Outcome } from "./messages.ts";
import type { SharedStore } from "./store.ts";
import { StoreError } from "./storeError.ts";

/** What may go through Redis, in characters; more would stay in its memory twice, and longer than anybody needs it. */
export const largestInline = 16_000;

/** A value on its way between machines: itself as text, or where it is. */
export type Payload = { text: string } | { ref: string };

/** Packs a value. `what` names it in the message for one that is too large, as in "The result". */
export async function pack(
  value: unknown,
  run: string,
  store: SharedStore | undefined,
  what: string,
): Promise<Payload> {
  const text = await toText(value);
  if (text.length <= largestInline) return { text };
  if (store)
    try {
      return { ref: await store.put(run, text) };
    } catch (thrown) {
      throw toldOf(`${what} could not be put into the store`, thrown);
    }
  throw new FlowError(
    "invalid-argument",
    `${what} takes ${Math.ceil(text.length / 1000)} kB, and only ${largestInline / 1000} kB go through Redis. Give the run and all workers a place that they share: --store file:///mnt/shared or --store s3://bucket/folder.`,
  );
}

/** Rejects if it is in a store and cannot be read there. `what` names it in the message, as in "What the task is given". */
export async function unpack(
  payload: Payload,
  run: string,
  store: SharedStore | undefined,
  what: string,
): Promise<unknown> {
  if ("text" in payload) return fromText(payload.text);
  if (!store)
    throw new StoreError(
      "refused",
      `${what} is in a store, and ${hostname()} was given none. Give the run and all workers the same --store.`,
    );
  let text: string;
  try {
    text = await store.get(run, payload.ref);
  } catch (thrown) {
    throw toldOf(
      `${what} could not be read from the store by ${hostname()}`,
      thrown,
    );
  }
  return fromText(text);
}

/** How an attempt ends that a store has failed: one that is as good as before in a moment counts as any other failure. */
export function endOf(thrown: unknown): Outcome & { type: "failed" } {
  const { stack: _, ...error } = toErrorData(thrown);
  const mayPass = thrown instanceof StoreError && thrown.trouble === "failing";
  return {
    type: "failed",
    error,
    retry: mayPass ? undefined : { type: "never" },
    loop: undefined,
  };
}

function toldOf(what: string, thrown: unknown): unknown {
  if (!(thrown instanceof StoreError)) return thrown;
  const { trouble, message } = thrown;
  const remedy =
    trouble === "missing"
      ? " Give the run and all workers the same --store."
      : "";
  return new StoreError(
    trouble,
    `${what}: ${asSentence(message)}${remedy}`,
    thrown,
  );
}
