/** Words of a task run. */
import { countOf } from "./language.ts";

export const theTaskWaits = "The task waits.";
export const approve = "Approve";
export const send = "Send";
export const start = "Start";
export const resume = "Resume";
export const answer = ({ name }: { name: string }) => `Answer ${name}`;
export const waitsForYou = "Waits for you";
export const theValueCannotBeShown = ({ error }: { error: string }) =>
  `The value cannot be shown: ${error}`;
export const readingTheValue = "Reading the value…";
export const itGivesUpAt = ({ until }: { until: string }) =>
  `It gives up at ${until}`;
export const inWord = ({ formatDuration }: { formatDuration: string }) =>
  `, in ${formatDuration}`;
export const whyOptional = "Why (optional)";
export const whyYouDeclineOptional = "Why you decline, optional";
export const theTaskIsSkippedAnd =
  "The task is skipped, and so is what depends on it";
export const decline = "Decline";
export const sent = "Sent…";
export const logs = "Logs";
export const showThemInTheLogs = "Show them in the Logs pane";
export const lines = ({ lines }: { lines: number }) =>
  countOf(lines, { one: "line", other: "lines" });
export const markAsASuccess = "Mark as a success";
export const itsResultAsJsonEmpty = "Its result, as JSON; empty for none";
export const rows3 = '{"rows": 3}';
export const itCountsAsASuccess =
  "It counts as a success from then on. Resume runs what depends on it.";
export const leaveIt = "Leave it";
export const theResultIsNotKept = "The result is not kept any more.";
export const results = "Results";
export const result = "Result";
export const results2 = ({ count }: { count: number }) =>
  countOf(count, { one: "result", other: "results" });
export const show = ({ size }: { size: string }) => `Show ${size}`;
export const reading = "Reading…";
export const cellLineColumn = ({
  cell,
  line,
  column,
}: {
  cell: string;
  line: number;
  column: number;
}) => `Cell ${cell}, line ${line}, column ${column}`;
export const endsThisTheOthersGo = ({ what }: { what: string }) =>
  `Ends this ${what}; the others go on`;
export const cancelThis = ({ what }: { what: string }) => `Cancel this ${what}`;
export const giveItAResultBy =
  "Give it a result by hand; Resume then goes on with it";
export const markAsASuccess2 = "Mark as a success…";
export const attempts = "Attempts";
export const after = ({ endedAt }: { endedAt: string }) => `after ${endedAt}`;
export const showEarlierOnes = ({ count }: { count: number }) =>
  `Show ${countOf(count, { one: "earlier one", other: "earlier ones" })}`;
export const displayed = "Displayed";
export const named = "Named";
export const started = "Started";
export const forWord = "For";
export const took = "Took";
export const from = "From";
export const givenByHand = "given by hand";
export const itsFallbackAfterTheLast =
  "its fallback, after the last attempt failed";
export const anEarlierRun = "an earlier run";
export const theRunOf = ({ resultRunAt }: { resultRunAt: string }) =>
  `the run of ${resultRunAt}`;
export const starts = "Starts";
export const skippedUpstream = "Skipped upstream";
export const runsAllTheSame = "runs all the same";
export const retries = "Retries";
export const timeout = "Timeout";
export const cachedFor = "Cached for";
export const tags = "Tags";
export const fallback = "Fallback";
export const whenAllUpstreamFailed = "when all upstream failed";
export const whenOneUpstreamSucceeded = "when one upstream succeeded";
export const whenOneUpstreamFailed = "when one upstream failed";
export const whenAllUpstreamEndedHowever = "when all upstream ended, however";
export const unlessAllUpstreamWereSkipped = "unless all upstream were skipped";
export const whenAPersonSaysSo = "when a person says so";
export const whenItsTriggerFunctionSays = "when its trigger function says so";
export const atLineColumn = ({
  before,
  column,
}: {
  before: number;
  column: number;
}) => `at line ${before}, column ${column}`;
export const atCharacter = ({ column }: { column: number }) =>
  `at character ${column}`;
export const showTheValueAs = "Show the value as";
export const table = "Table";
export const thisIsNotJsonWrite = ({ where }: { where: string }) =>
  `This is not JSON${where}. Write a value such as 42, "text", [1, 2] or {"name": "IAD"}; texts and names need double quotes.`;
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
