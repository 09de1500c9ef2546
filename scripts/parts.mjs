// What the built app consists of, as a reader's browser meets it: which files come before the first paint, which before the
// first notebook can be used, and which only when something needs them.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

/** The parts of a built folder: `files` are paths in it, without what an earlier part has. */
export function partsOf(dist) {
  const html = readFileSync(join(dist, "index.html"), "utf8");
  const styles = addressesIn(html).filter((file) => file.endsWith(".css"));
  const firstPaint = new Set(["index.html", ...styles]);

  const built = readdirSync(dist, { recursive: true })
    .filter((file) => /\.(?:js|css|wasm)$/.test(file))
    .filter(
      (file) => !file.startsWith("examples") && file !== "serviceWorker.js",
    );
  const entries = [
    ...addressesIn(html).filter((file) => file.endsWith(".js")),
    ...built.filter((file) =>
      /^(?:engine\.worker|database\.worker|_virtual_first-visit)\.js$/.test(
        nameOf(file),
      ),
    ),
  ];
  const usable = new Set([...firstPaint, ...closureOf(dist, entries)]);

  return {
    firstPaint: [...firstPaint],
    usable: [...usable],
    rest: built.filter((file) => !usable.has(file)),
  };
}

/** The name of a built file without its folder and hash. */
export function nameOf(file) {
  return basename(file).replace(/-[\w-]{8}(?=\.\w+$)/, "");
}

/** How many bytes a file of a folder has in brotli. */
export function compressedSize(folder, file) {
  return brotliCompressSync(readFileSync(join(folder, file)), {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11 },
  }).length;
}

export function sumOf(folder, files) {
  return files.reduce((sum, file) => sum + compressedSize(folder, file), 0);
}

/** Files of the app that an HTML text names. */
function addressesIn(html) {
  return [
    ...html.matchAll(/<(?:script|link)\b[^>]*?\b(?:src|href)="\.\/([^"]+)"/g),
  ].map(([, address]) => address);
}

/** Scripts, and what those import at once. */
function closureOf(dist, entries) {
  const found = new Set();
  const queue = [...entries];
  for (let file = queue.shift(); file; file = queue.shift()) {
    if (found.has(file) || !existsSync(join(dist, file))) continue;
    found.add(file);
    const text = readFileSync(join(dist, file), "utf8");
    for (const [, address] of text.matchAll(
      /\b(?:import|from)\s*["'](\.{1,2}\/[^"']+\.js)["']/g,
    ))
      queue.push(relative(dist, join(dist, file, "..", address)));
  }
  return found;
}
