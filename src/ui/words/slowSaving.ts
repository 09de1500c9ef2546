/** Words of what is seldom said of a database. */

/** What the reader is told when changes of the database are found by comparing all of it. `reason` is what the self-test found. */
export const compatibilityMode = (reason: string) =>
  `Compatibility mode: SQLite does not keep the database where this app expects it (${reason}), so each save compares the whole database. Everything is saved as safely as ever, and what was saved before is all there, but saving takes longer the larger the database is, and twice its memory. Reload the page to try again; if this stays, use another browser or keep the database small.`;
