import { FlowError } from "./errors.ts";

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
  const hasGap = url?.hostname.split(".").slice(0, -1).includes("");
  const origin = url ? `${url.protocol}//${url.host}` : "";
  if (!isAllowed || hasGap || !/^[\w.:/[\]-]+$/.test(origin))
    throw new FlowError(
      "invalid-argument",
      `"${text}" is no host that can be allowed. Write its origin, such as https://api.example.org.`,
    );
  return origin;
}
