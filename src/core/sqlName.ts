import { quoteName } from "./sqliteRules.ts";

const letter = String.raw`A-Za-z_\x80-\u{10ffff}`;
/** The signs that a name may have behind its first letter: for the class of an expression with the flag u. */
export const inSqlName = String.raw`${letter}\d$`;
/** A name as SQLite reads it without quotes, where whatever is no ASCII is a letter: for an expression with the flag u. */
export const sqlName = `[${letter}][${inSqlName}]*`;

const plain = new RegExp(`^${sqlName}$`, "u");
/** What SQLite takes for no name where a name can be. */
const reserved = new Set(
  "add all alter and as autoincrement between case cast check collate commit constraint create current_date current_time current_timestamp default deferrable delete distinct drop else escape except exists foreign from group having in index insert intersect into is isnull join limit not nothing notnull null on or order primary raise recursive references returning select set table then to transaction union unique update using values when where".split(
    " ",
  ),
);

/** A name as people write it in SQL: in quotes only where it needs them. */
export function writeName(name: string): string {
  return plain.test(name) && !reserved.has(name.toLowerCase())
    ? name
    : quoteName(name);
}
