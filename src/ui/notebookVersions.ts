import { toErrorData } from "../core/errors.ts";
import type { Version, VersionReason, Versions } from "../storage/versions.ts";
import type { NotebookText } from "./notebookText.svelte.ts";
import * as words from "./words/session.ts";

export type { Version };

/** The document whose versions these are. */
export interface VersionHost {
  readonly id: string | undefined;
  /** Why nothing can be changed here, if so. */
  readonly readOnly: string | undefined;
  readonly text: Pick<NotebookText, "markdown" | "replaceText">;
  notify(kind: "error", message: string): void;
}

/** The versions of the open notebook. */
export class NotebookVersions {
  readonly #versions: Versions;
  readonly #host: VersionHost;
  /** Versions that are being made; never rejects. */
  #keeping: Promise<void> = Promise.resolve();

  constructor(versions: Versions, host: VersionHost) {
    this.#versions = versions;
    this.#host = host;
  }

  get retention(): Versions["retention"] {
    return this.#versions.retention;
  }

  /** Makes a version of the text as it stands. What it is made for goes on meanwhile, and also if there is no room for it. */
  keep(reason: VersionReason, run?: string): void {
    void this.#keep(reason, run).catch((thrown: unknown) =>
      this.#host.notify(
        "error",
        words.versionNotKept(toErrorData(thrown).message),
      ),
    );
  }

  /** Makes a version of what stands here though it may not be written any more: another tab has the notebook. */
  async keepOvertaken(): Promise<void> {
    const about = { at: Date.now(), reason: "overtaken" } as const;
    await this.#versions.add(this.#id(), this.#host.text.markdown(), about);
  }

  /** Newest first. */
  async list(): Promise<Version[]> {
    await this.#keeping;
    return this.#versions.list(this.#id());
  }

  async read(number: number): Promise<string | undefined> {
    return this.#versions.read(this.#id(), number);
  }

  /** Numbers of the versions that a run ran and that are kept, the latest first. */
  async ofRun(run: string): Promise<number[]> {
    await this.#keeping;
    return this.#versions.ofRun(this.#id(), run);
  }

  /** Puts the text of a version in the place of the one that stands, once that one is kept as a version itself. */
  async restore(text: string): Promise<void> {
    const id = this.#id();
    await this.#keep("restore");
    if (id === this.#id()) this.#host.text.replaceText(text);
  }

  #keep(reason: VersionReason, run?: string): Promise<void> {
    const { id, readOnly } = this.#host;
    if (id === undefined || readOnly !== undefined) return Promise.resolve();
    const about = { at: Date.now(), reason, run };
    const keeping = this.#versions.add(id, this.#host.text.markdown(), about);
    this.#keeping = keeping.catch(() => {});
    return keeping;
  }

  #id(): string {
    return this.#host.id ?? "";
  }
}
