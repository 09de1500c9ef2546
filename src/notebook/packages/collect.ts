import { FlowError } from "../../core/errors.ts";
import { findModuleImports } from "../compile/moduleImports.ts";
import type { PackageCode, PackageModule } from "./package.ts";
import { packageAddress, readSpecifier } from "./specifier.ts";

/** The most that a package may be, so that a wrong name does not fill the disk. */
const mostModules = 300;
const mostCharacters = 16_000_000;

/** A module as a host gave it; `address` is where it was found in the end. */
export interface FetchedModule {
  address: string;
  text: string;
}

/** Fetches a package from a content delivery network, with every module that it imports. Throws what stands in the way. */
export async function collectPackage(
  specifier: string,
  cdn: string,
  fetchModule: (address: string) => Promise<FetchedModule>,
): Promise<PackageCode> {
  const modules = new Map<string, PackageModule>();
  const isOpen = new Set<string>();
  let characters = 0;

  function refuse(message: string): never {
    throw new FlowError("missing-package", `${specifier} ${message}`);
  }

  /** The address of the module that is there in the end. */
  async function collect(asked: string): Promise<string> {
    const known = modules.get(asked);
    if (known) return known.address;
    if (isOpen.has(asked))
      refuse(
        `cannot be used: its modules import each other in a circle (${asked}). Try another source of packages: set cdn in the front matter, as in cdn: https://esm.sh.`,
      );
    if (modules.size >= mostModules)
      refuse(`cannot be used: it has more than ${mostModules} modules.`);
    isOpen.add(asked);
    const { address, text } = await fetchModule(asked);
    if (new URL(address).origin !== cdn)
      refuse(
        `was not fetched: ${cdn} sends on to ${new URL(address).origin}, which nobody allowed.`,
      );
    characters += text.length;
    if (characters > mostCharacters)
      refuse(
        `cannot be used: it is larger than ${mostCharacters / 1e6} million characters.`,
      );
    const imports: PackageModule["imports"][number][] = [];
    for (const { from, to, specifier: wanted } of importsOf(text, asked)) {
      const target = resolve(wanted, address);
      imports.push({ from, to, address: await collect(target) });
    }
    const found = { address: asked, text, imports };
    modules.set(asked, found);
    isOpen.delete(asked);
    return asked;
  }

  function importsOf(
    text: string,
    address: string,
  ): ReturnType<typeof findModuleImports> {
    try {
      return findModuleImports(text);
    } catch {
      return refuse(
        `cannot be used: what ${address} gives is no JavaScript module. Check the name and the version.`,
      );
    }
  }

  function resolve(wanted: string, from: string): string {
    let target: URL | undefined;
    if (/^(?:\.{0,2}\/|https?:)/.test(wanted)) target = new URL(wanted, from);
    if (target?.origin !== cdn)
      refuse(
        `cannot be used: it imports ${JSON.stringify(wanted)}, which is not on ${cdn}.`,
      );
    target!.hash = "";
    return target!.href;
  }

  const parsed = readSpecifier(specifier);
  if (!parsed) return refuse("names no version of a package.");
  await collect(packageAddress(cdn, parsed));
  return { modules: [...modules.values()] };
}
