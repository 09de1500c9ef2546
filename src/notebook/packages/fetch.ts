import { FlowError } from "../../core/errors.ts";
import { readAll } from "../link.ts";
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
        `${specifier} could not be pinned, because the front matter of the notebook is not valid YAML, or too long. Correct it in the file first.`,
      );
    changed = written;
  }
  return changed;
}

/** How long a host may take for a module, in milliseconds, and the most that it may send for one, in bytes. */
const patience = 30_000;
const mostBytes = 16_000_000;

async function fetchModule(
  specifier: string,
  address: string,
  fetch: typeof globalThis.fetch,
): Promise<FetchedModule> {
  const { host } = new URL(address);
  const fail = (why: string, cause?: unknown): FlowError =>
    new FlowError("missing-package", `${specifier} ${why}`, { cause });
  const signal = AbortSignal.timeout(patience);
  /** Waits for what the host does, for no longer than that: a reader that was begun need not hear of the signal. */
  async function wait<T>(action: Promise<T>): Promise<T> {
    const silence = new Promise<never>((_, reject) => {
      const giveUp = () => reject(signal.reason as Error);
      if (signal.aborted) giveUp();
      else signal.addEventListener("abort", giveUp, { once: true });
    });
    try {
      return await Promise.race([action, silence]);
    } catch (cause) {
      if (cause instanceof FlowError) throw cause;
      throw signal.aborted
        ? fail(
            `could not be fetched: ${host} did not send it within ${patience / 1000} s. Try again later.`,
            cause,
          )
        : fail(
            `could not be fetched: ${host} cannot be reached. Check the connection and try again.`,
            cause,
          );
    }
  }

  const response = await wait(
    fetch(address, {
      credentials: "omit",
      referrerPolicy: "no-referrer",
      signal,
    }),
  );
  if (!response.ok)
    throw fail(
      `could not be fetched: ${host} answers with HTTP ${response.status}. Check the name and the version.`,
    );
  const bytes = response.body
    ? await wait(
        readAll(response.body, mostBytes, () =>
          fail(
            `cannot be used: ${host} sends more than ${mostBytes / 1e6} MB for it.`,
          ),
        ),
      )
    : new Uint8Array();
  return {
    address: response.url || address,
    text: new TextDecoder().decode(bytes),
  };
}
