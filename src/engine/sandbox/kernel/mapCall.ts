import { FlowError } from "../../../core/errors.ts";
import type { Callable } from "./definition.ts";
import { checkList, toItems, unequalLengths } from "./mapLevels.ts";

/** Runs a map at once, all its elements together: the result is a list, or lists of lists for a deeper one. */
export async function runMap(
  map: string,
  fn: Callable,
  args: readonly { name: string; value: unknown; isList: boolean }[],
  depth: number,
): Promise<unknown> {
  if (depth === 0 || !args.some(({ isList }) => isList))
    return await fn(...args.map(({ value }) => value));
  let first: { name: string; length: number } | undefined;
  const lists = args.map(({ name, value, isList }) => {
    if (!isList) return undefined;
    checkList(value, `${map}: ${name}`);
    const items = toItems(value)!;
    first ??= { name, length: items.length };
    if (items.length !== first.length)
      throw new FlowError(
        "task-failed",
        unequalLengths(map, "", first, { name, length: items.length }),
      );
    return items;
  });
  return await Promise.all(
    Array.from({ length: first!.length }, (_, index) =>
      runMap(
        map,
        fn,
        args.map((arg, position) => {
          const items = lists[position];
          return items ? { ...arg, value: items[index] } : arg;
        }),
        depth - 1,
      ),
    ),
  );
}
