/** A content that is read slice by slice, as a Blob is. */
export interface SlicedContent {
  readonly size: number;
  slice(
    from: number,
    end: number,
  ): { arrayBuffer(): Promise<ArrayBuffer | Uint8Array<ArrayBuffer>> };
}

/** How much of a content is in memory at once. */
const sliceSize = 8 * 1024 * 1024;

/**
 * The SHA-256 of a content, in hex; of one that is longer than a slice, the SHA-256 of those of its slices, one after the other: the
 * browser hashes only what is in memory as a whole. The same in the page and in Node: by it results know the files that they were
 * made of, wherever they are taken.
 */
export async function hashContent(content: SlicedContent): Promise<string> {
  const hashes: Uint8Array<ArrayBuffer>[] = [];
  for (let from = 0; from === 0 || from < content.size; from += sliceSize) {
    const slice = content.slice(from, from + sliceSize);
    hashes.push(await sha256(await slice.arrayBuffer()));
  }
  const [only] = hashes;
  const hash =
    hashes.length === 1
      ? only!
      : await sha256(await new Blob(hashes).arrayBuffer());
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
}

async function sha256(
  bytes: ArrayBuffer | Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}
