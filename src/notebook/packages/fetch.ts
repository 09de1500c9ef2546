import { FlowError } from "../../core/errors.ts";
import { collectPackage, type FetchedModule } from "./collect.ts";
import { integrityOf } from "./integrity.ts";
import type { WantedPackage } from "./link.ts";
import { readPins, writePin } from "./pins.ts";

/** Fetches packages and has them kept. Gives the front matter with a pin for those that had none; throws if one is not what is pinned. */
export async function fetchPackages(
  wanted: readonly Pick<WantedPackage, "specifier">[],
  frontMatter: string,
  keep: (specifier: string, text: string) => Promise<void>,
  fetch: typeof globalThis.fetch,
): Promise<string> {
  const { cdn, packages: pins } = readPins(frontMatter);
  let changed = frontMatter;
  for (const { specifier } of wanted) {
    const code = await collectPackage(specifier, cdn, (address) =>
      fetchModule(specifier, address, fetch),
    );
    const integrity = await integrityOf(code);
    const pin = pins.get(specifier);
    if (pin !== undefined && pin !== integrity)
      throw new FlowError(
        "missing-package",
        `${specifier} was refused: what ${cdn} gives now is not what this notebook pins. Someone may have changed it on the way. Ask whoever shared the notebook; if you trust what is there now, take the line of ${specifier} out of packages in the front matter and pin it anew.`,
      );
    await keep(specifier, JSON.stringify(code));
    if (pin !== undefined) continue;
    const written = writePin(changed, specifier, integrity);
    if (written === undefined)
      throw new FlowError(
        "notebook-syntax",
        `${specifier} could not be pinned, because the front matter of the notebook is not valid YAML. Correct it in the file first.`,
      );
    changed = written;
  }
  return changed;
}

async function fetchModule(
  specifier: string,
  address: string,
  fetch: typeof globalThis.fetch,
): Promise<FetchedModule> {
  const { host } = new URL(address);
  let response: Response;
  try {
    response = await fetch(address, {
      credentials: "omit",
      referrerPolicy: "no-referrer",
    });
  } catch (cause) {
    throw new FlowError(
      "missing-package",
      `${specifier} could not be fetched: ${host} cannot be reached. Check the connection and try again.`,
      { cause },
    );
  }
  if (!response.ok)
    throw new FlowError(
      "missing-package",
      `${specifier} could not be fetched: ${host} answers with HTTP ${response.status}. Check the name and the version.`,
    );
  return { address: response.url || address, text: await response.text() };
}
