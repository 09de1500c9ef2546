import { test as base, expect, type Page } from "@playwright/test";

/** What the browser complained of, and which complaints a test expects. */
interface Complaints {
  /** Lets complaints that match pass in this test: `complaints.allow(/Failed to load resource/)`. */
  allow(pattern: RegExp): void;
}

/** What Playwright says where a test does not allow the app to install itself. */
const notInstalled = /Service Worker registration blocked by Playwright/;

/** Playwright's `test`, which also fails when any page of the test wrote an error or a warning to its console or threw. */
export const test = base.extend<{ complaints: Complaints }>({
  complaints: [
    async ({ context, serviceWorkers }, use) => {
      const heard: string[] = [];
      const allowed = serviceWorkers === "block" ? [notInstalled] : [];
      context.on("console", (message) => {
        const type = message.type();
        if (type !== "error" && type !== "warning") return;
        const { url, lineNumber } = message.location();
        heard.push(`${type}: ${message.text()} (${url}:${lineNumber})`);
      });
      context.on("weberror", (error) => {
        heard.push(`thrown: ${error.error().stack ?? error.error().message}`);
      });
      await use({ allow: (pattern) => allowed.push(pattern) });
      const unexpected = heard.filter(
        (complaint) => !allowed.some((pattern) => pattern.test(complaint)),
      );
      expect(unexpected, "complaints of the browser").toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** Opens the app, at an address below its own (such as `#f1....`), and waits until it answers. */
export async function openApp(page: Page, address = ""): Promise<void> {
  await page.goto(`./${address}`);
  await page.waitForFunction(() => "flowbook" in window);
}
