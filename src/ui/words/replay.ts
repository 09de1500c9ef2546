/** Words of the replay of a run. */

export const progress = ({ at, of }: { at: string; of: string }) =>
  `${at} of ${of}`;
/** `state` is that of the run at this time. */
export const progressInState = ({
  at,
  of,
  state,
}: {
  at: string;
  of: string;
  state: string;
}) => `${progress({ at, of })}, ${state}`;
export const label = "Replay of the run";
export const pauseReplay = "Pause the replay";
export const startReplay = "Replay the run";
export const pause = "Pause";
export const time = "Time of the run";
export const leaveReplay = "Leave the replay";
export const now = "Now";
export const end = "The end";
