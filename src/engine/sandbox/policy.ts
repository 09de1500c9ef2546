import { FlowError } from "../../core/errors.ts";

/**
 * The origin of a host that a reader may allow: `https:`, `wss:`, or plain `http:`/`ws:` on this machine only.
 * Whatever else a notebook names is refused, for a policy is a line of text and a `;` in it would start a new directive.
 */
export function parseOrigin(text: string): string {
  let url: URL | undefined;
  try {
    url = new URL(text);
  } catch {
    url = undefined;
  }
  const isLocal =
    url !== undefined &&
    /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname);
  const isAllowed =
    url !== undefined &&
    (/^(https|wss):$/.test(url.protocol) ||
      (/^(http|ws):$/.test(url.protocol) && isLocal));
  const origin = url ? `${url.protocol}//${url.host}` : "";
  if (!isAllowed || !/^[\w.:/[\]-]+$/.test(origin))
    throw new FlowError(
      "invalid-argument",
      `"${text}" is no host that can be allowed. Write its origin, such as https://api.example.org.`,
    );
  return origin;
}

/** The Content-Security-Policy of a sandbox frame: its bootstrap, workers and cells from blob: URLs, and exactly the allowed origins. */
export function framePolicy(
  origins: readonly string[],
  bootHash: string,
): string {
  const allowed = [...new Set(origins.map(parseOrigin))];
  const connect = ["blob:", "data:", ...allowed].join(" ");
  return [
    "default-src 'none'",
    `script-src '${bootHash}' blob: 'wasm-unsafe-eval'`,
    "worker-src blob:",
    `connect-src ${connect}`,
  ].join("; ");
}
