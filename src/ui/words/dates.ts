/** Words of how long ago something was. */

export const justNow = "just now";
export const minutesAgo = ({ minutes }: { minutes: number }) =>
  `${minutes} min ago`;
export const hoursAgo = ({ hours }: { hours: number }) => `${hours} h ago`;
export const yesterday = "yesterday";
export const daysAgo = ({ days }: { days: number }) => `${days} days ago`;
