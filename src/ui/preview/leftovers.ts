import { dayLength } from "../../core/dayLength.ts";
import type { DatabaseService } from "../../engine/services.ts";
import type { Library } from "../../storage/library.ts";
import { readAddress } from "../address.ts";
import { deletedMark, markedNotebook } from "../deletedMark.ts";
import { lockName } from "../notebookLock.ts";
import { scheduleSetting } from "../scheduleSetting.ts";
import { recordPrefix, type PreviewRecord } from "./previews.ts";

/** How long rows and runs of a preview stay after it was last opened. */
const patience = 7 * dayLength;

/** How many links are remembered for longer than their rows and runs. */
const mostLinks = 10;

/** A link that was opened and not kept. */
export interface RecentLink {
  /** What opens it again: query and fragment. */
  address: string;
  title: string;
  /** Milliseconds since 1970 UTC. */
  openedAt: number;
  /** The host that its notebook is fetched from; undefined if the link itself holds it. */
  host: string | undefined;
}

/** A link that was forgotten. */
export interface ForgottenLink {
  putBack(): Promise<void>;
  /** Deletes what its notebook loaded, now that nobody wants it back. */
  end(): Promise<void>;
}

interface Parts {
  library: Pick<
    Library,
    | "read"
    | "remove"
    | "readSetting"
    | "writeSetting"
    | "removeSetting"
    | "settingNames"
  >;
  database: Pick<DatabaseService, "remove">;
}

type Named = [name: string, record: PreviewRecord];

/** What previews left that were not kept: rows, runs and permissions, and the links that they came with; and what deleted notebooks left. */
export class Leftovers {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Last opened first. */
  async recentLinks(): Promise<RecentLink[]> {
    return recent(await this.#records()).map(([, { openedAt, link }]) => ({
      ...link,
      openedAt,
      host: hostOf(link.address),
    }));
  }

  /** Takes a link off the list. */
  async forgetLink(address: string): Promise<ForgottenLink> {
    const { library } = this.#parts;
    const found = (await this.#records()).filter(
      ([, { link }]) => link?.address === address,
    );
    for (const [name, { link: _, ...others }] of found)
      await library.writeSetting(name, others);
    return {
      putBack: async () => {
        for (const [name, record] of found)
          await library.writeSetting(name, record);
      },
      end: async () => {
        for (const [name] of found) {
          const record = await library.readSetting<PreviewRecord>(name);
          // It may have been opened again.
          if (record && !record.link) await this.#clear(name, record);
        }
      },
    };
  }

  /** Deletes what is too old and open in no tab, and what deleted notebooks left that no tab offers to bring back. */
  async sweep(now: number): Promise<void> {
    await this.#sweepDeleted();
    const records = await this.#records();
    const links = new Set(recent(records).map(([name]) => name));
    for (const [name, record] of records) {
      if (now - record.openedAt <= patience) continue;
      const { link, ...others } = record;
      const isListed = links.has(name);
      if (record.id !== undefined || (link && !isListed))
        await this.#clear(name, isListed ? record : others);
    }
  }

  async #sweepDeleted(): Promise<void> {
    for (const setting of await this.#parts.library.settingNames()) {
      const id = markedNotebook(setting);
      if (id !== undefined) await this.endDeleted(id);
    }
  }

  /** Deletes what a deleted notebook left, unless it is open in a tab or one offers to bring it back. */
  async endDeleted(id: string): Promise<void> {
    const { library, database } = this.#parts;
    const setting = deletedMark(id);
    await whileFree(setting, () =>
      whileFree(id, async () => {
        // It may be there again, as an example can be.
        if ((await library.read(id)) === undefined) await database.remove(id);
        await library.removeSetting(setting);
      }),
    );
  }

  async #records(): Promise<Named[]> {
    const { library } = this.#parts;
    const names = await library.settingNames();
    const records = await Promise.all(
      names
        .filter((name) => name.startsWith(recordPrefix))
        .map(
          async (name) =>
            [name, await library.readSetting<PreviewRecord>(name)] as const,
        ),
    );
    return records.filter((named): named is Named => named[1] !== undefined);
  }

  /** Deletes what a preview loaded, unless it is open in a tab; what is to be remembered of it stays. */
  async #clear(name: string, record: PreviewRecord): Promise<void> {
    const { library, database } = this.#parts;
    const { id, ...others } = record;
    if (id === undefined) return this.#remember(name, others);
    await whileFree(id, async () => {
      // It may have been kept just before the page was closed.
      if ((await library.read(id)) === undefined) {
        await database.remove(id);
        await library.remove(id);
        await library.removeSetting(`hosts:${id}`);
        await library.removeSetting(scheduleSetting(id));
      }
      await this.#remember(name, others);
    });
  }

  async #remember(name: string, record: PreviewRecord): Promise<void> {
    const { library } = this.#parts;
    // That it was kept as another notebook is worth remembering.
    await (record.keptAs === undefined && !record.link
      ? library.removeSetting(name)
      : library.writeSetting(name, record));
  }
}

type Linked = [
  name: string,
  record: Required<Pick<PreviewRecord, "link">> & PreviewRecord,
];

/** The links that were opened last, each once: what a host sends under the same address may change. */
function recent(records: readonly Named[]): Linked[] {
  const known = new Set<string>();
  return records
    .filter((named): named is Linked => named[1].link !== undefined)
    .sort(([, a], [, b]) => b.openedAt - a.openedAt)
    .filter(([, { link }]) => {
      const isNew = !known.has(link.address);
      known.add(link.address);
      return isNew;
    })
    .slice(0, mostLinks);
}

function hostOf(address: string): string | undefined {
  const { search, hash } = new URL(address, "https://x.invalid");
  const { opens } = readAddress(search, hash);
  if (opens.type !== "hosted") return undefined;
  // A place beside this page needs no host.
  return URL.canParse(opens.url) ? new URL(opens.url).host : opens.url;
}

/** Does something with a notebook unless it is open in a tab. */
async function whileFree(
  id: string,
  action: () => Promise<unknown>,
): Promise<void> {
  await navigator.locks?.request(
    lockName(id),
    { ifAvailable: true },
    (lock) => lock && action(),
  );
}
