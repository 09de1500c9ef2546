// Measures: alternatives side by side in one run, interleaved, medians and ratios.
// node scripts/bench.mjs [engine] [load] [peers [--large]] [flights] [browser] [graph] [flood] [cluster] [storage] [memory] [--size 10 --size 100 --size 400]
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { ensureDependencies, ensureDriver, root } from "./dependencies.mjs";

ensureDependencies();
ensureDriver();
const { build } = await import("vite");

mkdirSync(join(root, "node_modules/.cache"), { recursive: true });

const { values, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: {
    // Sizes of databases in MB. One of 400 takes minutes, and some GB of memory and disk.
    size: { type: "string", multiple: true, default: ["10", "100"] },
    // Loads of a million rows too.
    large: { type: "boolean", default: false },
  },
});
const port = Number(process.env.FLOWBOOK_BENCH_PORT ?? 4600);
const sizes = values.size.map(Number);
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

if (isWanted("cluster")) {
  const { benchCluster } = await import("../test/bench/cluster.bench.mjs");
  await benchCluster();
}

const inBrowser = ["browser", "load", "flights", "graph", "flood", "memory"];
if (inBrowser.some(isWanted)) {
  const { findChromium } = await import("./browser.mjs");
  const { serve } = await import("./serve.mjs");
  const { benchBrowser } = await import("../test/bench/browser.bench.mjs");
  const { benchPage } = await import("../test/bench/page.bench.mjs");
  const { benchFlights } = await import("../test/bench/flights.browser.mjs");
  const { benchLoadInBrowser } = await import("../test/bench/load.browser.mjs");
  const { benchMemory } = await import("../test/bench/memory.browser.mjs");
  const { benchFlood } = await import("../test/bench/flood.browser.mjs");
  const { benchGraph } = await import("../test/bench/graph.browser.mjs");
  const out = mkdtempSync(join(root, "node_modules/.cache/bench-app-"));
  try {
    await build({
      root,
      logLevel: "error",
      build: { outDir: out, emptyOutDir: true },
    });
    mkdirSync(join(out, "bench"));
    for (const name of ["sql-wasm.js", "sql-wasm.wasm"])
      copyFileSync(
        join(root, "node_modules/sql.js/dist", name),
        join(out, "bench", name),
      );
    const server = await serve({
      folder: out,
      base: "/bench/",
      port,
    });
    const place = {
      url: server.url,
      executablePath: await findChromium(),
    };
    if (isWanted("browser")) {
      await benchPage(place);
      await benchBrowser(place);
    }
    if (isWanted("load")) await benchLoadInBrowser(place);
    if (isWanted("flood")) await benchFlood(place);
    if (isWanted("graph")) await benchGraph(place);
    if (isWanted("flights"))
      await benchFlights({ ...place, decoding: await bundle("decoding.ts") });
    if (isWanted("memory"))
      await benchMemory({ ...place, sizes: sizes.filter((size) => size > 10) });
    await server.close();
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

if (isWanted("peers")) {
  const { findChromium } = await import("./browser.mjs");
  const { serve } = await import("./serve.mjs");
  const { benchPeers, buildPeers } =
    await import("../test/bench/peers.bench.mjs");
  const out = mkdtempSync(join(root, "node_modules/.cache/bench-peers-app-"));
  try {
    await buildPeers(root, out);
    const server = await serve({
      folder: out,
      base: "/bench/",
      port: Number(process.env.FLOWBOOK_BENCH_PORT ?? 4600),
    });
    await benchPeers({
      url: server.url,
      executablePath: await findChromium(),
      counts: values.large ? [200_000, 1_000_000] : [200_000],
    });
    await server.close();
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

if (isWanted("storage")) {
  const { findChromium } = await import("./browser.mjs");
  const { serve } = await import("./serve.mjs");
  const { benchStorage } = await import("../test/bench/storage.bench.mjs");
  const out = mkdtempSync(join(root, "node_modules/.cache/bench-storage-"));
  try {
    await build({
      configFile: false,
      root: join(root, "test/bench/storage"),
      base: "./",
      logLevel: "error",
      worker: { format: "es" },
      build: { outDir: out, emptyOutDir: true, target: "es2023" },
    });
    const server = await serve({ folder: out, base: "/bench/", port });
    await benchStorage({
      url: server.url,
      executablePath: await findChromium(),
      sizes,
    });
    await server.close();
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
process.exit(0);

/** A module of test/bench as a script that makes what it exports a variable, named as the module is. */
async function bundle(file) {
  const [{ output }] = await build({
    configFile: false,
    root,
    logLevel: "error",
    publicDir: false,
    build: {
      write: false,
      lib: {
        entry: join(root, "test/bench", file),
        name: file.split(".")[0],
        formats: ["iife"],
      },
    },
  });
  return output[0].code;
}
