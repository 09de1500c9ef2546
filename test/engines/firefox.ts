import puppeteer from "puppeteer-core";
import type { Engine, Tab } from "./engine.ts";

/** A Firefox of the system, driven by WebDriver BiDi: Playwright drives only a Firefox that was patched for it. */
export async function startFirefox(executablePath: string): Promise<Engine> {
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath,
    headless: true,
    // In megabytes, and little for a worker to fill. Without it a worker takes some 4 GB.
    extraPrefsFirefox: { "dom.workers.options.mem.max": 400 },
  });
  return {
    open: async () => {
      const context = await browser.createBrowserContext();
      const page = await context.newPage();
      const thrown: string[] = [];
      page.on("pageerror", (error) =>
        thrown.push(error instanceof Error ? error.message : String(error)),
      );
      const tab: Tab = {
        thrown,
        goto: async (address) => void (await page.goto(address)),
        reload: async () => void (await page.reload()),
        evaluate: (action, argument) =>
          page.evaluate(action as never, argument as never),
        click: (selector) => page.locator(selector).click(),
        type: (text) => page.keyboard.type(text),
        press: async (key, ...held) => {
          for (const modifier of held) await page.keyboard.down(modifier);
          await page.keyboard.press(key);
          for (const modifier of held) await page.keyboard.up(modifier);
        },
        close: () => context.close(),
      };
      return tab;
    },
    close: () => browser.close(),
  };
}
