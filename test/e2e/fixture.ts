import {
  test as base,
  expect,
  type BrowserContext,
  type ConsoleMessage,
  type Page,
  type WebError,
} from "@playwright/test";

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
      const hear = (message: ConsoleMessage) => {
        const type = message.type();
        if (type !== "error" && type !== "warning") return;
        const { url, lineNumber } = message.location();
        heard.push(`${type}: ${message.text()} (${url}:${lineNumber})`);
      };
      const hearThrown = (error: WebError) => {
        heard.push(`thrown: ${error.error().stack ?? error.error().message}`);
      };
      context.on("console", hear).on("weberror", hearThrown);
      await use({ allow: (pattern) => allowed.push(pattern) });
      context.off("console", hear).off("weberror", hearThrown);
      const unexpected = heard.filter(
        (complaint) => !allowed.some((pattern) => pattern.test(complaint)),
      );
      expect(unexpected, "complaints of the browser").toEqual([]);
    },
    { auto: true },
  ],
});

/**
 * The same for tests that each open a notebook of their own and need nothing else of the browser to be new: they are given one page
 * with the app, as a person has who goes from notebook to notebook, since to load it takes longer than most of them. After a test
 * that failed Playwright begins another worker, which has another page.
 */
export const testInOnePage = test.extend<
  object,
  { kept: { context?: BrowserContext } }
>({
  kept: [
    // Playwright reads what a fixture needs off its first parameter.
    async ({}, use) => {
      const kept: { context?: BrowserContext } = {};
      await use(kept);
      await kept.context?.close();
    },
    { scope: "worker" },
  ],
  context: async ({ kept, browser, baseURL, serviceWorkers }, use) => {
    kept.context ??= await browser.newContext({ baseURL, serviceWorkers });
    await use(kept.context);
  },
  page: async ({ context }, use) => {
    const [page = await context.newPage()] = context.pages();
    if (page.url() === "about:blank") await openApp(page);
    // Where the test before left it something of this one would be.
    else await page.mouse.move(0, 0);
    await use(page);
  },
});

export { expect };

/** Opens the app, at an address below its own (such as `#f1....`), and waits until it answers. */
export async function openApp(page: Page, address = ""): Promise<void> {
  await page.goto(`./${address}`);
  await page.waitForFunction(() => "flowbook" in window);
}
