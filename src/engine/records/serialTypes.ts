/**
 * How SQLite writes down what kind of value follows, and numbers of variable length.
 *
 * https://sqlite.org/fileformat2.html#record_format
 */

export const serialInt64 = 6;
export const serialDouble = 7;

/** The serial type of an integer that a double holds. */
export function serialOfInteger(value: number): number {
  if (value === 0) return 8;
  if (value === 1) return 9;
  if (value >= -0x80 && value < 0x80) return 1;
  if (value >= -0x8000 && value < 0x8000) return 2;
  if (value >= -0x800000 && value < 0x800000) return 3;
  if (value >= -0x80000000 && value < 0x80000000) return 4;
  if (value >= -0x800000000000 && value < 0x800000000000) return 5;
  return serialInt64;
}

export function serialOfText(length: number): number {
  return length * 2 + 13;
}

export function serialOfBytes(length: number): number {
  return length * 2 + 12;
}

/** Bytes of a value in the body of a record. */
export function sizeOfSerial(serial: number): number {
  if (serial >= 12) return (serial - 12 - (serial & 1)) / 2;
  return fixedSizes[serial]!;
}

const fixedSizes = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0];

/** Bytes of a varint; the value is below 2^53. */
export function sizeOfVarint(value: number): number {
  if (value < 128) return 1;
  if (value < 16_384) return 2;
  if (value < 2_097_152) return 3;
  let size = 4;
  for (let most = 268_435_456; value >= most; most *= 128) size += 1;
  return size;
}

/** Writes a varint below 2^53, which takes at most 8 bytes; gives the offset behind it. */
export function writeVarint(
  target: Uint8Array,
  at: number,
  value: number,
): number {
  if (value < 128) {
    target[at] = value;
    return at + 1;
  }
  if (value < 16_384) {
    target[at] = (value >>> 7) | 128;
    target[at + 1] = value & 127;
    return at + 2;
  }
  // The numbers of most rows.
  if (value < 2_097_152) {
    target[at] = (value >>> 14) | 128;
    target[at + 1] = (value >>> 7) | 128;
    target[at + 2] = value & 127;
    return at + 3;
  }
  const size = sizeOfVarint(value);
  let rest = value;
  for (let last = size - 1; last >= 0; last -= 1) {
    target[at + last] = (rest % 128) | (last === size - 1 ? 0 : 128);
    rest = Math.floor(rest / 128);
  }
  return at + size;
}

/** The serial type of a whole number of 32 bits. */
export function serialOfSmall(value: number): number {
  if (value >= -128 && value < 128)
    return value === 0 ? 8 : value === 1 ? 9 : 1;
  if (value >= -32_768 && value < 32_768) return 2;
  return value >= -8_388_608 && value < 8_388_608 ? 3 : 4;
}
