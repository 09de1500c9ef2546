import type { Diagnostic } from "../../notebook/document.ts";

type Told = Pick<Diagnostic, "code" | "from" | "to">;

/** Whether what types complain of in a cell is said already, at the same place, or since it goes in a circle with other cells. */
export function isToldBy(
  told: readonly Told[],
  { code, from, to }: Told,
): boolean {
  return told.some(
    (other) =>
      (other.from <= to && from <= other.to) ||
      (code === "cell-cycle" && other.code === "cell-cycle"),
  );
}
