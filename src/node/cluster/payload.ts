import { FlowError } from "../../core/errors.ts";
import { fromText, toText } from "../../engine/database/notebookTable.ts";
import type { SharedStore } from "./store.ts";

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
  if (store) return { ref: await store.put(run, text) };
  throw new FlowError(
    "invalid-argument",
    `${what} takes ${Math.ceil(text.length / 1000)} kB, and only ${largestInline / 1000} kB go through Redis. Give the run and all workers a place that they share: --store file:///mnt/shared or --store s3://bucket/folder.`,
  );
}

/** Rejects if it is in a store and cannot be read there. */
export async function unpack(
  payload: Payload,
  run: string,
  store: SharedStore | undefined,
): Promise<unknown> {
  if ("text" in payload) return fromText(payload.text);
  if (!store)
    throw new FlowError(
      "invalid-argument",
      "This is in a store, and none was given here. Give the run and all workers the same --store.",
    );
  return fromText(await store.get(run, payload.ref));
}
