import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { makeId } from "../../runs/makeId.ts";
import type { Shelf } from "./store.ts";

/** Files of a folder. */
export class FolderStore implements Shelf {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async write(run: string, name: string, text: string): Promise<void> {
    const path = this.#pathOf(run, name);
    if (await stat(path).catch(() => undefined)) return;
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
  }

  read(run: string, name: string): Promise<string> {
    return readFile(this.#pathOf(run, name), "utf8");
  }

  drop(run: string): Promise<void> {
    return rm(join(this.#folder, run), { recursive: true, force: true });
  }

  #pathOf(run: string, name: string): string {
    return join(this.#folder, run, "sha256", name.slice(0, 2), name);
  }
}
