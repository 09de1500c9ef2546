/**
 * A notebook inside a link: `#f1.<length>.<crc>.<data>`, where data is the text as UTF-8, deflated (raw), in base64url;
 * length is how many characters of data there are, crc their CRC-32 in hex. Messengers cut long links without a word;
 * length and checksum tell, before anything is unpacked.
 */
import { crc32 } from "../core/crc32.ts";
import { FlowError } from "../core/errors.ts";

/** The most that a notebook may have that somebody else sends; a small link could otherwise fill the memory. */
export const maxBytes = 4 * 1024 * 1024;

/** The fragment of a link that holds a text, with its `#`. */
export async function makeLink(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > maxBytes)
    throw new FlowError(
      "link-too-large",
      `The notebook is ${megabytes(bytes.length)} of text, and a link holds at most ${megabytes(maxBytes)}. Share it as a file.`,
    );
  const deflated = await readAll(
    new Blob([bytes])
      .stream()
      .pipeThrough(new CompressionStream("deflate-raw")),
  );
  const data = toBase64Url(deflated);
  return `#f1.${data.length}.${checksum(data)}.${data}`;
}

/** The text that a fragment holds. Rejects with `link-damaged` or `link-too-large`. */
export async function readLink(fragment: string): Promise<string> {
  const link = mendLink(fragment).slice(1);
  const match = /^f(\d+)(?:\.(?:(\d+)\.)?(?:([0-9a-f]{8})\.)?(.*))?$/.exec(
    link,
  );
  if (!match)
    throw damaged(
      "This is not a link to a notebook: it does not begin with #f1.",
    );
  const [, version, length, crc, data = ""] = match;
  if (version !== "1")
    throw damaged(
      `This link was made by a newer version of Flowbook (links of kind f${version}). Reload the page to update, then open it again.`,
    );
  if (length === undefined || crc === undefined)
    throw damaged(
      `The link was cut on the way: only its first ${link.length} characters arrived. ${remedy}`,
    );
  const total = Number(length);
  if (data.length < total)
    throw damaged(
      `The link was cut on the way: ${count(data.length)} of ${count(total)} characters arrived. ${remedy}`,
    );
  // What follows is a full stop or a bracket of the sentence that the link stood in.
  const whole = data.slice(0, total);
  if (checksum(whole) !== crc)
    throw damaged(
      `The link was changed on the way: its ${count(total)} characters arrived, but not as they were sent. ${remedy}`,
    );
  return inflate(whole);
}

/**
 * A link's fragment without what was done to it on the way, with its `#`. Mail programs break long links over lines, put signs
 * that nobody sees where a line may break, and write those and a link's own signs as codes, one program after another as codes
 * of codes. What a link is made of never has a %.
 */
export function mendLink(fragment: string): string {
  const link = fragment
    .replace(/%(?:25)+/g, "%")
    .replace(/%(?:0[9ad]|20|c2%ad|e2%80%8[b-d]|e2%81%a0|ef%bb%bf)/gi, "")
    .replace(/[\s\u00ad\u200b-\u200d\u2060\ufeff]/g, "")
    .replace(/%(?:23|2d|2e|5f)/gi, decodeURIComponent);
  return `#${link.replace(/^#+/, "")}`;
}

const remedy =
  "Ask the sender for the notebook as a file, or for the link again in a form that keeps it whole, such as a code block or a mail.";

function damaged(message: string, cause?: unknown): FlowError {
  return new FlowError("link-damaged", message, { cause });
}

async function inflate(data: string): Promise<string> {
  try {
    const bytes = fromBase64Url(data);
    const inflated = await readAll(
      new Blob([bytes])
        .stream()
        .pipeThrough(new DecompressionStream("deflate-raw")),
      maxBytes,
      () =>
        new FlowError(
          "link-too-large",
          `The link unpacks to more than ${megabytes(maxBytes)}, which no notebook needs, so it was not opened. If you trust the sender, ask for the notebook as a file.`,
        ),
    );
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
      inflated,
    );
  } catch (error) {
    if (error instanceof FlowError) throw error;
    throw damaged(
      `The link arrived whole, but what it holds cannot be unpacked. ${remedy}`,
      error,
    );
  }
}

/** All bytes of a stream, given up with an error as soon as there are more than `limit`. */
export async function readAll(
  stream: ReadableStream<Uint8Array>,
  limit = Infinity,
  tooMany: () => Error = () => new RangeError("too many bytes"),
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > limit) {
      await reader.cancel();
      throw tooMany();
    }
    chunks.push(value);
  }
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

function toBase64Url(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary)
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}

function fromBase64Url(data: string): Uint8Array<ArrayBuffer> {
  const binary = atob(data.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** The checksum of a text, as eight hex digits. */
function checksum(text: string): string {
  return crc32(new TextEncoder().encode(text)).toString(16).padStart(8, "0");
}

function count(characters: number): string {
  return characters.toLocaleString("en");
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1).replace(/\.0$/, "")} MB`;
}
