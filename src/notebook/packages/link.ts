import { hashText } from "../../core/hash.ts";
import type { Program } from "../compile/program.ts";
import { integrityOf } from "./integrity.ts";
import type { PackageCode, PackageProblem } from "./package.ts";
import { readPins } from "./pins.ts";

/** A package that cells import and that cannot be run yet. */
export interface WantedPackage {
  specifier: string;
  /** Whether the front matter says which bytes it has to be. */
  isPinned: boolean;
  /** Why it is not there, for people. */
  problem: string;
}

/** Where packages are kept. */
export interface KeptPackages {
  /** The text that was kept of a package, as {@link fetchPackages} gave it. */
  read(specifier: string): Promise<string | undefined>;
  /** What to do to get packages, as the beginning of a sentence. */
  howToFetch(isPinned: boolean): string;
  /** Packages whose hash was found right, by specifier and pin. */
  readonly checked: Map<string, PackageCode>;
}

/** The packages that cells of a program import, in the order of their use. */
export function packagesOf(program: Program): readonly string[] {
  return [...new Set(program.cells.flatMap(({ packages }) => packages ?? []))];
}

/** The program with the code of its packages, as far as it is kept and is what the front matter pins. */
export async function linkPackages(
  program: Program,
  frontMatter: string,
  kept: KeptPackages,
): Promise<{ linked: Program; wanted: readonly WantedPackage[] }> {
  const pins = readPins(frontMatter);
  const packages: Record<string, PackageCode | PackageProblem> = {};
  const wanted: WantedPackage[] = [];
  const marks: string[] = [];
  for (const specifier of packagesOf(program)) {
    const pin = pins.packages.get(specifier);
    const key = `${specifier}\n${pin}`;
    const found =
      kept.checked.get(key) ?? (await readPackage(specifier, pin, kept));
    packages[specifier] = found;
    if ("problem" in found)
      wanted.push({ specifier, isPinned: pin !== undefined, ...found });
    else kept.checked.set(key, found);
    marks.push(`${specifier} ${"problem" in found ? found.problem : pin}`);
  }
  const hash = hashText([program.hash, ...marks].join("\n"));
  return { linked: { ...program, packages, hash }, wanted };
}

async function readPackage(
  specifier: string,
  pin: string | undefined,
  { read, howToFetch }: KeptPackages,
): Promise<PackageCode | PackageProblem> {
  if (pin === undefined)
    return {
      problem: `${specifier} is not pinned yet. ${howToFetch(false)}: it is fetched once, and kept with the notebook.`,
    };
  const text = await read(specifier);
  if (text === undefined)
    return {
      problem: `${specifier} is not on this device yet. ${howToFetch(true)}: it is fetched once, and kept with the notebook.`,
    };
  try {
    const code = JSON.parse(text) as PackageCode;
    if ((await integrityOf(code)) === pin) return code;
  } catch {
    // What is kept is no package at all, which is as wrong as another one.
  }
  return {
    problem: `${specifier} was not run: what is kept of it is not what packages in the front matter pins. ${howToFetch(true)} to fetch it again. If the pin was changed on purpose, take its line out of the front matter and pin the package anew.`,
  };
}
