// A page in a Chromium of its own, for a measurement.
import { chromium } from "@playwright/test";
import { browserArguments } from "../../scripts/browserArguments.mjs";

/** Gives what `work` makes of the page at an address, once its window has what is called `ready` there. */
export async function withPage(
  { url, executablePath, viewport, ready = "flowbook" },
  work,
) {
  const browser = await chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: browserArguments,
  });
  try {
    const page = await browser.newPage(viewport ? { viewport } : {});
    await page.goto(url);
    await page.waitForFunction((name) => name in window, ready);
    return await work(page);
  } finally {
    await browser.close();
  }
}
