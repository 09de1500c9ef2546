/** Words of two texts of a notebook, compared. */
import { countOf, formatNumber, plural } from "./language.ts";

export const frontMatter = "Front matter";
export const titleHostsFiles = "title, hosts, files";
export const cell = ({ cell }: { cell: string }) => `Cell ${cell}`;
export const linesWithoutAChange = ({ rows }: { rows: number }) =>
  `⋯ ${countOf(rows, { one: "line", other: "lines" })} without a change`;
export const showMoreLines = ({ count }: { count: number }) =>
  `Show ${countOf(count, { one: "more line", other: "more lines" })}`;
export const opened = "Opened";
export const run = "Run";
export const beforeARestore = "Before a restore";
export const typedWhileAnotherTabHad =
  "Typed while another tab had the notebook";
export const noChange = "no change";
export const noWordsChanged = "no words changed";
export const wasCalled = ({ name }: { name: string }) => `was called ${name}`;
export const was = ({ long }: { long: string }) => `was ${long}`;
export const flagsWereAre = ({
  flags,
  newFlags,
}: {
  flags: string;
  newFlags: string;
}) => `flags were “${flags}”, are “${newFlags}”`;
export const cellsWithoutAChange = ({
  cells,
  names,
}: {
  cells: number;
  names: string;
}) =>
  `${countOf(cells, { one: "cell", other: "cells" })} without a change: ${names}`;
export const keptOnThisDeviceEvery = ({
  hours,
  runs,
  count,
  millions,
}: {
  hours: number;
  runs: number;
  count: number;
  millions: number;
}) =>
  `Kept on this device: every version of the last ${hours} hours, the last one of each day before, and the last ${runs} that were run; at most ${count}, or ${millions} million characters. Deleting the notebook deletes them.`;
export const runTimes = (runs: number) =>
  runs === 1 ? "Run" : `Run ${countOf(runs, { one: "time", other: "times" })}`;
/** `reason` is why the version was made, such as `Opened`. */
export const reasonRunTimes = ({
  reason,
  runs,
}: {
  reason: string;
  runs: number;
}) =>
  runs === 1
    ? `${reason}, run once`
    : `${reason}, run ${countOf(runs, { one: "time", other: "times" })}`;
/** `+12 −3 words`; at least one of the two is more than 0. */
export const wordsChanged = ({
  added,
  removed,
}: {
  added: number;
  removed: number;
}) =>
  [
    added > 0 ? `+${formatNumber(added)}` : "",
    removed > 0 ? `−${formatNumber(removed)}` : "",
    plural(added + removed, { one: "word", other: "words" }),
  ]
    .filter(Boolean)
    .join(" ");
/** What became of a cell. */
export const added = "added";
export const removed = "removed";
export const moved = "moved";
