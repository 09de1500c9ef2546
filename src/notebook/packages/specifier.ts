/** A package of npm as a cell names it. */
export interface PackageSpecifier {
  /** With its scope, if it has one: `@observablehq/plot`. */
  name: string;
  version: string;
  /** A file or entry inside of it, with its slash: `/fp`; else "". */
  path: string;
}

const pattern =
  /^npm:((?:@[a-z0-9~-][\w.~-]*\/)?[a-z0-9~-][\w.~-]*)@(\d+\.\d+\.\d+(?:[-+][\w.+-]+)?)((?:\/[\w.@+-]+)*)$/i;

/** Reads `npm:name@1.2.3/path`; undefined if it is anything else. */
export function readSpecifier(text: string): PackageSpecifier | undefined {
  const match = pattern.exec(text);
  if (!match || /(?:^|\/)\.{1,2}(?:\/|$)/.test(match[3] ?? ""))
    return undefined;
  return {
    name: match[1] ?? "",
    version: match[2] ?? "",
    path: match[3] ?? "",
  };
}

/** Why a package cannot be named so, for people; undefined if it can. */
export function specifierProblem(text: string): string | undefined {
  if (readSpecifier(text)) return undefined;
  const name = /^npm:((?:@[\w.~-]+\/)?[\w.~-]+)/.exec(text)?.[1];
  return `${JSON.stringify(text)} names no version of a package. Write the whole version, as in "npm:${name ?? "d3-array"}@1.2.3": what runs next year is then what runs today.`;
}

/** Where packages come from unless the notebook says otherwise. */
export const defaultCdn = "https://cdn.jsdelivr.net";

/** The address of a package, as a module of its own, on a content delivery network. */
export function packageAddress(
  cdn: string,
  { name, version, path }: PackageSpecifier,
): string {
  return cdn === defaultCdn
    ? `${cdn}/npm/${name}@${version}${path}/+esm`
    : // What esm.sh gives depends on the browser unless it is told for which.
      `${cdn}/${name}@${version}${path}?target=es2022`;
}
