// Finds a Chromium that starts, or installs one.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { root } from "./dependencies.mjs";

const names = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
];

/** The path of a Chromium: CHROMIUM_PATH, one on PATH, Playwright's own, or one from the system's packages; undefined if there is none to be had. */
export async function findBrowser() {
  const given = process.env.CHROMIUM_PATH;
  if (given) {
    if (starts(given)) return given;
    console.error(
      `CHROMIUM_PATH is ${given}, which does not start. Looking for another.`,
    );
  }
  return (
    findOnPath() ?? (await findPlaywrights()) ?? (await install()) ?? undefined
  );
}

function findOnPath() {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return names
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((file) => existsSync(file) && starts(file));
}

async function findPlaywrights() {
  const { chromium } = await import("@playwright/test");
  const file = chromium.executablePath();
  return file && existsSync(file) && starts(file) ? file : undefined;
}

async function install() {
  console.log("No Chromium found; installing one ...");
  run(process.execPath, [
    "node_modules/@playwright/test/cli.js",
    "install",
    "chromium",
    "--no-shell",
  ]);
  const downloaded = await findPlaywrights();
  if (downloaded) return downloaded;

  // Also when Playwright's came but lacks libraries of the system: Debian's package brings them along.
  const isRoot = process.getuid?.() === 0;
  if (!isRoot || !existsSync("/etc/debian_version")) return undefined;
  run("apt-get", ["update"]);
  run("apt-get", ["install", "-y", "--no-install-recommends", "chromium"]);
  return findOnPath() ?? (await findPlaywrights());
}

function run(command, args) {
  spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    timeout: 600_000,
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
}

/** Whether it can at least say its version: Ubuntu's chromium-browser may be a stub, and libraries may be missing. */
function starts(file) {
  const { status, stdout } = spawnSync(file, ["--version"], {
    encoding: "utf8",
    timeout: 20_000,
  });
  return status === 0 && /\d+\.\d+/.test(stdout);
}
