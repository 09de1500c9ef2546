import { parseOrigin } from "../core/origin.ts";
import type { Library } from "../storage/library.ts";

/** A host that the notebook names or that the reader allowed. */
export interface HostPermission {
  origin: string;
  /** undefined: not decided yet. */
  allowed: boolean | undefined;
}

type Decisions = Readonly<Record<string, boolean>>;

/**
 * Which hosts the open notebook may contact. The reader decides, once for each host: for a notebook of one's own, or for the
 * code of one that came from somebody else, so that the same code is not asked for again when it is opened anew.
 */
export class HostPermissions {
  all = $state.raw<readonly HostPermission[]>([]);
  readonly #library: Pick<Library, "readSetting" | "writeSetting">;
  /** The settings that hold what was decided; the last one counts most. */
  #records: readonly string[] = [];
  #named: readonly string[] = [];
  #decided: Decisions = {};
  /** While set, no host is contacted whatever was decided. */
  isOffline = false;

  constructor(library: Pick<Library, "readSetting" | "writeSetting">) {
    this.#library = library;
  }

  /** Takes what was decided for a notebook; with `code`, a hash of it, also what was decided for that code. */
  async load(notebook: string, code?: string): Promise<void> {
    this.#records = [
      ...(code === undefined ? [] : [`hosts-of-code:${code}`]),
      `hosts:${notebook}`,
    ];
    const found = await Promise.all(
      this.#records.map((name) => this.#library.readSetting<Decisions>(name)),
    );
    this.#decided = Object.assign({}, ...found) as Decisions;
    this.isOffline = false;
    this.#update();
  }

  /** The notebook is the reader's own from now on: decisions are about it, and not about its code as it was sent. */
  async own(): Promise<void> {
    this.#records = this.#records.slice(-1);
    await this.#write();
  }

  /** The notebook names these. */
  name(origins: readonly string[]): void {
    this.#named = origins;
    this.#update();
  }

  /** Allows a host or refuses it; rejects if that cannot be remembered beyond this page. */
  async decide(origin: string, isAllowed: boolean): Promise<void> {
    this.#decided = { ...this.#decided, [parseOrigin(origin)]: isAllowed };
    this.#update();
    await this.#write();
  }

  /** The origins of the hosts that may be contacted. */
  get allowed(): readonly string[] {
    if (this.isOffline) return [];
    return Object.keys(this.#decided).filter((origin) => this.#decided[origin]);
  }

  /** Hosts that the notebook names and that nobody has decided about. */
  get undecided(): readonly string[] {
    return this.all
      .filter(({ allowed }) => allowed === undefined)
      .map(({ origin }) => origin);
  }

  async #write(): Promise<void> {
    for (const name of this.#records)
      await this.#library.writeSetting(name, this.#decided);
  }

  #update(): void {
    const origins = new Set([...this.#named, ...Object.keys(this.#decided)]);
    this.all = [...origins].map((origin) => ({
      origin,
      allowed: this.#decided[origin],
    }));
  }
}
