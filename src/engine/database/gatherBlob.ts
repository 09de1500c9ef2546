/**
 * So many parts become a piece of the Blob at a time. What a Blob is made of stays in this process's memory until the
 * browser's own process has fetched it.
 */
const atOnce = 4;

/** A Blob of these bytes, of which few are in this process's memory twice at any time. They must not change meanwhile. */
export async function gatherBlob(
  parts: readonly Uint8Array<ArrayBuffer>[],
  type: string,
): Promise<Blob> {
  const pieces: Blob[] = [];
  for (let from = 0; from < parts.length; from += atOnce)
    pieces.push(await makePiece(parts.slice(from, from + atOnce)));
  return new Blob(pieces, { type });
}

/** A piece of a Blob, when what it is made of need not be in this process's memory any more. */
export async function makePiece(parts: readonly BlobPart[]): Promise<Blob> {
  const piece = new Blob([...parts]);
  // A part of it can be read once all of it has been fetched.
  await piece.slice(0, 1).arrayBuffer();
  return piece;
}
