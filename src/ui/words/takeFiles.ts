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
/** Of files that were dropped at once and have one name. */
export const lastKept = (names: string) =>
  `Several were called ${names}: the last one is kept.`;
/** Of files whose notebook was left before it was their turn. */
export const notAdded = ({ count, names }: { count: number; names: string }) =>
  plural(count, {
    one: `${names} was not added: another notebook was opened before. Open the one that is meant, and add it again.`,
    other: `${names} were not added: another notebook was opened before. Open the one that is meant, and add them again.`,
  });
/** Besides a notebook, which was opened. */
export const notTaken = ({ count, names }: { count: number; names: string }) =>
  plural(count, {
    one: `${names} was dropped too and left alone. Drop it once more: on this notebook, or on the list of notebooks.`,
    other: `${names} were dropped too and left alone. Drop them once more: on this notebook, or on the list of notebooks.`,
  });
/** Of files that another program shared with the app. */
export const notShared = (count: number) =>
  plural(count, {
    one: "One of the shared files was left out: 20 files and 500 MB are taken at once. Open it from the list of notebooks.",
    other: `${count} of the shared files were left out: 20 files and 500 MB are taken at once. Open them from the list of notebooks.`,
  });
export const showFiles = "Show files";
