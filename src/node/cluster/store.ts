import { createHash } from "node:crypto";
import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeId } from "../../runs/makeId.ts";
import { UsageError } from "../arguments.ts";

/** Where machines leave for each other what is too large for the queue. */
export interface SharedStore {
  /** Keeps the text for a run; gives the name by which it is found. The same text has the same name, so to put it twice does no harm. */
  put(run: string, text: string): Promise<string>;
  /** Rejects if it is not there, or is not what was put. */
  get(run: string, name: string): Promise<string>;
  /** Deletes what is kept for a run. */
  drop(run: string): Promise<void>;
}

/** Opens `file:///folder`, a folder that all machines reach under this path. */
export function openStore(url: string): SharedStore {
  if (!url.startsWith("file:///"))
    throw new UsageError(
      `--store takes a folder that all machines reach, as in file:///mnt/shared; ${url} is none.`,
    );
  const folder = fileURLToPath(url);
  const pathOf = (run: string, name: string) =>
    join(folder, run, "sha256", name.slice(0, 2), name);
  return {
    async put(run, text) {
      const name = hashOf(text);
      const path = pathOf(run, name);
      if (await stat(path).catch(() => undefined)) return name;
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
      return name;
    },
    async get(run, name) {
      const text = await readFile(pathOf(run, name), "utf8");
      if (hashOf(text) === name) return text;
      throw new Error(`${pathOf(run, name)} is damaged`);
    },
    drop: (run) => rm(join(folder, run), { recursive: true, force: true }),
  };
}

/** By which a text is known. */
export function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
