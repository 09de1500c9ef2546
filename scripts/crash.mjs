// Kills a browser in the middle of runs, and checks that nothing is lost and nothing is there twice.
// node scripts/crash.mjs [kills] [--seed n] [--tab] [--tear bytes] [--no-control]
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { ensureDependencies, root } from "./dependencies.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  allowNegative: true,
  options: {
    seed: { type: "string" },
    // Only the tab's own processes are killed, not the whole browser.
    tab: { type: "boolean", default: false },
    // After one kill in three, so much of the end of the log of the browser's storage is cut off; 0 for never.
    tear: { type: "string", default: "100" },
    control: { type: "boolean", default: true },
    port: { type: "string", default: "4610" },
  },
});

ensureDependencies();
const { build } = await import("vite");
const { findChromium } = await import("./browser.mjs");
const { serve } = await import("./serve.mjs");

mkdirSync(join(root, "node_modules/.cache"), { recursive: true });
const out = mkdtempSync(join(root, "node_modules/.cache/kill-"));
// Also when it is interrupted: the browsers go with this process.
process.on("exit", () => rmSync(out, { recursive: true, force: true }));
process.on("SIGINT", () => process.exit(130));
process.on("SIGTERM", () => process.exit(143));

const app = join(out, "app");
await build({
  root,
  logLevel: "error",
  build: { outDir: app, emptyOutDir: true },
});
await build({
  configFile: false,
  root,
  logLevel: "error",
  build: {
    ssr: join(root, "test/kill/main.ts"),
    outDir: out,
    emptyOutDir: false,
    target: "node20",
    rollupOptions: { output: { entryFileNames: "main.mjs" } },
  },
});
const { testKills } = await import(pathToFileURL(join(out, "main.mjs")).href);
const server = await serve({
  folder: app,
  base: "/kill/",
  port: Number(values.port),
});
const isGood = await testKills({
  url: server.url,
  executablePath: await findChromium(),
  kills: Number(positionals[0] ?? 40),
  seed: Number(values.seed ?? Math.floor(Math.random() * 2 ** 32)),
  victim: values.tab ? "tab" : "browser",
  tear: Number(values.tear),
  hasControl: values.control,
});
process.exit(isGood ? 0 : 1);
