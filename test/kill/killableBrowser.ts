/** A Chromium of our own, with all its processes in a group of theirs, so that it can be killed as a whole at any moment. */
import { chromium, type Browser, type Page } from "@playwright/test";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testArguments } from "../../scripts/browserArguments.mjs";

export interface KillableBrowser {
  /** The tab that it began with. */
  page: Page;
  /** SIGKILL to all of its processes at once; resolves when none is left. */
  kill(): Promise<void>;
  /** SIGKILL to the processes of its tabs only, and a new tab in place of the one that crashed. */
  killTab(): Promise<Page>;
}

const flags = ["--headless", ...testArguments, "--remote-debugging-port=0"];

const running = new Set<ChildProcess>();
const profiles = new Set<string>();
// The last process of a browser may still be letting go of a file.
const removal = { recursive: true, force: true, maxRetries: 5 } as const;

// Whatever ends this process, no browser and no profile outlives it.
process.on("exit", () => {
  for (const child of running) killGroup(child);
  for (const profile of profiles) rmSync(profile, removal);
});

/** A new folder for a browser's profile. */
export function makeProfile(): string {
  const profile = mkdtempSync(join(tmpdir(), "flowbook-kill-"));
  profiles.add(profile);
  return profile;
}

export async function removeProfile(profile: string): Promise<void> {
  await rm(profile, removal);
  profiles.delete(profile);
}

/** Starts Chromium with that profile; again where it crashes before it has opened anything, which tells nothing of the app. */
export async function startBrowser(
  profile: string,
  executablePath?: string,
): Promise<KillableBrowser> {
  try {
    return await startOnce(profile, executablePath);
  } catch {
    return startOnce(profile, executablePath);
  }
}

async function startOnce(
  profile: string,
  executablePath?: string,
): Promise<KillableBrowser> {
  const child = spawn(
    executablePath ?? chromium.executablePath(),
    [...flags, `--user-data-dir=${profile}`, "about:blank"],
    { detached: true, stdio: ["ignore", "ignore", "pipe"] },
  );
  running.add(child);
  // All its processes hold the pipe: it closes when the last of them is gone.
  const gone = once(child, "close").finally(() => running.delete(child));
  let connection: Browser | undefined;
  const kill = async () => {
    if (running.has(child)) killGroup(child);
    await gone;
    await connection?.close().catch(() => undefined);
  };
  try {
    connection = await chromium.connectOverCDP(await addressOf(child));
    const [context] = connection.contexts();
    const page = context?.pages()[0] ?? (await context!.newPage());
    return { page, kill, killTab: () => killTab(connection!) };
  } catch (thrown) {
    await kill();
    throw thrown;
  }
}

/** Where its DevTools answer, which it tells on its standard error. */
function addressOf({ stderr }: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let told = "";
    const listen = (text: string) => {
      told += text;
      const found = /DevTools listening on (ws:\S+)\s/.exec(told);
      if (found) resolve(found[1]!);
    };
    stderr!.setEncoding("utf8").on("data", listen);
    stderr!.once("close", () =>
      reject(new Error(`Chromium did not start:\n${told}`)),
    );
  });
}

async function killTab(connection: Browser): Promise<Page> {
  const [context] = connection.contexts();
  const [page] = context!.pages();
  const session = await connection.newBrowserCDPSession();
  const renderers = async () => {
    const { processInfo } = await session.send("SystemInfo.getProcessInfo");
    return processInfo.flatMap(({ id, type }) =>
      type === "renderer" ? [id] : [],
    );
  };
  const crashed = page!.waitForEvent("crash");
  const killed = new Set(await renderers());
  for (const id of killed) process.kill(id, "SIGKILL");
  await crashed;
  // One of them was kept warm for the next tab, which would get it until the browser has noticed.
  while ((await renderers()).some((id) => killed.has(id)));
  const next = await context!.newPage();
  await page!.close();
  return next;
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}
