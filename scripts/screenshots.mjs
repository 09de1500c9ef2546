// Takes a picture of every view in both themes, to be looked at: node scripts/screenshots.mjs [folder] [--phone]
// With --readme it takes the one that README.md shows instead, of the finished example. Needs a build.
import { existsSync, mkdirSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { findChromium } from "./browser.mjs";
import { ensureDependencies, root } from "./dependencies.mjs";
import { serve } from "./serve.mjs";
import { openShowcase, views } from "./views.mjs";

ensureDependencies();
const { chromium } = await import("@playwright/test");
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    phone: { type: "boolean", default: false },
    readme: { type: "boolean", default: false },
  },
});
const folder = join(root, "dist");
if (!existsSync(folder)) {
  console.error("There is no dist/ yet. Run npm run build first.");
  process.exit(1);
}
const out = values.readme
  ? join(root, "public")
  : resolve(positionals[0] ?? "screenshots");
mkdirSync(out, { recursive: true });

const server = await serve({ folder, port: 4180 });
const browser = await chromium.launch({
  executablePath: await findChromium(),
  args: ["--no-sandbox", "--disable-gpu"],
});
let isClean = true;

/** A page of the app in a theme, which complains here of whatever the browser complains of there. */
async function openPage(colorScheme) {
  const context = await browser.newContext({
    viewport: values.phone
      ? { width: 390, height: 844 }
      : { width: 1440, height: 900 },
    colorScheme,
    reducedMotion: "reduce",
    hasTouch: values.phone,
    isMobile: values.phone,
  });
  const page = await context.newPage();
  const complain = (text) => {
    isClean = false;
    console.error(text);
  };
  page.on("pageerror", (error) => complain(error.stack ?? error.message));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complain(message.text());
  });
  await page.goto(server.url);
  await page.waitForFunction(() => "flowbook" in window);
  await page.evaluate(() => window.flowbook.graph());
  return page;
}

async function take(page, name) {
  // Frames and charts are there once the page has nothing to do. That the network is idle is never said of a frame whose worker
  // was ended while it loaded something, nor that the page is while the pointer of a headless browser rests on what opened.
  for (const frame of page.frames()) await frame.waitForLoadState("load");
  await page.evaluate(
    () =>
      new Promise((resolve) => requestIdleCallback(resolve, { timeout: 2000 })),
  );
  const path = join(out, `${name}.png`);
  await page.screenshot({ path });
  const size = Math.round(statSync(path).size / 1000);
  console.log(`${relative(root, path)} ${size} kB`);
}

try {
  if (values.readme) {
    const page = await openPage("light");
    await page.getByRole("button", { name: "Do not allow" }).click();
    await page.evaluate(() => window.flowbook.run());
    await take(page, "screenshot");
  } else
    for (const theme of ["light", "dark"]) {
      const page = await openPage(theme);
      await take(page, `${theme}-first-visit`);
      await openShowcase(page);
      await take(page, `${theme}-notebook`);
      for (const view of views) {
        await view.show(page);
        await take(page, `${theme}-${view.name}`);
        await view.leave?.(page);
      }
      await page.context().close();
    }
} finally {
  await browser.close();
  await server.close();
}
process.exitCode = isClean ? 0 : 1;
