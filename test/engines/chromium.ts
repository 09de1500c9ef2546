import { chromium, type LaunchOptions } from "@playwright/test";
import type { Engine, Tab } from "./engine.ts";

/** Chromium, driven by Playwright. */
export async function startChromium(options: LaunchOptions): Promise<Engine> {
  const browser = await chromium.launch(options);
  return {
    open: async ({ toInstall = false } = {}) => {
      const context = await browser.newContext({
        serviceWorkers: toInstall ? "allow" : "block",
      });
      const page = await context.newPage();
      const thrown: string[] = [];
      page.on("pageerror", (error) => thrown.push(error.message));
      const tab: Tab = {
        thrown,
        goto: async (address) => void (await page.goto(address)),
        reload: async () => void (await page.reload()),
        evaluate: (action, argument) =>
          page.evaluate(action as never, argument as never),
        click: (selector) => page.locator(selector).first().click(),
        type: (text) => page.keyboard.type(text),
        press: (key, ...held) => page.keyboard.press([...held, key].join("+")),
        close: () => context.close(),
      };
      return tab;
    },
    close: () => browser.close(),
  };
}
