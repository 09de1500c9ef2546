// How large the built app is on the wire: what the page loads at first, then each worker and lazy part, in brotli, beside its budget.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { root } from "./dependencies.mjs";

const dist = join(root, "dist");
if (!existsSync(join(dist, "index.html"))) {
  console.error("There is no dist/index.html. Run `npm run build` first.");
  process.exit(1);
}
/** kB (1000 bytes) of brotli by name: "first load", or a file without its hash. */
const budgets = JSON.parse(
  readFileSync(join(root, "test/size/budgets.json"), "utf8"),
);

const first = firstFiles();
const rows = [
  {
    name: "first load",
    bytes: [...first].reduce((sum, file) => sum + compressedSize(file), 0),
    parts: [...first],
  },
  ...builtFiles()
    .filter((file) => !first.has(file))
    .map((file) => ({
      name: withoutHash(basename(file)),
      bytes: compressedSize(file),
    }))
    .sort((a, b) => b.bytes - a.bytes),
];

const width = Math.max(...rows.map(({ name }) => name.length));
let isOver = false;
for (const { name, bytes } of rows) {
  const budget = budgets[name];
  const kilobytes = bytes / 1000;
  const isTooLarge = budget !== undefined && kilobytes > budget;
  isOver ||= isTooLarge;
  console.log(
    `${name.padEnd(width)}  ${kilobytes.toFixed(1).padStart(8)} kB${budget === undefined ? "" : `  of ${budget} kB`}${isTooLarge ? "  TOO LARGE" : ""}`,
  );
}
const missing = Object.keys(budgets).filter(
  (name) => !rows.some((row) => row.name === name),
);
if (missing.length > 0)
  console.error(
    `test/size/budgets.json names what is not built: ${missing.join(", ")}. Correct the name there.`,
  );
if (isOver)
  console.error(
    "Something is over its budget. Make it smaller, or raise the number in test/size/budgets.json and say why in the commit.",
  );
process.exit(isOver || missing.length > 0 ? 1 : 0);

/** Scripts and styles that index.html asks for, and what those import at once. */
function firstFiles() {
  const html = readFileSync(join(dist, "index.html"), "utf8");
  const found = new Set();
  const queue = [
    ...html.matchAll(/<(?:script|link)\b[^>]*?\b(?:src|href)="([^"]+)"/g),
  ]
    .map(([, address]) => join(dist, address))
    .filter((file) => /\.(?:js|css)$/.test(file));
  for (let file = queue.shift(); file; file = queue.shift()) {
    if (found.has(file) || !existsSync(file)) continue;
    found.add(file);
    if (!file.endsWith(".js")) continue;
    const text = readFileSync(file, "utf8");
    for (const [, address] of text.matchAll(
      /\b(?:import|from)\s*["'](\.{1,2}\/[^"']+\.js)["']/g,
    ))
      queue.push(join(file, "..", address));
  }
  return found;
}

function builtFiles() {
  return readdirSync(dist, { recursive: true })
    .map((file) => join(dist, file))
    .filter(
      (file) =>
        /\.(?:js|css|wasm)$/.test(file) &&
        !relative(dist, file).startsWith("examples"),
    );
}

function withoutHash(name) {
  return name.replace(/-[\w-]{8}(?=\.\w+$)/, "");
}

function compressedSize(file) {
  return brotliCompressSync(readFileSync(file), {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11 },
  }).length;
}
