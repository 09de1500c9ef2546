// Whether node_modules holds what package-lock.json asks for, and `npm ci` if not. Needs nothing but Node.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Installs the dependencies if one is missing or of another version than the lock file says, without what has to be compiled here:
 * that takes longer than all the rest, and the page has no part in it.
 */
export function ensureDependencies() {
  if (isInstalled()) return;
  console.log("Installing the dependencies (npm ci) ...");
  if (!npm("ci", "--ignore-scripts", "--no-audit", "--no-fund"))
    process.exit(1);
}

/** Compiles the SQLite driver of the command line, if that has not been done. Where it cannot be, who uses it says so. */
export function ensureDriver() {
  const driver =
    "node_modules/better-sqlite3/build/Release/better_sqlite3.node";
  if (existsSync(`${root}/${driver}`)) return;
  console.log("Compiling the SQLite driver (npm rebuild better-sqlite3) ...");
  npm("rebuild", "better-sqlite3");
}

/** Whether it could do that; if not, it has said why. */
function npm(...args) {
  const { status } = spawnSync("npm", args, {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (status !== 0)
    console.error(
      `npm ${args[0]} failed; npm says why above. Mend that and start again.`,
    );
  return status === 0;
}

function isInstalled() {
  const wanted = readPackages("package-lock.json");
  const found = readPackages("node_modules/.package-lock.json");
  if (!wanted || !found) return false;
  return Object.entries(wanted).every(
    ([path, { version, optional, devOptional }]) =>
      path === "" ||
      // Packages for other systems are listed in the lock file, and rightly absent.
      (optional && !found[path]) ||
      (devOptional && !found[path]) ||
      found[path]?.version === version,
  );
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(`${root}/${file}`, "utf8")).packages;
  } catch {
    return undefined;
  }
}
