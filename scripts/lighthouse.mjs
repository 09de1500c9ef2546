// What Lighthouse says of the built app on its mobile setting: the median of some runs, beside what it has to be.
// node scripts/lighthouse.mjs [runs] [--port 4790] [--dist folder] [--keep folder]   With --keep, the whole reports are left
// there. Lighthouse itself is fetched by npx: it is as large as all else here.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { parseArgs } from "node:util";
import { brotliCompressSync, constants } from "node:zlib";
import { findChromium } from "./browser.mjs";
import { root } from "./dependencies.mjs";
import { serve } from "./serve.mjs";

const lighthouse = "lighthouse@12.8.2";
const least = {
  performance: 95,
  accessibility: 100,
  "best-practices": 100,
  seo: 100,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: "string", default: "4790" },
    dist: { type: "string", default: join(root, "dist") },
    keep: { type: "string" },
  },
});
const runs = Number(positionals[0] ?? 5);
const plain = await serve({
  folder: values.dist,
  port: Number(values.port) + 1,
});
const server = await serveCompressed(plain.url, Number(values.port));
const folder =
  values.keep ?? mkdtempSync(join(tmpdir(), "flowbook-lighthouse-"));
mkdirSync(folder, { recursive: true });
const browser = await findChromium();

const reports = [];
for (let run = 0; run < runs; run += 1)
  reports.push(await audit(join(folder, `${run}.json`)));
if (values.keep === undefined) rmSync(folder, { recursive: true });
server.close();
server.closeAllConnections();
await plain.close();

for (const [category, bound] of Object.entries(least)) {
  const scores = reports.map(({ categories }) =>
    Math.round(100 * categories[category].score),
  );
  const median = scores.toSorted((a, b) => a - b)[Math.floor(runs / 2)];
  if (median < bound) process.exitCode = 1;
  console.log(
    `${category.padEnd(16)} ${median} of ${bound}   (${scores.join(", ")})`,
  );
  for (const line of shortcomings(reports[0], category)) console.log(line);
}

/** As hosts serve it; `serve` is as plain as the plainest. */
function serveCompressed(from, port) {
  const packed = new Map();
  const compressible = /^\.(html|js|css|json|svg|wasm|md|webmanifest)?$/;
  const made = createServer(async ({ url }, response) => {
    const answer = await fetch(new URL(url, from));
    const headers = Object.fromEntries(answer.headers);
    const body = Buffer.from(await answer.arrayBuffer());
    delete headers["content-length"];
    if (!compressible.test(extname(new URL(url, from).pathname)))
      return response.writeHead(answer.status, headers).end(body);
    if (!packed.has(url))
      packed.set(
        url,
        brotliCompressSync(body, {
          params: { [constants.BROTLI_PARAM_QUALITY]: 6 },
        }),
      );
    response
      .writeHead(answer.status, { ...headers, "content-encoding": "br" })
      .end(packed.get(url));
  });
  return new Promise((done) =>
    made.listen(port, "localhost", () => done(made)),
  );
}

/** Runs Lighthouse in a process of its own, so that this one can serve meanwhile. */
async function audit(file) {
  const child = spawn(
    "npx",
    [
      ...["--yes", lighthouse, `http://localhost:${values.port}/`, "--quiet"],
      ...["--output=json", `--output-path=${file}`],
      "--chrome-flags=--headless=new --no-sandbox",
    ],
    { stdio: "inherit", env: { ...process.env, CHROME_PATH: browser } },
  );
  const code = await new Promise((done) => child.on("exit", done));
  if (code !== 0) throw new Error(`Lighthouse ended with ${code}.`);
  return JSON.parse(readFileSync(file, "utf8"));
}

function shortcomings({ categories, audits }, category) {
  return categories[category].auditRefs
    .filter(({ weight }) => weight > 0)
    .map(({ id }) => audits[id])
    .filter(({ score }) => score !== null && score < 0.9)
    .map(
      ({ title, displayValue, details }) =>
        `  ${title} ${displayValue ?? ""} ${JSON.stringify(details?.items ?? []).slice(0, 400)}`,
    );
}
