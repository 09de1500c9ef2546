import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** What is asked about a module while the parts are made. */
interface Modules {
  getModuleInfo(id: string): {
    importedIds: readonly string[];
    dynamicallyImportedIds: readonly string[];
  } | null;
}

const path = (name: string) =>
  fileURLToPath(new URL(`../src/${name}`, import.meta.url));
const page = [fileURLToPath(new URL("../index.html", import.meta.url))];
const workers = readdirSync(path("engine"))
  .filter((name) => name.endsWith(".worker.ts"))
  .map((name) => path(`engine/${name}`));

/**
 * Makes one part of what the page needs at first. Left alone, the bundler parts it by which lazy parts use it too, into files
 * that are larger together and name to each other what they share. What a worker needs as well, or a part that it fetches later,
 * stays apart: a worker loads nothing of the page. No circle of parts can come of that, since what such a module imports stays apart with it.
 */
export function pagePart() {
  let found: ReadonlySet<string> | undefined;
  return {
    name(id: string, modules: Modules): string | null {
      found ??= pageOnly(modules);
      return found.has(id) ? "page" : null;
    },
    includeDependenciesRecursively: false,
  };
}

function pageOnly(modules: Modules): Set<string> {
  const found = reach(page, (id) => modules.getModuleInfo(id)?.importedIds);
  const ofWorkers = reach(workers, (id) => {
    const info = modules.getModuleInfo(id);
    return info && [...info.importedIds, ...info.dynamicallyImportedIds];
  });
  for (const id of ofWorkers) found.delete(id);
  return found;
}

/** What is imported from some modules on. */
function reach(
  from: readonly string[],
  importsOf: (id: string) => readonly string[] | null | undefined,
): Set<string> {
  const found = new Set<string>();
  const open = [...from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    open.push(...(importsOf(id) ?? []));
  }
  return found;
}
