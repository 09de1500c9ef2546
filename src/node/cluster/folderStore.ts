import {
  access,
  constants,
  mkdir,
  open,
  readFile,
  rename,
  rm,
  stat,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import { makeId } from "../../runs/makeId.ts";
import type { Shelf } from "./store.ts";
import { StoreError } from "./storeError.ts";

/** What stays as it is until somebody changes it. */
const lasting = new Set(["EACCES", "EPERM", "EROFS", "ENOTDIR", "EISDIR"]);

/** Files of a folder. */
export class FolderStore implements Shelf {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async check(): Promise<void> {
    const { R_OK, W_OK, X_OK } = constants;
    await this.#orSay(async () => {
      // What is no folder has none above itself.
      await stat(join(this.#folder, "."));
      await access(this.#folder, R_OK | W_OK | X_OK);
    });
  }

  async write(run: string, name: string, text: string): Promise<void> {
    const path = this.#pathOf(run, name);
    await this.#orSay(async () => {
      if (await stat(path).catch(() => undefined)) return;
      await this.#makeFolder(run);
      await mkdir(dirname(path), { recursive: true });
      // Nobody finds a part of it under its name, also not after a loss of power.
      const temporary = `${path}.${makeId()}`;
      const file = await open(temporary, "wx");
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
    });
  }

  async read(run: string, name: string): Promise<string> {
    return this.#orSay(() => readFile(this.#pathOf(run, name), "utf8"));
  }

  async drop(run: string): Promise<void> {
    await this.#orSay(() =>
      rm(join(this.#folder, run), { recursive: true, force: true }),
    );
  }

  close(): void {}

  /** Not with the folder of the store itself: where that is not mounted, it would come to be on this machine alone. */
  async #makeFolder(run: string): Promise<void> {
    try {
      await mkdir(join(this.#folder, run));
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== "EEXIST") throw thrown;
    }
  }

  async #orSay<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      const { code = "", message } = cause as NodeJS.ErrnoException;
      const isThere = await stat(this.#folder).catch(() => undefined);
      if (!isThere?.isDirectory())
        throw new StoreError(
          "refused",
          `There is no folder ${this.#folder} on this machine. Make or mount it, or correct --store.`,
          cause,
        );
      if (lasting.has(code))
        throw new StoreError(
          "refused",
          `${message}. Let Flowbook read and write ${this.#folder}, or correct --store.`,
          cause,
        );
      const isMissing = code === "ENOENT";
      throw new StoreError(isMissing ? "missing" : "failing", message, cause);
    }
  }

  #pathOf(run: string, name: string): string {
    return join(this.#folder, run, "sha256", name.slice(0, 2), name);
  }
}
