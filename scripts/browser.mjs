// Finds the browsers that the tests drive, or installs them.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { root } from "./dependencies.mjs";

/** The path of a Chromium: CHROMIUM_PATH, one on PATH, Playwright's own, or one from the system's packages; undefined if there is none to be had. */
export async function findChromium() {
  const names = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
  ];
  const found =
    findGiven("CHROMIUM_PATH") ??
    findOnPath(names) ??
    (await findPlaywrights());
  if (found) return found;

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
  installPackages("chromium");
  return findOnPath(names) ?? (await findPlaywrights());
}

/**
 * The path of Chromium's headless shell, which is Chromium without a window and its parts, and so does a fifth less for each test:
 * CHROMIUM_SHELL_PATH, one on PATH, or one from the system's packages; undefined if there is none to be had.
 */
export function findChromiumShell() {
  const names = ["chromium-headless-shell", "chrome-headless-shell"];
  return findOrInstall("CHROMIUM_SHELL_PATH", names);
}

/** The path of a Firefox: FIREFOX_PATH, one on PATH, or one from the system's packages; undefined if there is none to be had. */
export function findFirefox() {
  return findOrInstall("FIREFOX_PATH", ["firefox-esr", "firefox"]);
}

/** Whether WebKitGTK can be driven here: its driver and a screen for it are on PATH, or come from the system's packages. */
export function hasWebkit() {
  const isThere = () =>
    ["WebKitWebDriver", "Xvfb"].every((name) => onPath([name]).length > 0);
  if (!isThere()) installPackages("webkit2gtk-driver", "xvfb");
  return isThere();
}

/** The first of the names is that of the system's package, too. */
function findOrInstall(variable, names) {
  const found = findGiven(variable) ?? findOnPath(names);
  if (found) return found;
  console.log(`No ${names[0]} found; installing one ...`);
  installPackages(names[0]);
  return findOnPath(names);
}

function findGiven(variable) {
  const given = process.env[variable];
  if (!given || starts(given)) return given || undefined;
  console.error(
    `${variable} is ${given}, which does not start. Looking for another.`,
  );
  return undefined;
}

export function findOnPath(names) {
  return onPath(names).find(starts);
}

function onPath(names) {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return names
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .filter((file) => existsSync(file));
}

async function findPlaywrights() {
  const { chromium } = await import("@playwright/test");
  const file = chromium.executablePath();
  return file && existsSync(file) && starts(file) ? file : undefined;
}

let hasLists = false;

/** Installs packages of Debian, where that is possible. */
export function installPackages(...packages) {
  const isRoot = process.getuid?.() === 0;
  if (!isRoot || !existsSync("/etc/debian_version")) return;
  if (!hasLists) run("apt-get", ["update"]);
  hasLists = true;
  run("apt-get", ["install", "-y", "--no-install-recommends", ...packages]);
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
