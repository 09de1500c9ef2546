import { frameMarkup } from "../../core/frameMarkup.ts";
import resizerText from "./resizer.js?raw";

export { resizerText };

/** How the page looks around a frame. */
export interface FrameTheme {
  scheme: "light" | "dark";
  /** CSS colours. */
  ink: string;
  accent: string;
  /** A list of font families, as in CSS. */
  font: string;
}

export interface FrameOptions {
  theme: FrameTheme;
  /** SHA-256 of the resizer's text in base64; undefined where the browser cannot compute it, and then no script runs at all. */
  resizerHash: string | undefined;
}

/**
 * The document of an output frame. Its policy comes before the markup and lets no script but ours run, and nothing be
 * fetched; the frame's sandbox and the page's own policy stop the rest, but for links, which are taken out.
 */
export function frameDocument(
  markup: string,
  { theme, resizerHash }: FrameOptions,
): string {
  const script =
    resizerHash === undefined ? "'none'" : `'sha256-${resizerHash}'`;
  const policy = `default-src 'none'; script-src ${script}; style-src 'unsafe-inline'; img-src data: blob:; font-src data:`;
  const style = [
    `:root{color-scheme:${theme.scheme};color:${safe(theme.ink)};accent-color:${safe(theme.accent)};background:transparent;`,
    `font:13px/1.5 ${safe(theme.font)};overflow-wrap:break-word}`,
    `body{margin:0;padding:1px}svg,img{max-width:100%}body>svg{display:block;overflow:visible}svg[viewBox][width],img{height:auto}a{color:${safe(theme.accent)}}`,
    `@media print{:root{color-scheme:light;color:#000}}`,
    `table{border-collapse:collapse;font-variant-numeric:tabular-nums}th,td{padding:3px 10px 3px 0;text-align:start}`,
  ].join("");
  return [
    `<!doctype html><html><head><meta charset="utf-8">`,
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    `<style>${style}</style>`,
    resizerHash === undefined ? "" : `<script>${resizerText}</script>`,
    `</head><body>${frameMarkup(markup)}`,
  ].join("");
}

let hash: Promise<string | undefined> | undefined;

/** The hash that lets the resizer run. */
export function resizerHash(): Promise<string | undefined> {
  hash ??= hashOf(resizerText);
  return hash;
}

async function hashOf(text: string): Promise<string | undefined> {
  // Pages that were loaded without encryption from another machine have no crypto.subtle.
  if (!globalThis.crypto?.subtle) return undefined;
  const digest = await crypto.subtle.digest(
    "SHA-256",
    new TextEncoder().encode(text),
  );
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}

/** The highest that a frame gets; what is higher scrolls. */
const highest = 4000;

/** The height that a message from a frame asks for, in whole pixels; undefined if it is no such message. */
export function askedHeight(message: unknown): number | undefined {
  if (typeof message !== "object" || message === null) return undefined;
  const { type, height } = message as { type?: unknown; height?: unknown };
  if (
    type !== "height" ||
    typeof height !== "number" ||
    !Number.isFinite(height)
  )
    return undefined;
  return Math.min(highest, Math.max(0, Math.ceil(height)));
}

/** Nothing that could end a declaration or the style. */
function safe(value: string): string {
  return /^[\w\s#%.,()/"'-]*$/.test(value) ? value : "inherit";
}
