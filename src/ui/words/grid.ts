/** Words of a table of rows. */

export const sortBy = (column: string) => `Sort by ${column}`;
/** A value that is not there. */
export const nullValue = "null";
