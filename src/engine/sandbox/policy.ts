import { parseOrigin } from "../../core/origin.ts";

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
