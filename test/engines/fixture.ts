import { test as base, expect, type LaunchOptions } from "@playwright/test";
import type { Flowbook } from "../../src/ui/pageApi.ts";
import { startChromium } from "./chromium.ts";
import type { Engine, Tab } from "./engine.ts";
import { startFirefox } from "./firefox.ts";
import { startWebkit } from "./webkit.ts";

export type EngineName = "chromium" | "firefox" | "webkit";

declare global {
  interface Window {
    flowbook: Flowbook;
  }
}

const start: Readonly<
  Record<EngineName, (options: LaunchOptions) => Promise<Engine>>
> = {
  chromium: startChromium,
  firefox: () =>
    startFirefox(process.env["FIREFOX_PATH"] ?? "/usr/bin/firefox-esr"),
  webkit: startWebkit,
};

/** Playwright's `test` for bodies that run in every engine: `tab` is a fresh tab with the app open. */
export const test = base.extend<
  { tab: Tab; address: string; mayComplain: boolean },
  { engineName: EngineName; engine: Engine }
>({
  engineName: ["chromium", { option: true, scope: "worker" }],
  engine: [
    async ({ engineName, launchOptions }, use) => {
      const engine = await start[engineName](launchOptions);
      await use(engine);
      await engine.close();
    },
    { scope: "worker" },
  ],
  mayComplain: [false, { option: true }],
  address: async ({ baseURL }, use) => {
    if (baseURL === undefined) throw new Error("there is no baseURL");
    await use(baseURL);
  },
  tab: async ({ engine, address, mayComplain }, use) => {
    const tab = await engine.open();
    await tab.goto(address);
    await answer(tab);
    await use(tab);
    if (!mayComplain)
      expect(tab.thrown, "uncaught errors of the page").toEqual([]);
    await tab.close();
  },
});

export { expect };

/** Resolves when the app on the page answers. */
export async function answer(tab: Tab): Promise<void> {
  await expect
    .poll(() => tab.evaluate(() => "flowbook" in window), { timeout: 20_000 })
    .toBe(true);
}
