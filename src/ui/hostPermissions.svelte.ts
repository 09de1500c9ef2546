import { parseOrigin } from "../core/origin.ts";
import type { Library } from "../storage/library.ts";

/** A host that the notebook names or that the reader allowed. */
export interface HostPermission {
  origin: string;
  /** undefined: not decided yet. */
  allowed: boolean | undefined;
}

/** Which hosts the open notebook may contact: the reader decides, for each notebook. */
export class HostPermissions {
  all = $state.raw<readonly HostPermission[]>([]);
  readonly #library: Pick<Library, "readSetting" | "writeSetting">;
  #notebook = "";
  #named: readonly string[] = [];
  #decided: Readonly<Record<string, boolean>> = {};

  constructor(library: Pick<Library, "readSetting" | "writeSetting">) {
    this.#library = library;
  }

  /** Takes what was decided for a notebook. */
  async load(notebook: string): Promise<void> {
    this.#notebook = notebook;
    this.#decided = (await this.#library.readSetting(setting(notebook))) ?? {};
    this.#update();
  }

  /** The notebook names these. */
  name(origins: readonly string[]): void {
    this.#named = origins;
    this.#update();
  }

  /** Allows a host or refuses it, and remembers that. */
  async decide(origin: string, isAllowed: boolean): Promise<void> {
    this.#decided = { ...this.#decided, [parseOrigin(origin)]: isAllowed };
    await this.#library.writeSetting(setting(this.#notebook), this.#decided);
    this.#update();
  }

  /** The origins of the hosts that may be contacted. */
  get allowed(): readonly string[] {
    return Object.keys(this.#decided).filter((origin) => this.#decided[origin]);
  }

  #update(): void {
    const origins = new Set([...this.#named, ...Object.keys(this.#decided)]);
    this.all = [...origins].map((origin) => ({
      origin,
      allowed: this.#decided[origin],
    }));
  }
}

function setting(notebook: string): string {
  return `hosts:${notebook}`;
}
