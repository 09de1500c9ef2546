import type { FormatLibraries } from "../formats.ts";

declare const flowbookLibrary: (name: string, library: object) => void;

/** Hands a library's exports to the kernel, which has asked for its script. */
export function registerFormat<Name extends keyof FormatLibraries>(
  name: Name,
  library: FormatLibraries[Name],
): void {
  flowbookLibrary(name, library);
}
