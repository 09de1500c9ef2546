import { hashText } from "../../core/hash.ts";
import type { Program } from "../../notebook/compile/program.ts";
import { integrityOf } from "../../notebook/packages/integrity.ts";
import type {
  PackageCode,
  PackageProblem,
} from "../../notebook/packages/package.ts";
import { readPins } from "../../notebook/packages/pins.ts";
import type { PackageHost, WantedPackage } from "./packages.svelte.ts";
import * as words from "../words/packages.ts";

/** The program with the code of its packages, as far as it is kept and is what the front matter pins. */
export async function linkPackages(
  program: Program,
  specifiers: readonly string[],
  frontMatter: string,
  host: Pick<PackageHost, "id" | "readFile">,
  checked: Map<string, PackageCode>,
): Promise<{ linked: Program; wanted: readonly WantedPackage[] }> {
  const pins = readPins(frontMatter);
  const packages: Record<string, PackageCode | PackageProblem> = {};
  const wanted: WantedPackage[] = [];
  const marks: string[] = [];
  for (const specifier of specifiers) {
    const pin = pins.packages.get(specifier);
    const key = `${host.id}\n${specifier}\n${pin}`;
    const found = checked.get(key) ?? (await readPackage(specifier, pin, host));
    packages[specifier] = found;
    if ("problem" in found)
      wanted.push({ specifier, isPinned: pin !== undefined, ...found });
    else checked.set(key, found);
    marks.push(`${specifier} ${"problem" in found ? found.problem : pin}`);
  }
  const hash = hashText([program.hash, ...marks].join("\n"));
  return { linked: { ...program, packages, hash }, wanted };
}

async function readPackage(
  specifier: string,
  pin: string | undefined,
  host: Pick<PackageHost, "readFile">,
): Promise<PackageCode | PackageProblem> {
  if (pin === undefined)
    return {
      problem: words.isNotPinnedYetPress({ specifier }),
    };
  const file = await host.readFile(specifier);
  if (!file)
    return {
      problem: words.isNotOnThisDevice({ specifier }),
    };
  try {
    const code = JSON.parse(await file.text()) as PackageCode;
    if ((await integrityOf(code)) === pin) return code;
  } catch {
    // What is kept is no package at all, which is as wrong as another one.
  }
  return {
    problem: words.wasNotRunWhatIs({ specifier }),
  };
}
