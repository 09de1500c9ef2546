/** Words of a query of a cell that takes long. */

export const slowQuery =
  "This query takes long, and whatever else needs the database waits for it.";
export const stop = "Stop";
export const queryStopped =
  "This query was stopped, as it did not end. Change it so that it reads less, or run it again.";
