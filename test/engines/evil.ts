import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A host on this machine that nobody allowed, and that counts whoever reaches it. It would answer everything that a thief wants. */
export interface EvilHost {
  origin: string;
  /** The paths that were asked for. */
  hits: string[];
  /** How many connections were made to it, also by who then asked for nothing. */
  connections: () => number;
  close(): Promise<void>;
}

const types: readonly (readonly [RegExp, string])[] = [
  [/\.js/, "text/javascript"],
  [/\.css/, "text/css"],
  [/\.json/, "application/json"],
  [/\.wasm/, "application/wasm"],
  [/\.svg/, "image/svg+xml"],
  [/^\/events/, "text/event-stream"],
  [/^\/page/, "text/html"],
];

/** `/redirect?<address>` leads on to that address; `/page` is a page without any policy and is no hit. */
export async function startEvilHost(): Promise<EvilHost> {
  const hits: string[] = [];
  let connections = 0;
  const server: Server = createServer((request, response) => {
    const url = request.url ?? "";
    if (!url.startsWith("/page") && url !== "/favicon.ico") hits.push(url);
    const [, target] = /^\/redirect\?(.*)/.exec(url) ?? [];
    const type = types.find(([pattern]) => pattern.test(url))?.[1];
    response.writeHead(target === undefined ? 200 : 302, {
      "access-control-allow-origin": "*",
      "access-control-allow-headers": "*",
      "content-type": type ?? "text/plain",
      ...(target === undefined ? {} : { location: decodeURIComponent(target) }),
    });
    response.end(
      type === "text/javascript"
        ? "globalThis.postMessage?.('reached')"
        : type === "text/html"
          ? "<!doctype html><title>Nothing is forbidden here</title>"
          : "reached",
    );
  });
  server.on("connection", () => {
    connections += 1;
  });
  server.on("upgrade", (request, socket) => {
    hits.push(request.url ?? "");
    socket.destroy();
  });
  await new Promise<void>((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve()),
  );
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    hits,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
