import { halfDigits, mostDecimals, toDouble } from "./decimals.ts";

const minus = 45;
const point = 46;
const zero = 48;

/** The least number with as many digits as are read into one. */
const fullHalf = 10 ** (halfDigits - 1);

/** Reads numbers that are written in digits, from their bytes. */
export class NumberReader {
  // An array, since a member that is a double would become an object each time.
  readonly #value = new Float64Array(1);

  /** The number that was read last. */
  get value(): number {
    return this.#value[0]!;
  }

  /**
   * Reads the number that begins at `from`, and gives where the byte behind it is, which must stand before `stop`; -1 if there is
   * none, or one that takes more care. What is read is a number for `toNumber` (csvColumns.ts) too.
   */
  read(bytes: Uint8Array, from: number, stop: number): number {
    let at = from;
    let code = at < stop ? bytes[at]! : 0;
    const isNegative = code === minus;
    if (isNegative) {
      at += 1;
      code = at < stop ? bytes[at]! : 0;
    }
    let digit = code - zero;
    if (!(digit >= 0 && digit <= 9)) return -1;
    // Digits from the first one on that is not zero: as many as are a small integer, then as many again.
    let first = 0;
    let others = 0;
    let otherDigits = 0;
    let decimals = 0;
    const whole = at;
    do {
      if (first < fullHalf) first = first * 10 + digit;
      else {
        if (otherDigits === halfDigits) return -1;
        others = others * 10 + digit;
        otherDigits += 1;
      }
      at += 1;
      if (at >= stop) return -1;
      code = bytes[at]!;
      digit = code - zero;
    } while (digit >= 0 && digit <= 9);
    if (bytes[whole] === zero && at > whole + 1) return -1;
    if (code === point) {
      const before = at;
      for (;;) {
        at += 1;
        if (at >= stop) return -1;
        code = bytes[at]!;
        digit = code - zero;
        if (!(digit >= 0 && digit <= 9)) break;
        if (first < fullHalf) first = first * 10 + digit;
        else {
          if (otherDigits === halfDigits) return -1;
          others = others * 10 + digit;
          otherDigits += 1;
        }
      }
      decimals = at - before - 1;
      if (decimals === 0 || decimals > mostDecimals) return -1;
    }
    let value = toDouble(first, others, otherDigits, decimals);
    // Not one of more digits before the point than a double has for sure, either.
    if (!(value <= Number.MAX_SAFE_INTEGER)) return -1;
    if (isNegative) value = -value;
    this.#value[0] = value;
    return at;
  }
}
