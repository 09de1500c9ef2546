import { FlowError } from "../../../core/errors.ts";
import { showValue } from "../../../core/words.ts";
import { type Current, jobOutside } from "./current.ts";
import type { Callable } from "./definition.ts";
import { defineLibraryTask } from "./libraryTask.ts";
import { makeMarkupTag } from "./markup.ts";
import { makeTable, Shown } from "./outputs.ts";
import { checkNames, type Options, toOptions } from "./readerOptions.ts";

/** Shows a value with the task run that is going on; the same as `display`. */
type Display = (value: unknown, options: Options) => void;

const html = makeMarkupTag("html");

/**
 * The artifacts of a task run: what it shows of its work, each under a key by which a later one replaces it. All of them are
 * what a cell could do by `display(value, { key })`.
 */
export function makeArtifacts(
  current: Current,
  display: Display,
): Record<string, Callable> {
  const define = (
    name: string,
    own: readonly string[],
    make: (value: unknown, options: Options) => unknown,
  ) =>
    defineLibraryTask(current, name, ["value", "options"], (value, given) => {
      jobOutside(current, name);
      const options = toOptions(given);
      checkNames(options, name, ["key", ...own]);
      const { key = name } = options;
      display(make(value, options), { key });
      return Promise.resolve(value);
    });
  return {
    showTable: define(
      "showTable",
      ["title", "columns", "sort"],
      (rows, options) => {
        const { key: _, ...others } = options;
        return makeTable(rows, others);
      },
    ),
    showMarkdown: define(
      "showMarkdown",
      [],
      (text) =>
        new Shown({
          type: "markdown",
          text: readText(text, "showMarkdown", '"**done**"'),
        }),
    ),
    showLink: define("showLink", ["label"], (url, { label }) => {
      const { href } = toLink(url);
      const text = label === undefined ? href : String(label);
      return html`<a href="${href}">${text}</a>`;
    }),
    showImage: define("showImage", ["alt"], (image, { alt = "" }) => {
      const source = image instanceof Uint8Array ? toDataUrl(image) : undefined;
      if (!source)
        throw new FlowError(
          "invalid-argument",
          `showImage takes the bytes of a PNG, JPEG, GIF, WebP or SVG image, not ${image instanceof Uint8Array ? "bytes of another kind" : showValue(image)}.`,
        );
      return html`<img src="${source}" alt="${String(alt)}" />`;
    }),
    showProgress: define(
      "showProgress",
      ["total", "label"],
      (done, { total = 1, label = "" }) => {
        if (!Number.isFinite(done) || !Number.isFinite(total))
          throw new FlowError(
            "invalid-argument",
            `showProgress takes numbers: showProgress(30, { total: 200 }), not ${showValue(Number.isFinite(done) ? total : done)}.`,
          );
        return html`<label
          >${String(label)}
          <progress value="${done}" max="${total}"></progress> ${done} /
          ${total}</label
        >`;
      },
    ),
  };
}

function readText(value: unknown, what: string, example: string): string {
  if (typeof value === "string") return value;
  throw new FlowError(
    "invalid-argument",
    `${what} takes a text such as ${example}, not ${showValue(value)}.`,
  );
}

function toLink(value: unknown): URL {
  const url =
    typeof value === "string" && URL.canParse(value)
      ? new URL(value)
      : undefined;
  if (url && /^(?:https?|mailto):$/.test(url.protocol)) return url;
  throw new FlowError(
    "invalid-argument",
    `showLink takes a full address such as "https://example.org/report", not ${showValue(value)}.`,
  );
}

/** The first bytes of kinds of images. */
const imageTypes: readonly [type: string, start: RegExp][] = [
  ["image/png", /^\x89PNG/],
  ["image/jpeg", /^\xff\xd8\xff/],
  ["image/gif", /^GIF8/],
  ["image/webp", /^RIFF[^]{4}WEBP/],
  ["image/svg+xml", /^\s*(?:<\?xml|<svg|<!--|<!DOCTYPE svg)/i],
];

function toDataUrl(bytes: Uint8Array): string | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, 100));
  const type = imageTypes.find(([, pattern]) => pattern.test(start))?.[0];
  if (!type) return undefined;
  const texts: string[] = [];
  for (let at = 0; at < bytes.length; at += 0x8000)
    texts.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
  return `data:${type};base64,${btoa(texts.join(""))}`;
}
