/** Words of two texts of a notebook, compared. */
import { countOf } from "./language.ts";

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
export const times = ({ runs }: { runs: number }) =>
  countOf(runs, { one: "time", other: "times" });
export const run2 = ({ times }: { times: string }) => `Run ${times}`;
export const run3 = ({ reason, times }: { reason: string; times: string }) =>
  `${reason}, run ${times}`;
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
