// Makes the PNG icons of the installed app from public/icon.svg. node scripts/makeIcons.mjs
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { findChromium } from "./browser.mjs";
import { root } from "./dependencies.mjs";

const svg = readFileSync(join(root, "public/icon.svg"), "utf8");
/** `inset` leaves room for what a system cuts off; the ground fills it. */
const icons = [
  { name: "icon-192", size: 192, inset: 0 },
  { name: "icon-512", size: 512, inset: 0 },
  { name: "icon-maskable-512", size: 512, inset: 0.12 },
];

const browser = await chromium.launch({
  executablePath: await findChromium(),
  args: ["--no-sandbox", "--disable-gpu"],
});
for (const { name, size, inset } of icons) {
  const page = await browser.newPage({
    viewport: { width: size, height: size },
  });
  const ground = inset > 0 ? "#1d5fbf" : "transparent";
  await page.setContent(
    `<style>body{margin:0;padding:${size * inset}px;background:${ground}}svg{display:block;width:${size * (1 - 2 * inset)}px}</style>${svg}`,
  );
  await page.screenshot({
    path: join(root, `public/${name}.png`),
    omitBackground: true,
  });
  await page.close();
}
await browser.close();
