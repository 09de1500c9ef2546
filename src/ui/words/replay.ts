/** Words of the replay of a run. */

export const ofWord = ({
  shown,
  took,
  state,
}: {
  shown: string;
  took: string;
  state: string;
}) => `${shown} of ${took}${state}`;
export const replayOfTheRun = "Replay of the run";
export const pauseTheReplay = "Pause the replay";
export const replayTheRun = "Replay the run";
export const pause = "Pause";
export const timeOfTheRun = "Time of the run";
export const leaveTheReplay = "Leave the replay";
export const now = "Now";
export const theEnd = "The end";
