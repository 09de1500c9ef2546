import {
  editFrontMatter,
  frontMatterValues,
  readOrigin,
} from "../frontMatter.ts";
import { isIntegrity } from "./integrity.ts";
import { defaultCdn } from "./specifier.ts";

/** What front matter says of packages. */
export interface Pins {
  /** The origin of the network that packages are fetched from. */
  cdn: string;
  /** The hash of each package that is pinned, by specifier. What cannot be a hash is an empty text: it matches nothing. */
  packages: ReadonlyMap<string, string>;
}

/** Reads `cdn` and `packages` of front matter. */
export function readPins(frontMatter: string): Pins {
  const values = frontMatterValues(frontMatter);
  const packages = new Map<string, string>();
  const listed = values?.["packages"];
  if (typeof listed === "object" && listed !== null && !Array.isArray(listed))
    for (const [specifier, hash] of Object.entries(listed))
      packages.set(specifier, isIntegrity(hash) ? hash : "");
  return { cdn: readOrigin(values?.["cdn"]) ?? defaultCdn, packages };
}

/** The front matter with a package pinned; undefined if it is too damaged to be changed. */
export function writePin(
  frontMatter: string,
  specifier: string,
  integrity: string,
): string | undefined {
  return editFrontMatter(frontMatter, (document) => {
    document.setIn(["packages", specifier], integrity);
  });
}
