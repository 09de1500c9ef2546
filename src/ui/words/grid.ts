/** Words of a table of rows. */

export const sortBy = (column: string) => `Sort by ${column}`;
export const reading = (label: string) => `Reading ${label} …`;
/** A value that is not there. */
export const nullValue = "null";
