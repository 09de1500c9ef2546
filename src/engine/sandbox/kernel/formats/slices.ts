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

/** How much of a text shows its encoding. */
export const sampleSize = 512;

/** UTF-16, if a text begins with the mark of it, or every other byte is zero for many of its letters, as for those of ASCII. */
export function findUtf16(
  bytes: Uint8Array,
): "utf-16le" | "utf-16be" | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  const zeros: [number, number] = [0, 0];
  const length = Math.min(bytes.length & -2, sampleSize);
  for (let at = 0; at < length; at += 1)
    if (bytes[at] === 0) zeros[(at & 1) as 0 | 1] += 1;
  const [even, odd] = zeros;
  // Text of any other encoding has hardly a zero.
  const are = (many: number, few: number) =>
    many >= Math.max(3, length / 8) && few <= many / 4;
  return are(odd, even) ? "utf-16le" : are(even, odd) ? "utf-16be" : undefined;
}

/**
 * The text of the bytes, piece by piece: in `encoding`, or in UTF-16 if they show that, or in UTF-8; or, as is told then,
 * in what they are instead. A mark is left out.
 */
export async function* decodePieces(
  pieces: AsyncIterable<Uint8Array>,
  encoding?: string,
  tell: (odd: OddText) => void = () => {},
): AsyncGenerator<string> {
  let decoder: Pick<TextDecoder, "decode"> | undefined;
  const decoderOf = (begin: Uint8Array) => {
    const known = encoding ?? findUtf16(begin);
    return known ? new TextDecoder(known) : new DoubtfulText(tell);
  };
  let begin: Uint8Array = new Uint8Array();
  for await (const piece of pieces) {
    begin = decoder ? piece : concatBytes([begin, piece]);
    // What shows the encoding may come in several pieces.
    if (!decoder && begin.length < sampleSize) continue;
    decoder ??= decoderOf(begin);
    const text = decoder.decode(begin, { stream: true });
    if (text) yield text;
  }
  // In two steps: Node 20 takes windows-1252 that is decoded at once for ISO 8859-1.
  const end = decoder ?? decoderOf(begin);
  const text = decoder ? "" : end.decode(begin, { stream: true });
  const rest = text + end.decode();
  if (rest) yield rest;
}
