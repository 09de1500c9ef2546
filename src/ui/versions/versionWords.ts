/** What is said about versions, in words. */
import { listNames } from "../../core/words.ts";
import type { CellChange } from "../../notebook/compare/compare.ts";
import type { Cell } from "../../notebook/document.ts";
import { countOf } from "../format.ts";
import { cellTitle } from "../notebook/cellTitle.ts";
import { kindWords } from "../notebook/kindWords.ts";
import type { NotebookVersions, Version } from "../notebookVersions.ts";

const reasons: Readonly<Record<Version["reason"], string>> = {
  opened: "Opened",
  run: "Run",
  restore: "Before a restore",
  overtaken: "Typed while another tab had the notebook",
};

/** Why a version was made, and how often it was run. */
export function reasonWords({ reason, runs }: Version): string {
  const isSaid = reason === "run" && runs === 1;
  if (runs === 0 || isSaid) return reasons[reason];
  const times = runs === 1 ? "once" : countOf(runs, "time");
  return reason === "run" ? `Run ${times}` : `${reasons[reason]}, run ${times}`;
}

/** How much changed: `+12 −3 words`. */
export function sizeWords(change: {
  added: number;
  removed: number;
  isSame: boolean;
}): string {
  const { added, removed } = change;
  if (change.isSame) return "no change";
  if (added + removed === 0) return "no words changed";
  const signs = [
    ...(added > 0 ? [`+${added.toLocaleString("en-US")}`] : []),
    ...(removed > 0 ? [`−${removed.toLocaleString("en-US")}`] : []),
  ];
  return `${signs.join(" ")} ${added + removed === 1 ? "word" : "words"}`;
}

/** How long versions are kept. */
export function retentionWords(
  retention: NotebookVersions["retention"],
): string {
  const hours = retention.whole / 3_600_000;
  const millions = retention.length / 1_000_000;
  return `Kept on this device: every version of the last ${hours} hours, the last one of each day before, and the last ${retention.runs} that were run; at most ${retention.count}, or ${millions} million characters. Deleting the notebook deletes them.`;
}

/** What became of a cell besides its text. */
export function changeWords({ before, after, isMoved }: CellChange): string[] {
  if (!before) return ["added"];
  if (!after) return ["removed"];
  const isRenamed = before.name !== after.name && before.name && after.name;
  return [
    ...(isRenamed ? [`was called ${before.name}`] : []),
    ...(before.kind === after.kind
      ? []
      : [`was ${kindWords[before.kind].long}`]),
    ...(before.flags === after.flags
      ? []
      : [`flags were “${before.flags}”, are “${after.flags}”`]),
    ...(isMoved ? ["moved"] : []),
  ];
}

/** Cells in a row of which nothing changed. */
export function unchangedWords(cells: readonly Cell[]): string {
  const names = listNames(cells.map(cellTitle), 6);
  return `${countOf(cells.length, "cell")} without a change: ${names}`;
}
