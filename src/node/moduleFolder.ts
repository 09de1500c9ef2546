import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { threadId } from "node:worker_threads";

/** A place for the modules of packages, which Node imports from files only. Nobody can know its name before it is there. */
export function newModuleFolder(): string {
  return join(tmpdir(), `flowbook-modules-${randomUUID()}`);
}

/** Makes modules in a folder, which is there from the first one on; threads may share it. */
export function moduleMaker(folder: string): (text: string) => string {
  let count = 0;
  return (text) => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    count += 1;
    const file = join(folder, `${threadId}-${count}.mjs`);
    writeFileSync(file, text);
    return pathToFileURL(file).href;
  };
}

export function removeModuleFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
