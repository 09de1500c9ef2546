/** Words of how the last run ended. */
export const showOutcome = "Show the last run in the graph";
