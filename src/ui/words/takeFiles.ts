/** What is said of files that were dropped. */
import { plural } from "./language.ts";

/** `call` is the code that reads the first of them. */
export const filesKept = ({
  count,
  names,
  call,
}: {
  count: number;
  names: string;
  call: string;
}) =>
  plural(count, {
    one: `${names} is kept with this notebook. A task reads it with ${call}.`,
    other: `${names} are kept with this notebook. A task reads them with ${call}.`,
  });
export const showFiles = "Show files";
