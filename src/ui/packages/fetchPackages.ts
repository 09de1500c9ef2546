import { FlowError } from "../../core/errors.ts";
import {
  collectPackage,
  type FetchedModule,
} from "../../notebook/packages/collect.ts";
import { integrityOf } from "../../notebook/packages/integrity.ts";
import { readPins, writePin } from "../../notebook/packages/pins.ts";
import type { PackageHost, WantedPackage } from "./packages.svelte.ts";
import * as words from "../words/packages.ts";

/** Fetches packages and keeps them with the notebook; those without a pin get one, all of them in one change. */
export async function fetchPackages(
  wanted: readonly WantedPackage[],
  frontMatter: string,
  host: Pick<PackageHost, "attach" | "setFrontMatter">,
): Promise<void> {
  const { cdn, packages: pins } = readPins(frontMatter);
  let changed = frontMatter;
  for (const { specifier } of wanted) {
    const code = await collectPackage(specifier, cdn, (address) =>
      fetchModule(specifier, address),
    );
    const integrity = await integrityOf(code);
    const pin = pins.get(specifier);
    if (pin !== undefined && pin !== integrity)
      throw new FlowError(
        "missing-package",
        words.wasRefusedWhatGivesNow({ specifier, cdn }),
      );
    await host.attach(
      specifier,
      new Blob([JSON.stringify(code)], { type: "application/json" }),
    );
    if (pin !== undefined) continue;
    const written = writePin(changed, specifier, integrity);
    if (written === undefined)
      throw new FlowError(
        "notebook-syntax",
        words.couldNotBePinnedBecause({ specifier }),
      );
    changed = written;
  }
  if (changed !== frontMatter) host.setFrontMatter(changed);
}

async function fetchModule(
  specifier: string,
  address: string,
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
      words.couldNotBeFetchedCannot({ specifier, host }),
      { cause },
    );
  }
  if (!response.ok)
    throw new FlowError(
      "missing-package",
      words.couldNotBeFetchedAnswers({
        specifier,
        host,
        status: response.status,
      }),
    );
  return { address: response.url || address, text: await response.text() };
}
