/** What a list of elements can be limited to. */

export const all = "All";
export const waiting = "Wait for you";
export const failed = "Failed";
export const going = "Under way";
export const open = "Pending";
export const skipped = "Skipped";
export const done = "Succeeded";
