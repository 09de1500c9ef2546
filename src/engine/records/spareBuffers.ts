/** So many are kept: those on their way to the database, and the one that is being filled. */
const mostKept = 4;

/**
 * Buffers that were filled with rows before. What a system takes for new memory, page by page when it is first written to, can be
 * more than it takes to encode the rows.
 */
export class SpareBuffers {
  readonly #size: number;
  readonly #kept: ArrayBuffer[] = [];

  /** Those that are kept have so many bytes. */
  constructor(size: number) {
    this.#size = size;
  }

  /** One that is nobody's any more; what is in it is whatever was. */
  take(): Uint8Array<ArrayBuffer> | undefined {
    const buffer = this.#kept.pop();
    return buffer && new Uint8Array(buffer);
  }

  /** Takes one back that nobody goes by any more. */
  give(buffer: ArrayBuffer): void {
    if (buffer.byteLength === this.#size && this.#kept.length < mostKept)
      this.#kept.push(buffer);
  }
}
