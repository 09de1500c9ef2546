import { FlowError } from "../../../core/errors.ts";
import { formatSize, showValue } from "../../../core/words.ts";
import { type Current, jobOutside } from "./current.ts";
import type { Callable } from "./definition.ts";
import { defineLibraryTask } from "./libraryTask.ts";
import { makeMarkupTag } from "./markup.ts";
import { makeTable, Shown, toOutput } from "./outputs.ts";
import { readPicture } from "../../../core/readPicture.ts";
import { type Options, toOptions } from "./readerOptions.ts";

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
    defineLibraryTask(
      current,
      name,
      ["value", "options"],
      async (value, given) => {
        jobOutside(current, name);
        const options = toOptions(given, name, ["key", ...own]);
        const { key = own.includes("name") ? options.name : name } = options;
        display(await make(value, options), { key });
        return value;
      },
    );
  return {
    showTable: define(
      "showTable",
      ["title", "columns", "sort"],
      (rows, options) => {
        const { key: _, ...others } = options;
        return makeTable(rows, others, "showTable");
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
    showImage: define("showImage", ["alt"], async (image, { alt = "" }) => {
      const read = (await readPicture(image)) ?? image;
      const output = toOutput(read, String(alt));
      if (output.type === "image") return new Shown(output);
      throw new FlowError(
        "invalid-argument",
        `showImage takes the bytes of a PNG, JPEG, GIF, WebP or SVG image, a Blob of one, a canvas or its pixels, not ${read instanceof Uint8Array || read instanceof Blob ? "bytes of another kind" : showValue(image)}.`,
      );
    }),
    showFile: define("showFile", ["name"], (content, { name }) => {
      if (typeof name !== "string" || name === "" || name.length > 200)
        throw new FlowError(
          "invalid-option",
          `showFile needs the file's name: showFile(text, { name: "flights.csv" }), not ${showValue(name)}.`,
        );
      const bytes = toBytes(content);
      if (bytes.byteLength > mostFileBytes)
        throw new FlowError(
          "invalid-argument",
          `${name} has ${formatSize(bytes.byteLength)}, and showFile takes up to ${formatSize(mostFileBytes)}. Load the rows into a table, and export them from there.`,
        );
      return new Shown({ type: "file", name, bytes });
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

/** What the page takes at most; as in the guard. */
const mostFileBytes = 100_000_000;

function toBytes(content: unknown): Uint8Array<ArrayBuffer> {
  if (typeof content === "string") return new TextEncoder().encode(content);
  if (content instanceof Uint8Array) return new Uint8Array(content);
  throw new FlowError(
    "invalid-argument",
    `showFile takes a text or bytes, as toCsv and toParquet give them, not ${showValue(content)}.`,
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
