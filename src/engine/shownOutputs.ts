import { mostShown } from "../core/mostShown.ts";
import type { Output } from "./protocol.ts";
import { sizeOf } from "../core/sizeOf.ts";

/** In bytes, about: the page holds all that a run, or a cell, shows. */
const mostBytes = 200_000_000;

/** The key of what says that outputs of a task are missing which had no key. */
const noticeKey = "flowbook: what is missing";

const notice: Output = {
  type: "error",
  error: {
    name: "Error",
    message: `This is not shown: what a run or a cell shows takes at most ${mostBytes / 1e6} MB. Show less of it, or load it into a table.`,
  },
};

/** Something that a task shows. */
interface Shown {
  node: string;
  element?: string | undefined;
  key: string | undefined;
  output: Output;
}

/** Lets outputs through as long as the page can hold them. In the place of one that would be too much stands an error that says so. */
export class ShownOutputs {
  #left = mostBytes;
  /** What each takes that the page has of a node, by what it stands in place of, in the order in which they came. */
  readonly #sizes = new Map<string, Map<unknown, number>>();

  take<One extends Shown>(shown: One): One {
    const sizes = this.#sizes.get(shown.node) ?? new Map<unknown, number>();
    this.#sizes.set(shown.node, sizes);
    const size = sizeOf(shown.output);
    if (size <= this.#left + (sizes.get(slotOf(shown)) ?? 0)) {
      this.#put(sizes, slotOf(shown), size);
      return shown;
    }
    const { key = noticeKey } = shown;
    const told = { ...shown, key, output: notice };
    this.#put(sizes, slotOf(told), 0);
    return told;
  }

  #put(sizes: Map<unknown, number>, slot: unknown, size: number): void {
    this.#left += (sizes.get(slot) ?? 0) - size;
    sizes.set(slot, size);
    if (sizes.size <= mostShown) return;
    const [[first, freed]] = sizes as unknown as [[unknown, number]];
    sizes.delete(first);
    this.#left += freed;
  }
}

/** Those of a cell, as far as the page can hold them. */
export function fitting(outputs: readonly Output[]): readonly Output[] {
  const shown = new ShownOutputs();
  return outputs.map(
    (output, at) => shown.take({ node: "", key: String(at), output }).output,
  );
}

/** Equal for two of which the newer stands in place of the older: they have one key. */
export function slotOf(shown: Omit<Shown, "output">): unknown {
  const { node, element, key } = shown;
  return key === undefined ? shown : JSON.stringify([node, element, key]);
}
