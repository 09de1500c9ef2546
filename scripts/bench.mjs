// Measures: alternatives side by side in one run, interleaved, medians and ratios. node scripts/bench.mjs [engine] [load] [browser]
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureDependencies, root } from "./dependencies.mjs";

ensureDependencies();
const { build } = await import("vite");

mkdirSync(join(root, "node_modules/.cache"), { recursive: true });

const wanted = process.argv.slice(2);
const isWanted = (name) => wanted.length === 0 || wanted.includes(name);

const inNode = ["engine", "load"].filter(isWanted);
if (inNode.length > 0) {
  process.env.FLOWBOOK_BENCH = inNode.join(",");
  const out = mkdtempSync(join(root, "node_modules/.cache/bench-"));
  try {
    await build({
      configFile: false,
      root,
      logLevel: "warn",
      build: {
        ssr: join(root, "test/bench/main.ts"),
        outDir: out,
        target: "node20",
        rollupOptions: { output: { entryFileNames: "main.mjs" } },
      },
    });
    await import(pathToFileURL(join(out, "main.mjs")).href);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

if (isWanted("browser")) {
  const { findBrowser } = await import("./browser.mjs");
  const { serve } = await import("./serve.mjs");
  const { benchBrowser } = await import("../test/bench/browser.bench.mjs");
  const out = mkdtempSync(join(root, "node_modules/.cache/bench-app-"));
  try {
    await build({
      root,
      logLevel: "error",
      build: { outDir: out, emptyOutDir: true },
    });
    const server = await serve({ folder: out, base: "/bench/", port: 4600 });
    await benchBrowser({
      url: server.url,
      executablePath: await findBrowser(),
    });
    await server.close();
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
process.exit(0);
