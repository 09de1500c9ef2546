/** The directory of a ZIP file, read from its end, so that only what is asked for is read at all. */

/** A file in a ZIP file. */
export interface ZipEntry {
  name: string;
  /** 0: as it is; 8: deflated. */
  method: number;
  isEncrypted: boolean;
  /** CRC-32 of what is packed. */
  checksum: number;
  packedSize: number;
  size: number;
  /** Where its local header begins. */
  offset: number;
}

const endSize = 22;
const longestComment = 0xffff;
const signatures = {
  entry: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator64: 0x07064b50,
  local: 0x04034b50,
};

async function viewOf(
  blob: Blob,
  start: number,
  end: number,
): Promise<DataView<ArrayBuffer>> {
  return new DataView(await blob.slice(start, end).arrayBuffer());
}

const damage = (name: string, what: string) =>
  new Error(
    `${name} is a damaged ZIP file: ${what}. Get the file again; it may have been cut on the way.`,
  );

/** The files in a ZIP file, without folders. `name` is what messages call it. */
export async function readDirectory(
  blob: Blob,
  name: string,
): Promise<ZipEntry[]> {
  const tailStart = Math.max(0, blob.size - endSize - longestComment);
  const tail = await viewOf(blob, tailStart, blob.size);
  let at = tail.byteLength - endSize;
  while (at >= 0 && tail.getUint32(at, true) !== signatures.end) at -= 1;
  if (at < 0) throw damage(name, "its directory is missing");
  let size = tail.getUint32(at + 12, true);
  let offset = tail.getUint32(at + 16, true);
  const end64 = await findEnd64(blob, tail, at);
  if (end64) ({ size, offset } = end64);
  if (offset + size > blob.size) throw damage(name, "its directory is cut");
  const directory = await viewOf(blob, offset, offset + size);
  const entries: ZipEntry[] = [];
  for (let position = 0; position + 46 <= size;) {
    const found = tryEntry(directory, position);
    if (!found) throw damage(name, "its directory cannot be read");
    const { entry, end } = found;
    if (!entry.name.endsWith("/")) entries.push(entry);
    position = end;
  }
  return entries;
}

/** Where the directory of a file beyond 4 GB is. */
async function findEnd64(
  blob: Blob,
  tail: DataView,
  end: number,
): Promise<{ size: number; offset: number } | undefined> {
  const locator = end - 20;
  if (locator < 0 || tail.getUint32(locator, true) !== signatures.locator64)
    return undefined;
  const start = Number(tail.getBigUint64(locator + 8, true));
  const view = await viewOf(blob, start, start + 56);
  if (view.byteLength < 56 || view.getUint32(0, true) !== signatures.end64)
    return undefined;
  return {
    size: Number(view.getBigUint64(40, true)),
    offset: Number(view.getBigUint64(48, true)),
  };
}

/** The entry at a place; undefined if there is none, or one that goes on behind the directory. */
function tryEntry(
  view: DataView<ArrayBuffer>,
  at: number,
): { entry: ZipEntry; end: number } | undefined {
  if (view.getUint32(at, true) !== signatures.entry) return undefined;
  try {
    return readEntry(view, at);
  } catch {
    return undefined;
  }
}

function readEntry(
  view: DataView<ArrayBuffer>,
  at: number,
): { entry: ZipEntry; end: number } {
  const nameLength = view.getUint16(at + 28, true);
  const extraLength = view.getUint16(at + 30, true);
  const nameEnd = at + 46 + nameLength;
  const entry: ZipEntry = {
    name: new TextDecoder().decode(
      new Uint8Array(view.buffer, at + 46, nameLength),
    ),
    method: view.getUint16(at + 10, true),
    isEncrypted: (view.getUint16(at + 8, true) & 1) === 1,
    checksum: view.getUint32(at + 16, true),
    packedSize: view.getUint32(at + 20, true),
    size: view.getUint32(at + 24, true),
    offset: view.getUint32(at + 42, true),
  };
  readExtra64(view, nameEnd, nameEnd + extraLength, entry);
  return {
    entry,
    end: nameEnd + extraLength + view.getUint16(at + 32, true),
  };
}

/** Sizes that do not fit 32 bits stand in a field of their own, in this order, each only if it is needed. */
function readExtra64(
  view: DataView,
  start: number,
  end: number,
  entry: ZipEntry,
): void {
  for (let at = start; at + 4 <= end;) {
    const length = view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === 1) {
      let field = at + 4;
      for (const key of ["size", "packedSize", "offset"] as const) {
        if (entry[key] !== 0xffffffff) continue;
        entry[key] = Number(view.getBigUint64(field, true));
        field += 8;
      }
      return;
    }
    at += 4 + length;
  }
}

/** The bytes of an entry as they lie in the file. */
export async function sliceEntry(
  blob: Blob,
  { offset, packedSize, name: entry }: ZipEntry,
  name: string,
): Promise<Blob> {
  const header = await viewOf(blob, offset, offset + 30);
  if (header.byteLength < 30 || header.getUint32(0, true) !== signatures.local)
    throw damage(name, `${entry} is not where the directory says`);
  const start =
    offset + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  if (start + packedSize > blob.size) throw damage(name, `${entry} is cut`);
  return blob.slice(start, start + packedSize);
}
