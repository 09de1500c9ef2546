/** What the timeline draws. */

export const attempt = (number: number) => `attempt ${number}`;
export const rest = (duration: string) => `Nothing went on for ${duration}.`;
