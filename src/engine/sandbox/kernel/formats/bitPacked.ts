/**
 * The numbers of Parquet that are written in as few bits as they take: runs of one of them, and lists of eight at a time.
 *
 * https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE
 */

/** Wider ones do not come within four bytes, wherever they begin. */
const widest = 25;

/** Reads as many numbers as `target` has, of so many bits each; throws if what is there is something else. */
export function readBitPacked(
  bytes: Uint8Array,
  width: number,
  target: Uint32Array,
): void {
  if (width > widest) throw damaged();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const runSize = (width + 7) >> 3;
  const count = target.length;
  let at = 0;
  let row = 0;
  while (row < count) {
    let header = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = view.getUint8(at);
      at += 1;
      header |= (byte & 127) << shift;
      if (byte < 128) break;
      if (shift > 21) throw damaged();
    }
    const rest = count - row;
    const amount = header >>> 1;
    if (amount === 0) throw damaged();
    if (header & 1) {
      if (at + amount * width > bytes.length) throw damaged();
      const read = Math.min(amount * 8, rest);
      readList(view, at, width, target, row, read);
      row += read;
      at += amount * width;
    } else {
      let value = 0;
      for (let byte = 0; byte < runSize; byte += 1)
        value |= view.getUint8(at + byte) << (byte * 8);
      if (value >>> width !== 0 || amount > rest) throw damaged();
      at += runSize;
      target.fill(value, row, row + amount);
      row += amount;
    }
  }
}

function readList(
  view: DataView,
  from: number,
  width: number,
  target: Uint32Array,
  row: number,
  count: number,
): void {
  const mask = 2 ** width - 1;
  const end = row + count;
  // Of the last ones there may be fewer than four bytes.
  const whole = Math.floor(((view.byteLength - from - 4) * 8) / (width || 1));
  const lastWhole = row + Math.max(0, Math.min(count, whole));
  let bit = 0;
  let at = row;
  for (; at < lastWhole; at += 1, bit += width)
    target[at] =
      (view.getUint32(from + (bit >>> 3), true) >>> (bit & 7)) & mask;
  for (; at < end; at += 1, bit += width) {
    let word = 0;
    const first = from + (bit >>> 3);
    for (let byte = 0; byte < 4 && first + byte < view.byteLength; byte += 1)
      word |= view.getUint8(first + byte) << (byte * 8);
    target[at] = (word >>> (bit & 7)) & mask;
  }
}

function damaged(): Error {
  return new Error("The numbers of a page are not what it says.");
}
