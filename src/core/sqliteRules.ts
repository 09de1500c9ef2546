/** The most columns that a table of SQLite has. */
export const mostColumns = 2000;

/** A name as SQLite compares it: without regard to the case of A to Z, and of no other letter. */
export function fold(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** A name as it stands in SQL, whatever it holds. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
