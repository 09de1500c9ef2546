/** Words of how long ago something was. */

export const justNow = "just now";
export const minutesAgo = (minutes: number) => `${minutes} min ago`;
export const hoursAgo = (hours: number) => `${hours} h ago`;
export const yesterday = "yesterday";
export const daysAgo = (days: number) => `${days} days ago`;
