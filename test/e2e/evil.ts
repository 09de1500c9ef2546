import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A host on this machine that nobody allowed, and that counts whoever reaches it. It would answer everything that a thief wants. */
export interface EvilHost {
  origin: string;
  /** The paths that were asked for. */
  hits: string[];
  close(): Promise<void>;
}

export async function startEvilHost(): Promise<EvilHost> {
  const hits: string[] = [];
  const server: Server = createServer((request, response) => {
    hits.push(request.url ?? "");
    const isScript = /\.js$/.test(request.url ?? "");
    response.writeHead(200, {
      "access-control-allow-origin": "*",
      "content-type": request.url?.startsWith("/events")
        ? "text/event-stream"
        : isScript
          ? "text/javascript"
          : "text/plain",
    });
    response.end(isScript ? "globalThis.postMessage?.('reached')" : "reached");
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
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
