/** What the timeline draws. */

export const attempt = (number: number) => `attempt ${number}`;
