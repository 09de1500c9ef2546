import type { LogLevel } from "../../engine/protocol.ts";
import type { LogLine } from "../../engine/services.ts";
import { formatClock } from "../format.ts";
import { fitsElement, placeText } from "./logElements.ts";

/** Which lines of a log are wanted; what is undefined or empty leaves all in. */
export interface LogQuery {
  node: string | undefined;
  element: string | undefined;
  level: LogLevel;
  text: string;
}

export const logLevels: readonly LogLevel[] = [
  "debug",
  "info",
  "warning",
  "error",
];
const rank = new Map(logLevels.map((level, at) => [level, at]));

/** Gives the test that lines have to pass. */
export function lineFilter(query: LogQuery): (line: LogLine) => boolean {
  const least = rank.get(query.level)!;
  const text = query.text.trim().toLowerCase();
  const { node } = query;
  const element = node === undefined ? undefined : query.element;
  return (line) =>
    (node === undefined || line.node === node) &&
    rank.get(line.level)! >= least &&
    fitsElement(line.element, element) &&
    (text === "" || line.text.toLowerCase().includes(text));
}

/**
 * Filters a log that grows at its end and, once it is long, is cut at its start. While the query stays the same only the
 * lines that came in are looked at.
 */
export function createLogFilter(): (
  lines: readonly LogLine[],
  query: LogQuery,
) => readonly LogLine[] {
  let known: readonly LogLine[] = [];
  let asked: LogQuery | undefined;
  let passes: (line: LogLine) => boolean = () => true;
  let found: readonly LogLine[] = [];
  return (lines, query) => {
    const cut = lines[0] === undefined ? -1 : known.indexOf(lines[0]);
    const isContinued =
      asked !== undefined &&
      isSameQuery(asked, query) &&
      cut >= 0 &&
      // The last line that was known stands where it has to.
      lines[known.length - cut - 1] === known.at(-1);
    if (!isContinued) {
      passes = lineFilter(query);
      found = lines.filter(passes);
    } else {
      const more = lines.slice(known.length - cut).filter(passes);
      const dropped = new Set(known.slice(0, cut));
      const kept =
        cut === 0 ? found : found.filter((line) => !dropped.has(line));
      if (more.length > 0 || kept.length !== found.length)
        found = [...kept, ...more];
    }
    known = lines;
    asked = query;
    return found;
  };
}

function isSameQuery(one: LogQuery, other: LogQuery): boolean {
  return (
    one.node === other.node &&
    one.element === other.element &&
    one.level === other.level &&
    one.text === other.text
  );
}

/** Lines as the text of a file: time, level, task and what was logged. */
export function logText(
  lines: readonly LogLine[],
  nameOf: (node: string) => string,
): string {
  return lines
    .map(
      ({ at, level, node, element, text }) =>
        `${formatClock(at)}.${String(at % 1000).padStart(3, "0")} ${level.padEnd(7)} ${nameOf(node)}${placeText(element)}: ${text}\n`,
    )
    .join("");
}
