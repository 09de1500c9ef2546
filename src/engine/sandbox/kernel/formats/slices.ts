import { concatBytes } from "../../../../core/concatBytes.ts";
import { DoubtfulText, type OddText } from "./doubtfulText.ts";

/** How much of a file is in memory at a time: large enough that the work on it outweighs the way to it. */
export const sliceSize = 1 << 20;

/** The bytes of a file or a part of it, slice by slice; the next one is fetched while one is worked on. */
export async function* readSlices(blob: Blob): AsyncGenerator<Uint8Array> {
  const fetchFrom = (start: number) => {
    const bytes = blob.slice(start, start + sliceSize).arrayBuffer();
    // It is told when it is that slice's turn.
    bytes.catch(() => {});
    return bytes;
  };
  let next = fetchFrom(0);
  for (let start = 0; start < blob.size; start += sliceSize) {
    const bytes = await next;
    if (start + sliceSize < blob.size) next = fetchFrom(start + sliceSize);
    yield new Uint8Array(bytes);
  }
}

/** All pieces as one. */
export async function joinPieces(
  pieces: AsyncIterable<Uint8Array>,
): Promise<Uint8Array<ArrayBuffer>> {
  const list: Uint8Array[] = [];
  let size = 0;
  for await (const piece of pieces) {
    list.push(piece);
    size += piece.length;
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const piece of list) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

export const isGzip = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x1f && bytes[1] === 0x8b;
/** One without files begins with its end. */
export const isZip = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x50 &&
  bytes[1] === 0x4b &&
  ((bytes[2] === 3 && bytes[3] === 4) || (bytes[2] === 5 && bytes[3] === 6));

/** The encoding that a file's first bytes name, or undefined. */
export function markedEncoding(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  return undefined;
}

/**
 * The text of the bytes, piece by piece: in `encoding`, or in what their byte order mark says, or in UTF-8; or, as is told then,
 * in what they are instead. A mark is left out.
 */
export async function* decodePieces(
  pieces: AsyncIterable<Uint8Array>,
  encoding?: string,
  tell: (odd: OddText) => void = () => {},
): AsyncGenerator<string> {
  let decoder: Pick<TextDecoder, "decode"> | undefined;
  const decoderOf = (begin: Uint8Array) => {
    const known = encoding ?? markedEncoding(begin);
    return known ? new TextDecoder(known) : new DoubtfulText(tell);
  };
  let begin: Uint8Array = new Uint8Array();
  for await (const piece of pieces) {
    begin = decoder ? piece : concatBytes([begin, piece]);
    // A mark may come in two pieces.
    if (!decoder && begin.length < 2) continue;
    decoder ??= decoderOf(begin);
    const text = decoder.decode(begin, { stream: true });
    if (text) yield text;
  }
  const rest = decoder ? decoder.decode() : decoderOf(begin).decode(begin);
  if (rest) yield rest;
}
