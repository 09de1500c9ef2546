// A static file server as plain as the plainest host: right types, and what has a hash in its name may be kept by the browser.
// node scripts/serve.mjs [folder] [--port 4173] [--base /some/path/] [--strict-port]
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const types = {
  ".css": "text/css; charset=utf-8",
  ".csv": "text/csv; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".md": "text/markdown; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".parquet": "application/vnd.apache.parquet",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

/**
 * Serves a folder under `base`, on `port` or, unless `isStrict`, the next free one. Resolves with the address and a way to stop.
 * For tests: `headers` go with every answer, and a file is answered when `gate`, which is given its path, has settled.
 */
export async function serve({
  folder,
  base = "/",
  port = 4173,
  isStrict = false,
  headers = {},
  gate = () => undefined,
}) {
  const top = resolve(folder);
  const prefix = `/${base}/`.replace(/\/+/g, "/");
  const server = createServer((request, response) => {
    answer({ top, prefix, headers, gate }, request, response).catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  for (let next = port; ; next += 1) {
    try {
      await listen(server, next);
      return {
        url: `http://localhost:${next}${prefix}`,
        close: () =>
          new Promise((done) => {
            server.close(done);
            server.closeAllConnections();
          }),
      };
    } catch (error) {
      if (error.code !== "EADDRINUSE" || isStrict || next > port + 100)
        throw error;
    }
  }
}

function listen(server, port) {
  return new Promise((resolveListening, reject) => {
    server.once("error", reject);
    server.listen(port, "localhost", () => {
      server.off("error", reject);
      resolveListening();
    });
  });
}

async function answer({ top, prefix, headers, gate }, request, response) {
  const { pathname, search } = new URL(request.url, "http://localhost");
  if (request.method !== "GET" && request.method !== "HEAD")
    return refuse(response, 405, "Only GET and HEAD are answered here.");
  if (`${pathname}/` === prefix)
    return redirect(response, `${prefix}${search}`);
  if (!pathname.startsWith(prefix))
    return refuse(response, 404, `Nothing here. The app is at ${prefix}`);

  let path;
  try {
    path = decodeURIComponent(pathname.slice(prefix.length));
  } catch {
    return refuse(response, 400, "The address is not valid.");
  }
  let file = normalize(join(top, path));
  if ((file !== top && !file.startsWith(top + sep)) || path.includes("\0"))
    return refuse(response, 404, "No such file.");

  let info = await stat(file).catch(() => undefined);
  if (info?.isDirectory()) {
    if (!pathname.endsWith("/"))
      return redirect(response, `${pathname}/${search}`);
    file = join(file, "index.html");
    info = await stat(file).catch(() => undefined);
  }
  if (!info?.isFile()) return refuse(response, 404, "No such file.");

  await gate(file.slice(top.length + 1).replaceAll(sep, "/"));
  response.writeHead(200, {
    ...(file.startsWith(join(top, "assets") + sep) && {
      "cache-control": "max-age=31536000, immutable",
    }),
    ...headers,
    "content-type": types[extname(file)] ?? "application/octet-stream",
    "content-length": info.size,
  });
  if (request.method === "HEAD") return response.end();
  createReadStream(file)
    .on("error", () => response.destroy())
    .pipe(response);
}

function redirect(response, location) {
  response.writeHead(301, { location });
  response.end();
}

function refuse(response, status, message) {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" });
  response.end(message);
}

if (
  process.argv[1] &&
  import.meta.url === pathToFileURL(process.argv[1]).href
) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      port: { type: "string", default: "4173" },
      base: { type: "string", default: "/" },
      "strict-port": { type: "boolean", default: false },
    },
  });
  const { url } = await serve({
    folder: positionals[0] ?? "dist",
    base: values.base,
    port: Number(values.port),
    isStrict: values["strict-port"],
  });
  console.log(url);
}
