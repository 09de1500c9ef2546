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

/** How long the folder may take to answer, in milliseconds, and how many bytes have to be written or read in each. */
const longestSilence = 20_000;
const slowest = 100;

/** How long it may take to delete what is there of a run, in milliseconds: that may be many files. */
const longestDrop = 60_000;

/**
 * Files of a folder. One that is on another machine which does not answer any more keeps whoever asks it for ever, and cannot
 * be given up: as long as one question is open for too long, no other is asked, since Node can have only a few open.
 */
export class FolderStore implements Shelf {
  readonly #folder: string;
  readonly #silence: number;
  #stuck = 0;

  constructor(folder: string, silence = longestSilence) {
    this.#folder = folder;
    this.#silence = silence;
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
    await this.#orSay(
      async () => {
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
      },
      this.#silence + text.length / slowest,
    );
  }

  async read(run: string, name: string): Promise<string> {
    const path = this.#pathOf(run, name);
    const { size } = await this.#orSay(() => stat(path));
    const time = this.#silence + size / slowest;
    return this.#orSay(() => readFile(path, "utf8"), time);
  }

  async drop(run: string): Promise<void> {
    await this.#orSay(
      () => rm(join(this.#folder, run), { recursive: true, force: true }),
      longestDrop,
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

  async #orSay<T>(
    work: () => Promise<T>,
    time: number = this.#silence,
  ): Promise<T> {
    try {
      return await this.#inTime(work, time);
    } catch (cause) {
      if (cause instanceof StoreError) throw cause;
      const { code = "", message } = cause as NodeJS.ErrnoException;
      const isThere = await this.#inTime(
        () => stat(this.#folder).catch(() => undefined),
        this.#silence,
      );
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

  async #inTime<T>(work: () => Promise<T>, time: number): Promise<T> {
    const silent = () =>
      new StoreError(
        "failing",
        `${this.#folder} does not answer. Look whether what is mounted there can be reached.`,
      );
    if (this.#stuck > 0) throw silent();
    const working = work();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.#stuck += 1;
        const answered = () => (this.#stuck -= 1);
        working.then(answered, answered);
        reject(silent());
      }, time);
    });
    try {
      return await Promise.race([working, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #pathOf(run: string, name: string): string {
    return join(this.#folder, run, "sha256", name.slice(0, 2), name);
  }
}
