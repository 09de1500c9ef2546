import type { FormatLibrary, LibraryScript } from "../protocol.ts";
import kernelText from "./kernel/kernel.ts?sandbox-bundle";

/** The script of every task worker. */
export const kernel: string = kernelText;

/** The script of a library that cells may use; each is fetched when a notebook first uses it. */
export async function loadLibrary(name: string): Promise<string> {
  if (name === "plot")
    return (await import("./kernel/libraries/plot.ts?sandbox-bundle")).default;
  throw new Error(`There is no library ${name}.`);
}

const formats: Readonly<
  Record<FormatLibrary, () => Promise<{ default: string }>>
> = {
  archives: () => import("./kernel/libraries/archives.ts?sandbox-bundle"),
  csv: () => import("./kernel/libraries/csv.ts?sandbox-bundle"),
};

/** The library of a format; each is fetched when a task first needs it. */
export async function loadFormatLibrary(
  name: FormatLibrary,
): Promise<LibraryScript> {
  return { script: (await formats[name]()).default };
}
