import { concatBytes } from "../../../../core/concatBytes.ts";
import { crc32 } from "../../../../core/crc32.ts";

/**
 * A PNG file of pixels (RGBA), in base64. The pixels are stored, not compressed: the images of a legend are small, and
 * compressing is asynchronous in a worker while drawing is not.
 */
export function writePng(
  width: number,
  height: number,
  pixels: Uint8ClampedArray,
): string {
  const stride = width * 4;
  // Each line begins with the number of its filter, 0 for none.
  const lines = new Uint8Array((stride + 1) * height);
  for (let row = 0; row < height; row++)
    lines.set(
      pixels.subarray(row * stride, (row + 1) * stride),
      row * (stride + 1) + 1,
    );
  const header = new Uint8Array([
    ...bigEndian(width),
    ...bigEndian(height),
    8,
    6,
    0,
    0,
    0,
  ]);
  const file = concatBytes([
    new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk("IHDR", header),
    chunk("IDAT", store(lines)),
    chunk("IEND", new Uint8Array()),
  ]);
  let text = "";
  for (let at = 0; at < file.length; at += 8192)
    text += String.fromCharCode(...file.subarray(at, at + 8192));
  return btoa(text);
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const name = Uint8Array.from(type, (letter) => letter.charCodeAt(0));
  const body = concatBytes([name, data]);
  return concatBytes([bigEndian(data.length), body, bigEndian(crc32(body))]);
}

/** A zlib stream of blocks that are stored as they are. */
function store(data: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [new Uint8Array([0x78, 0x01])];
  const most = 65_535;
  for (let at = 0; at < data.length; at += most) {
    const block = data.subarray(at, at + most);
    const { length } = block;
    const isLast = at + most >= data.length ? 1 : 0;
    parts.push(
      new Uint8Array([
        isLast,
        length & 255,
        length >> 8,
        ~length & 255,
        (~length >> 8) & 255,
      ]),
      block,
    );
  }
  parts.push(bigEndian(adler32(data)));
  return concatBytes(parts);
}

function bigEndian(value: number): Uint8Array {
  return new Uint8Array([
    (value >>> 24) & 255,
    (value >>> 16) & 255,
    (value >>> 8) & 255,
    value & 255,
  ]);
}

function adler32(data: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (const byte of data) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return ((b << 16) | a) >>> 0;
}
