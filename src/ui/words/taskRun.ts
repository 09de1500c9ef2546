/** Words of a task run. */
import { countOf } from "./language.ts";

export const taskWaits = "The task waits.";
export const approve = "Approve";
export const send = "Send";
export const start = "Start";
export const resume = "Resume";
export const answerTask = (task: string) => `Answer ${task}`;
export const waitsForYou = "Waits for you";
export const valueUnreadable = (error: string) =>
  `The value cannot be shown: ${error}`;
export const readingValue = "Reading the value…";
export const givesUpAt = (moment: string) => `It gives up at ${moment}.`;
export const givesUpIn = ({
  moment,
  duration,
}: {
  moment: string;
  duration: string;
}) => `It gives up at ${moment}, in ${duration}.`;
export const reasonPlaceholder = "Why (optional)";
export const reasonLabel = "Why you decline, optional";
export const declineHint = "The task is skipped, and so is what depends on it";
export const decline = "Decline";
export const sent = "Sent…";
export const logs = "Logs";
export const showLogs = "Show them in the Logs pane";
export const lineCount = (lines: number) =>
  countOf(lines, { one: "line", other: "lines" });
export const markSuccess = "Mark as a success";
export const markedResult = "Its result, as JSON; empty for none";
export const markedExample = '{"rows": 3}';
export const markSuccessEffect =
  "It counts as a success from then on. Resume runs what depends on it.";
export const cancelMark = "Leave it";
export const resultGone =
  "This result is not kept any more: results stay for the newest run of each flow, and where the cache may use them. Run the flow again to have it.";
export const results = "Results";
export const result = "Result";
export const resultCount = (results: number) =>
  countOf(results, { one: "result", other: "results" });
export const showSize = (size: string) => `Show ${size}`;
export const reading = "Reading…";
export const place = ({
  cell,
  line,
  column,
}: {
  cell: string;
  line: number;
  column: number;
}) => `Cell ${cell}, line ${line}, column ${column}`;
export const cancelTask = "Cancel this task";
export const cancelTaskHint = "Ends this task; the others go on";
export const cancelElement = "Cancel this element";
export const cancelElementHint = "Ends this element; the others go on";
export const cancelSubFlow = "Cancel this sub-flow";
export const cancelSubFlowHint = "Ends this sub-flow; the others go on";
export const markSuccessHint =
  "Give it a result by hand; Resume then goes on with it";
export const openMarkSuccess = "Mark as a success…";
export const attempts = "Attempts";
export const attempt = (number: number) => `${number}.`;
/** What is no attempt, in the place of its number. */
export const fallbackEntry = "Fallback,";
export const attemptAfter = (duration: string) => `after ${duration}`;
export const showEarlier = (attempts: number) =>
  `Show ${countOf(attempts, { one: "earlier one", other: "earlier ones" })}`;
export const displayed = "Displayed";
export const named = "Named";
export const started = "Started";
export const runningFor = "For";
export const took = "Took";
export const resultFrom = "From";
export const fromHand = "given by hand";
export const fromFallback = "its fallback, after the last attempt failed";
export const fromEarlierRun = "an earlier run";
export const fromRun = (moment: string) => `the run of ${moment}`;
export const starts = "Starts";
export const skippedUpstream = "Skipped upstream";
export const runsAnyway = "runs all the same";
export const retries = "Retries";
export const timeout = "Timeout";
export const cachedFor = "Cached for";
export const tags = "Tags";
export const fallback = "Fallback";
export const whenAllFailed = "when all upstream failed";
export const whenAnySucceeded = "when one upstream succeeded";
export const whenAnyFailed = "when one upstream failed";
export const whenAllEnded = "when all upstream ended, however";
export const unlessAllSkipped = "unless all upstream were skipped";
export const whenStarted = "when a person says so";
export const whenFunctionSays = "when its trigger function says so";
const jsonHint =
  'Write a value such as 42, "text", [1, 2] or {"name": "IAD"}; texts and names need double quotes.';
export const nestedTooDeep =
  "This is nested too deep for a result: more than 500 lists or objects in each other. Write a flatter value.";
export const roundedNumber = (digits: string) =>
  `${digits} has more digits than a number keeps. Write it as text, in quotation marks.`;
export const notJson = `This is not JSON. ${jsonHint}`;
export const notJsonAtPlace = ({
  line,
  column,
}: {
  line: number;
  column: number;
}) => `This is not JSON at line ${line}, column ${column}. ${jsonHint}`;
/** In a text of one line. */
export const notJsonAtColumn = (column: number) =>
  `This is not JSON at character ${column}. ${jsonHint}`;
export const showAs = "Show the value as";
export const table = "Table";
/** Marked, with {count}. */
export const lastOutputs =
  "These are the last {count} outputs. Give them a key, as in `display(value, { key })`, and each takes the place of the one before.";
/** `most` are the attempts that it has, where there may be more than one. */
export const attemptsOf = ({ own, most }: { own: number; most?: number }) =>
  most === undefined ? `${own}` : `${own} of ${most}`;
export const attemptsWithEarlier = ({
  own,
  most,
  all,
}: {
  own: number;
  most?: number;
  all: number;
}) => `${attemptsOf({ own, most })}, ${all} with those before Resume`;
/** `delays` are durations, such as `10s, 1m`. */
export const retriesAfter = ({
  retries,
  delays,
}: {
  retries: number;
  delays: string;
}) => `${retries}, after ${delays}`;
/** How long a result is kept for use again. */
export const ever = "ever";
export const hasFallback = "yes";
/** How many of the tasks upstream: a number, or a share such as `50 %`. */
interface Limits {
  atLeast: string | undefined;
  atMost: string | undefined;
}
const within = ({ atLeast, atMost }: Limits) =>
  [
    atLeast === undefined ? [] : `at least ${atLeast}`,
    atMost === undefined ? [] : `at most ${atMost}`,
  ]
    .flat()
    .join(" and ") || "any number";
export const whenSomeFailed = (limits: Limits) =>
  `when ${within(limits)} of upstream failed`;
export const whenSomeSucceeded = (limits: Limits) =>
  `when ${within(limits)} of upstream succeeded`;
/** A state after the number of an attempt, inside of a line. */
export const attemptState = (state: string) => state.toLowerCase();
/** A length of time as it is set, of `timeout` or `retryDelay`. */
export { formatDuration as settingDuration } from "../../core/duration.ts";
