/** Words of a value that is shown as a tree. */
import { plural } from "./language.ts";

export const value = "Value";
export const showMoreEntries = ({
  count,
  left,
}: {
  count: number;
  left: number;
}) => `Show ${count} of ${left} more`;
export const invalidDate = "Invalid Date";
/** What has no name of its own: an array. */
export const list = "List";
/** A list, or what `name` is, with how much is in it. */
export const sizeOf = ({ name, entries }: { name: string; entries: number }) =>
  `${name} of ${entries}`;
export const entryCount = (entries: number) =>
  `${entries} ${plural(entries, { one: "entry", other: "entries" })}`;
