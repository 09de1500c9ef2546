import { concatBytes } from "../../../../core/concatBytes.ts";

/** What text without a word about its encoding turned out to be, if it is not UTF-8 throughout. */
export type OddText = "windows-1252" | "damaged";

/**
 * Decodes UTF-8 until there is a byte that is none. What went before was the same in most other encodings, unless there were
 * letters beyond ASCII, or a mark: then the text is UTF-8 and damaged. Otherwise all from there on is windows-1252, as old Windows
 * programs write, in which each byte is a letter. Only what stands before that byte decides: what follows may not be there yet,
 * and a text says the same however it was cut on its way.
 */
export class DoubtfulText {
  readonly #utf8 = new TextDecoder("utf-8", { fatal: true });
  readonly #tell: (odd: OddText) => void;
  #other: TextDecoder | undefined;
  #hasBegun = false;
  #hasLetters = false;
  /** The beginning of a letter whose end is in the next piece. */
  #rest: Uint8Array = new Uint8Array();

  constructor(tell: (odd: OddText) => void) {
    this.#tell = tell;
  }

  decode(piece?: Uint8Array, options?: TextDecodeOptions): string {
    if (this.#other) return this.#other.decode(piece, options);
    const bytes =
      piece && this.#rest.length > 0
        ? concatBytes([this.#rest, piece])
        : (piece ?? this.#rest);
    try {
      const text = this.#utf8.decode(piece, options);
      this.#rest = beginOfLetter(bytes);
      const decoded = bytes.length - this.#rest.length;
      this.#hasBegun ||= decoded > 0;
      this.#hasLetters ||= text.length < decoded;
      return text;
    } catch {
      const isDamaged = this.#hasLetters || beginsWithLetters(bytes);
      this.#other = isDamaged
        ? // A mark is one only at the beginning of the whole.
          new TextDecoder("utf-8", { ignoreBOM: this.#hasBegun })
        : new TextDecoder("windows-1252");
      this.#tell(isDamaged ? "damaged" : "windows-1252");
      return this.#other.decode(bytes, options);
    }
  }
}

/** Whether there are letters beyond ASCII before the first byte that is not UTF-8. */
function beginsWithLetters(bytes: Uint8Array): boolean {
  const first = bytes.findIndex((byte) => byte >= 0x80);
  // No letter has more than four bytes.
  for (let size = 2; size <= 4; size += 1)
    if (isUtf8(bytes.subarray(first, first + size))) return true;
  return false;
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function beginOfLetter(bytes: Uint8Array): Uint8Array {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) break;
    const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 0;
    if (size > 0) return bytes.slice(bytes.length - (size > back ? back : 0));
  }
  return new Uint8Array();
}
