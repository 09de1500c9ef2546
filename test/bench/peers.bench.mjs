// How long rows, and the bytes of a CSV file, take to be a table that can be queried, beside what others offer for it, each in a
// worker of a Chromium of its own, with a database that goes on to be used: the table is dropped before each round. Two of the
// peers are large, so they are fetched when this is first run, not with the rest.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "vite";
import { median } from "./browser.bench.mjs";
import { withPage } from "./browserPage.mjs";

const require = createRequire(import.meta.url);

/** What is measured, in turn: a peer, and one of its ways. */
const contenders = {
  rows: [
    ["load", "flowbook", "rows"],
    ["sql.js, stmt.run a row", "sql.js", "rows"],
    ["sqlite-wasm, prepared", "sqlite-wasm", "rows"],
    ["DuckDB, insertArrowTable", "duckdb", "arrow"],
    ["DuckDB, insertJSON", "duckdb", "json"],
    ["PGlite, COPY", "pglite", "rows"],
  ],
  CSV: [
    ["load(streamCsv(file))", "flowbook", "csv"],
    ["papaparse, sql.js, stmt.run a row", "sql.js", "csv"],
    ["DuckDB, read_csv", "duckdb", "csv"],
  ],
};

const fetched = {
  "@duckdb/duckdb-wasm": "1.32.0",
  "@electric-sql/pglite": "0.5.16",
};

/** Where the peers are that are not among the dependencies. */
function fetchPeers(root) {
  const folder = join(root, "node_modules/.cache/bench-peers");
  const isThere = Object.entries(fetched).every(([name, version]) => {
    const about = join(folder, "node_modules", name, "package.json");
    return existsSync(about) && require(about).version === version;
  });
  if (!isThere) {
    console.log("Fetching DuckDB and PGlite, which takes a minute once.");
    mkdirSync(folder, { recursive: true });
    const about = { private: true, dependencies: fetched };
    writeFileSync(join(folder, "package.json"), JSON.stringify(about));
    execFileSync("npm", ["install", "--no-audit", "--no-fund"], {
      cwd: folder,
      stdio: "inherit",
    });
  }
  return join(folder, "node_modules");
}

/** Builds the page that measures. */
export async function buildPeers(root, out) {
  const peers = fetchPeers(root);
  await build({
    configFile: false,
    root: join(root, "test/bench/peers"),
    base: "./",
    logLevel: "error",
    resolve: {
      alias: Object.fromEntries(
        [...Object.keys(fetched), "apache-arrow"].map((name) => [
          name,
          join(peers, name),
        ]),
      ),
    },
    worker: { format: "es" },
    build: { outDir: out, emptyOutDir: true, target: "es2023" },
  });
}

/** Measures against that page at an address, and prints tables. */
export async function benchPeers({ url, executablePath, counts, rounds = 5 }) {
  for (const count of counts)
    for (const shape of ["narrow", "mixed"])
      for (const [from, list] of Object.entries(contenders)) {
        console.log(
          `${from}, ${shape}, ${count.toLocaleString("en")} rows to a table in one worker (median of ${rounds} [least to most], ratio)`,
        );
        let first;
        for (const [name, peer, way] of list) {
          const wanted = { peer, way, shape, count, rounds };
          const line = await measureAlone(url, executablePath, wanted).then(
            (times) => {
              const middle = median(times);
              first ??= middle;
              return `${show(middle)} [${show(Math.min(...times))} to ${show(Math.max(...times))}]  ${(middle / first).toFixed(1)} x`;
            },
            (error) => `failed: ${error.message.split("\n")[0]}`,
          );
          console.log(`  ${name.padEnd(36)}${line}`);
        }
      }
}

async function measureAlone(url, executablePath, wanted) {
  return withPage({ url, executablePath, ready: "measure" }, async (page) => {
    return await page.evaluate((what) => window.measure(what), wanted);
  });
}

const show = (time) => `${time.toFixed(0)} ms`;
