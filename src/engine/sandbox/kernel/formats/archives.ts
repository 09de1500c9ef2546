import { Gunzip, Inflate } from "fflate";
import { FlowError } from "../../../../core/errors.ts";
import { listNames } from "../../../../core/words.ts";
import { concatBytes } from "../../../../core/concatBytes.ts";
import { crc32 } from "../../../../core/crc32.ts";
import { isGzip, isZip, readSlices } from "./slices.ts";
import { readDirectory, sliceEntry, type ZipEntry } from "./zip.ts";

/** The names of the files in a ZIP file. */
export async function listFiles(blob: Blob, name: string): Promise<string[]> {
  return (await readDirectory(blob, name)).map((entry) => entry.name);
}

/** Programs that pack what is packed already do so once or twice. */
const mostTimes = 5;

/** What is packed in a gzip file, piece by piece, and in that if it is one too. */
export function gunzip(
  packed: AsyncIterable<Uint8Array>,
  name: string,
  times = mostTimes,
): AsyncGenerator<Uint8Array> {
  return unpackInner(gunzipOnce(packed, name), name, times);
}

/** What came out of an archive, unpacked if it is packed with gzip itself. */
async function* unpackInner(
  pieces: AsyncGenerator<Uint8Array, void>,
  name: string,
  times: number,
): AsyncGenerator<Uint8Array> {
  try {
    let first: Uint8Array = new Uint8Array();
    for (let isMore = true; isMore && first.length < 4;) {
      const { value, done } = await pieces.next();
      isMore = !done;
      if (value) first = concatBytes([first, value]);
    }
    const all = (async function* () {
      yield first;
      yield* pieces;
    })();
    if (isZip(first))
      throw new Error(
        `${name} holds a ZIP file in turn. Unpack it elsewhere, and take what comes out.`,
      );
    if (!isGzip(first)) yield* all;
    else if (times > 1) yield* gunzip(all, name, times - 1);
    else
      throw new Error(
        `${name} is packed with gzip more than ${mostTimes} times. Unpack it elsewhere, and take what comes out.`,
      );
  } finally {
    await pieces.return();
  }
}

async function* gunzipOnce(
  packed: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array, void> {
  const damage = () =>
    new Error(
      `${name} is a damaged gzip file: it ends too early, or holds what is not gzip, or not what its checksum says. Get the file again; it may have been cut or changed on the way.`,
    );
  const inflater = new Gunzip();
  const members = new GzipMembers();
  inflater.onmember = (start) => members.end(start);
  yield* inflate(members.watch(packed), inflater, damage, (piece) =>
    members.add(piece),
  );
  members.end();
  if (members.isDamaged) throw damage();
}

/** The members of a gzip file, whose checksums are not looked at by the library. */
class GzipMembers {
  /** What was given to be unpacked last, from where the checksum may be on, and how many bytes there were before that. */
  #pieces: Uint8Array[] = [];
  #before = 0;
  /** Whether the last piece held something of the member, so that its checksum is not before that piece. */
  #isInLast = false;
  #checksum = 0;
  isDamaged = false;

  async *watch(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const slice of packed)
      for (let at = 0; at < slice.length; at += portion) {
        const piece = slice.subarray(at, at + portion);
        if (this.#isInLast)
          for (const old of this.#pieces.splice(0, this.#pieces.length - 1))
            this.#before += old.length;
        this.#isInLast = false;
        this.#pieces.push(piece);
        yield piece;
      }
  }

  /** What was unpacked of the member. */
  add(piece: Uint8Array): void {
    this.#checksum = crc32(piece, this.#checksum);
    this.#isInLast = true;
  }

  /** The member has ended, and the next begins there; the last one ends with the file. */
  end(next?: number): void {
    const bytes = concatBytes(this.#pieces);
    const end = next === undefined ? bytes.length : next - this.#before;
    this.isDamaged ||=
      end < 8 ||
      new DataView(bytes.buffer, bytes.byteOffset).getUint32(end - 8, true) !==
        this.#checksum;
    this.#pieces = [bytes.subarray(end)];
    this.#before += end;
    this.#checksum = 0;
  }
}

/** A file in a ZIP file, piece by piece, unpacked if it is packed with gzip itself; without `wanted`, the only one that it holds. */
export async function* unzip(
  blob: Blob,
  name: string,
  wanted: string | undefined,
): AsyncGenerator<Uint8Array> {
  const entry = pick(await readDirectory(blob, name), name, wanted);
  const pieces = unzipEntry(blob, name, entry);
  yield* unpackInner(pieces, `${entry.name} in ${name}`, mostTimes + 1);
}

async function* unzipEntry(
  blob: Blob,
  name: string,
  entry: ZipEntry,
): AsyncGenerator<Uint8Array, void> {
  if (entry.isEncrypted)
    throw new Error(
      `${entry.name} in ${name} is encrypted. Unpack it elsewhere, and attach what comes out.`,
    );
  if (entry.method !== 0 && entry.method !== 8)
    throw new Error(
      `${entry.name} in ${name} is packed by the method ${entry.method}, and only deflate can be unpacked. Pack it anew as an ordinary ZIP file.`,
    );
  const packed = await sliceEntry(blob, entry, name);
  const damage = () =>
    new Error(
      `${entry.name} in ${name} is damaged. Get the file again; it may have been changed on the way.`,
    );
  let size = 0;
  let checksum = 0;
  for await (const piece of entry.method === 0
    ? readSlices(packed)
    : inflate(readSlices(packed), new Inflate(), damage)) {
    size += piece.length;
    // What unpacks to more than it says would go on for as long as it likes.
    if (size > entry.size) throw damage();
    checksum = crc32(piece, checksum);
    yield piece;
  }
  if (size !== entry.size || checksum !== entry.checksum) throw damage();
}

/** What macOS adds to archives, which nobody means. */
const isOfSystem = ({ name }: ZipEntry) =>
  name.startsWith("__MACOSX/") || /(?:^|\/)(?:\.DS_Store|\._[^/]*)$/.test(name);

function pick(
  entries: readonly ZipEntry[],
  name: string,
  wanted: string | undefined,
): ZipEntry {
  const found = entries.find((one) => one.name === wanted);
  if (found) return found;
  const own = entries.filter((one) => !isOfSystem(one));
  if (own.length === 0) throw new Error(`${name} is a ZIP file without files.`);
  if (own.length === 1 && wanted === undefined) return own[0]!;
  const names = listNames(
    own.map((entry) => entry.name),
    10,
  );
  throw new FlowError(
    "invalid-option",
    wanted === undefined
      ? `${name} holds ${own.length} files: ${names}. Say which one: { entry: ${JSON.stringify(own[0]!.name)} }.`
      : `${name} holds no file ${JSON.stringify(wanted)}. It holds ${names}.`,
  );
}

/** What is unpacked at a time: little, since it may come out a thousand times as large. */
const portion = 1 << 16;

interface Inflater {
  ondata: ((piece: Uint8Array, isLast: boolean) => void) | undefined;
  push(piece: Uint8Array, isLast: boolean): void;
}

async function* inflate(
  packed: AsyncIterable<Uint8Array>,
  stream: unknown,
  damage: () => Error,
  tell: (piece: Uint8Array) => void = () => {},
): AsyncGenerator<Uint8Array> {
  const inflater = stream as Inflater;
  const pieces: Uint8Array[] = [];
  inflater.ondata = (piece) => {
    if (piece.length === 0) return;
    tell(piece);
    pieces.push(piece);
  };
  const push = (piece: Uint8Array, isLast: boolean) => {
    try {
      inflater.push(piece, isLast);
    } catch (cause) {
      throw Object.assign(damage(), { cause });
    }
    return pieces.splice(0);
  };
  for await (const slice of packed)
    for (let at = 0; at < slice.length; at += portion)
      yield* push(slice.subarray(at, at + portion), false);
  yield* push(new Uint8Array(), true);
}
