import { concatBytes } from "../../../../core/concatBytes.ts";

/** What text without a word about its encoding turned out to be, if it is not UTF-8 throughout. */
export type OddText = "windows-1252" | "damaged";

/**
 * Decodes UTF-8 until there is a byte that is none. What went before was the same in most other encodings, unless there were
 * letters beyond ASCII: then the text is UTF-8 and damaged. Otherwise all from there on is windows-1252, as old Windows programs
 * write, in which each byte is a letter.
 */
export class DoubtfulText {
  readonly #utf8 = new TextDecoder("utf-8", { fatal: true });
  readonly #tell: (odd: OddText) => void;
  #other: TextDecoder | undefined;
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
      this.#hasLetters ||= text.length < bytes.length - this.#rest.length;
      return text;
    } catch {
      const isDamaged = this.#hasLetters || isMostlyUtf8(bytes);
      this.#other = new TextDecoder(isDamaged ? "utf-8" : "windows-1252");
      this.#tell(isDamaged ? "damaged" : "windows-1252");
      return this.#other.decode(bytes, options);
    }
  }
}

function isMostlyUtf8(bytes: Uint8Array): boolean {
  const text = new TextDecoder().decode(bytes);
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  return count(/[^\0-\x7F\uFFFD]/gu) > count(/\uFFFD/g);
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
