/** Words of the pane beside the notebook. */
import { countOf } from "./language.ts";

export const graph = "Graph";
export const timeline = "Timeline";
export const tables = "Tables";
export const runs = "Runs";
export const logs = "Logs";
export const files = "Files";
export const viewsOfTheFlow = "Views of the flow";
export const missing = ({ missingFiles }: { missingFiles: number }) =>
  `${missingFiles} missing`;
export const needsAValue = ({ label }: { label: string }) =>
  `${label} needs a value.`;
export const resetToItsDefault = ({ label }: { label: string }) =>
  `Reset ${label} to its default`;
export const backToTheDefault = "Back to the default";
export const none = "None";
export const yes = "Yes";
export const no = "No";
export const parameters = "Parameters";
export const changed = ({ changed }: { changed: number }) =>
  countOf(changed, { one: "changed", other: "changed" });
export const scheduleOf = ({ name }: { name: string }) => `Schedule of ${name}`;
export const when = "when?";
export const runByItsSchedule = ({ name }: { name: string }) =>
  `Run ${name} by its schedule`;
export const stopRunningByTheClock = "Stop running by the clock";
export const runByTheClock = "Run by the clock";
export const on = "On";
export const off = "Off";
export const nextNow = "next now";
export const nextInS = ({ seconds }: { seconds: number }) =>
  `next in ${seconds} s`;
export const nextInAt = ({ seconds, at }: { seconds: string; at: string }) =>
  `next in ${seconds}, at ${at}`;
export const nextOn = ({ at }: { at: string }) => `next on ${at}`;
export const withWord = ({ text, given }: { text: string; given: string }) =>
  `${text} with ${given}`;
/** Marked, with {times} and {next}, the time of the next run. */
export const runsNext = "Runs {times}: *{next}*";
/** `times` are those of the schedules, such as `every hour; every day at 12:00`. */
export const runsAt = (times: string) => `Runs ${times}`;
export const runsInOtherTab = (times: string) =>
  `Runs ${times}; not in this tab, but in the one that has the notebook`;
export const runsNoMore = (times: string) => `Runs ${times}; no time is left`;
export const scheduleOnRule =
  "It runs by itself only while this notebook is open, in one tab. Times that pass while it is closed, or while another run goes on, are not made up.";
export const scheduleOffRule =
  "Off. Turned on, it runs by itself only while this notebook is open, in one tab. Times that pass while it is closed, or while another run goes on, are not made up.";
