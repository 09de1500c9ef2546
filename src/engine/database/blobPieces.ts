import { makePiece } from "./gatherBlob.ts";

/** So much becomes a piece of the Blob at a time, in characters or bytes. */
const pieceSize = 4 * 1024 * 1024;

/** A Blob that grows: of what it is made of no more than a piece is in this process's memory. */
export class BlobPieces {
  #parts: (string | Uint8Array<ArrayBuffer>)[] = [];
  #size = 0;
  readonly #pieces: Blob[] = [];

  add(part: string | Uint8Array<ArrayBuffer>): void {
    this.#parts.push(part);
    this.#size += part.length;
  }

  /** To be awaited now and then. */
  async settle(): Promise<void> {
    if (this.#size >= pieceSize) await this.#makePiece();
  }

  async end(type: string): Promise<Blob> {
    await this.#makePiece();
    return new Blob(this.#pieces, { type });
  }

  async #makePiece(): Promise<void> {
    if (this.#size === 0) return;
    const parts = this.#parts;
    this.#parts = [];
    this.#size = 0;
    this.#pieces.push(await makePiece(parts));
  }
}
