/** Words of the schedule of a flow. */

export const schedule = (flow: string) => `Schedule of ${flow}`;
export const explainSchedule = "when?";
export const scheduleSwitch = (flow: string) => `Run ${flow} by its schedule`;
export const turnScheduleOff = "Stop running by the clock";
export const turnScheduleOn = "Run by the clock";
export const on = "On";
export const off = "Off";
export const nextNow = "next now";
export const nextInSeconds = (seconds: number) => `next in ${seconds} s`;
export const nextIn = ({
  duration,
  time,
}: {
  duration: string;
  time: string;
}) => `next in ${duration}, at ${time}`;
export const nextOn = (moment: string) => `next on ${moment}`;
export const scheduleGiven = ({
  schedule,
  values,
}: {
  schedule: string;
  values: string;
}) => `${schedule} with ${values}`;
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
