import type { Cell } from "../../notebook/document.ts";

/** The cells whose text names a file. */
export function cellsUsing(
  cells: readonly Cell[],
  name: string,
): readonly Cell[] {
  const quoted = [`"${name}"`, `'${name}'`, `\`${name}\``];
  return cells.filter(
    ({ kind, source }) =>
      kind !== "md" && quoted.some((text) => source.includes(text)),
  );
}
