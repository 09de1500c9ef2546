/** Of what a task of a run shows, the page keeps the newest so many. */
export const mostShown = 1_000;
