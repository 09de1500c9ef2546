/** Words of two texts of a notebook, compared. */
import { countOf, formatNumber, plural } from "./language.ts";

export const frontMatter = "Front matter";
export const frontMatterHint = "title, hosts, files";
export const cellTitled = (title: string) => `Cell ${title}`;
export const unchangedLines = (lines: number) =>
  `⋯ ${countOf(lines, { one: "line", other: "lines" })} without a change`;
export const showMoreLines = (lines: number) =>
  `Show ${countOf(lines, { one: "more line", other: "more lines" })}`;
export const opened = "Opened";
export const ran = "Run";
export const beforeRestore = "Before a restore";
export const overtaken = "Typed while another tab had the notebook";
export const noChange = "no change";
export const noWordChanged = "no words changed";
export const renamedFrom = (before: string) => `was called ${before}`;
export const kindBefore = (kind: string) => `was ${kind}`;
export const flagsChanged = ({
  before,
  after,
}: {
  before: string;
  after: string;
}) => `flags were “${before}”, are “${after}”`;
export const unchangedCells = ({
  count,
  names,
}: {
  count: number;
  names: string;
}) =>
  `${countOf(count, { one: "cell", other: "cells" })} without a change: ${names}`;
export const retention = ({
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
