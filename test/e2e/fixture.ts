import {
  test as base,
  devices,
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

/** What tests of a worker share. */
interface Kept {
  context?: BrowserContext;
  /** The app is open there, with what tests have left. */
  hasApp?: boolean;
}

/**
 * Playwright's `test`, which also fails when any page of the test wrote an error or a warning to its console or threw. For tests that
 * change the browser in a way that cannot be taken back: they add scripts to pages or functions for them, install a clock, speak
 * the browser's protocol, allow service workers.
 */
export const testInOwnContext = base.extend<
  { complaints: Complaints },
  { kept: Kept }
>({
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
  kept: [
    // Playwright reads what a fixture needs off its first parameter.
    async ({}, use) => {
      const kept: Kept = {};
      await use(kept);
      await kept.context?.close();
    },
    { scope: "worker" },
  ],
});

/**
 * The same in a browser that is as new, but has what the tests before have fetched and compiled: a third of what it costs to open
 * the app. After a test that failed Playwright begins another worker, which has another browser.
 */
export const test = testInOwnContext.extend({
  context: async ({ kept, browser, baseURL, serviceWorkers }, use) => {
    kept.context ??= await browser.newContext({ baseURL, serviceWorkers });
    if (kept.hasApp) await empty(kept.context, baseURL!);
    kept.hasApp = false;
    await use(kept.context);
    await empty(kept.context, baseURL!);
  },
  page: async ({ context }, use) => {
    const [page = await context.newPage()] = context.pages();
    await use(page);
  },
});

/**
 * The same for tests that each open a notebook of their own and need nothing of the browser to be new: they are given one page with
 * the app, as a person has who goes from notebook to notebook, since to load it takes longer than most of them.
 */
export const testInOnePage = testInOwnContext.extend({
  context: async ({ kept, browser, baseURL, serviceWorkers }, use) => {
    kept.context ??= await browser.newContext({ baseURL, serviceWorkers });
    await use(kept.context);
  },
  page: async ({ kept, context }, use) => {
    const [page = await context.newPage()] = context.pages();
    if (!kept.hasApp) await openApp(page);
    // Where the test before left it something of this one would be.
    else await page.mouse.move(0, 0);
    kept.hasApp = true;
    await use(page);
  },
});

/** Leaves one empty page, and nothing of what tests have kept, allowed or set. */
async function empty(context: BrowserContext, url: string): Promise<void> {
  const [page = await context.newPage(), ...others] = context.pages();
  for (const other of others) await other.close();
  page.removeAllListeners();
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await context.unrouteAll({ behavior: "ignoreErrors" });
  await page.goto("about:blank");
  const browser = await context.newCDPSession(page);
  await browser.send("Storage.clearDataForOrigin", {
    origin: new URL(url).origin,
    storageTypes: "all",
  });
  await browser.send("Page.resetNavigationHistory");
  await browser.detach();
  await context.clearPermissions();
  await context.setOffline(false);
  await page.emulateMedia({
    media: null,
    colorScheme: null,
    contrast: null,
    forcedColors: null,
    reducedMotion: null,
  });
  await page.setViewportSize(devices["Desktop Chrome"].viewport);
  await page.mouse.move(0, 0);
}

export { expect };

/** Opens the app, at an address below its own (such as `#f1....`), and waits until it answers. */
export async function openApp(page: Page, address = ""): Promise<void> {
  await page.goto(`./${address}`);
  await page.waitForFunction(() => "flowbook" in window);
}
