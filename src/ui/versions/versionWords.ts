/** What is said about versions, in words. */
import type { CellChange } from "../../notebook/compare/compare.ts";
import type { Cell } from "../../notebook/document.ts";
import { cellTitle } from "../notebook/cellTitle.ts";
import { kindWords } from "../notebook/kindWords.ts";
import type { NotebookVersions, Version } from "../notebookVersions.ts";
import * as words from "../words/comparedText.ts";
import { listNames } from "../words/language.ts";

const reasons: Readonly<Record<Version["reason"], string>> = {
  opened: words.opened,
  run: words.ran,
  restore: words.beforeRestore,
  overtaken: words.overtaken,
};

/** Why a version was made, and how often it was run. */
export function reasonWords({ reason, runs }: Version): string {
  if (runs === 0) return reasons[reason];
  return reason === "run"
    ? words.runTimes(runs)
    : words.reasonRunTimes({ reason: reasons[reason], runs });
}

/** How much changed: `+12 −3 words`. */
export function sizeWords(change: {
  added: number;
  removed: number;
  isSame: boolean;
}): string {
  const { added, removed } = change;
  if (change.isSame) return words.noChange;
  if (added + removed === 0) return words.noWordChanged;
  return words.wordsChanged({ added, removed });
}

/** How long versions are kept. */
export function retentionWords(
  retention: NotebookVersions["retention"],
): string {
  const hours = retention.whole / 3_600_000;
  const millions = retention.length / 1_000_000;
  return words.retention({
    hours,
    runs: retention.runs,
    count: retention.count,
    millions,
  });
}

/** What became of a cell besides its text. */
export function changeWords({ before, after, isMoved }: CellChange): string[] {
  if (!before) return [words.added];
  if (!after) return [words.removed];
  const isRenamed = before.name !== after.name && before.name && after.name;
  return [
    ...(isRenamed ? [words.renamedFrom(before.name)] : []),
    ...(before.kind === after.kind
      ? []
      : [words.kindBefore(kindWords[before.kind].long)]),
    ...(before.flags === after.flags
      ? []
      : [words.flagsChanged({ before: before.flags, after: after.flags })]),
    ...(isMoved ? [words.moved] : []),
  ];
}

/** Cells in a row of which nothing changed. */
export function unchangedWords(cells: readonly Cell[]): string {
  const names = listNames(cells.map(cellTitle), 6);
  return words.unchangedCells({ count: cells.length, names });
}
