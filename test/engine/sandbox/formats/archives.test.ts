import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import {
  gunzip,
  listFiles,
  unzip,
} from "../../../../src/engine/sandbox/kernel/formats/archives.ts";
import { crc32 } from "../../../../src/core/crc32.ts";
import {
  joinPieces,
  readSlices,
} from "../../../../src/engine/sandbox/kernel/formats/slices.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const blobOf = (...parts: Uint8Array[]) => new Blob(parts as BlobPart[]);

async function textOf(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  return new TextDecoder().decode(await joinPieces(pieces));
}

async function* cut(
  bytes: ArrayBuffer,
  size: number,
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += size)
    yield new Uint8Array(bytes.slice(at, at + size));
}

/** More than two slices of a file, and hard to pack. */
const long = Array.from({ length: 400_000 }, (_, n) =>
  ((n * 2654435761) % 4294967296).toString(36),
).join();

describe("gzip", () => {
  const unpack = (blob: Blob) => textOf(gunzip(readSlices(blob), "a.gz"));

  test("is unpacked, however long, and however many members it has", async () => {
    expect(await unpack(blobOf(gzipSync(long)))).toBe(long);
    expect(await unpack(blobOf(gzipSync("one,"), gzipSync("two")))).toBe(
      "one,two",
    );
    expect(await unpack(blobOf(gzipSync("")))).toBe("");
  });

  test("is unpacked as often as it was packed, wherever it is cut", async () => {
    const packed = (text: string, times: number) => {
      let bytes = gzipSync(text);
      for (let time = 1; time < times; time += 1) bytes = gzipSync(bytes);
      return bytes;
    };
    expect(await unpack(blobOf(packed(long, 2)))).toBe(long);
    expect(await unpack(blobOf(packed("", 3)))).toBe("");
    expect(await unpack(blobOf(packed("x", 5)))).toBe("x");
    const twice = packed("a,b\n1,2\n", 2);
    const bytes = twice.buffer.slice(
      twice.byteOffset,
      twice.byteOffset + twice.length,
    ) as ArrayBuffer;
    for (const size of [1, 2, 7])
      expect(await textOf(gunzip(cut(bytes, size), "a.gz"))).toBe("a,b\n1,2\n");
    await expect(unpack(blobOf(packed("x", 6)))).rejects.toThrow(
      "a.gz is packed with gzip more than 5 times. Unpack it elsewhere,",
    );
    const inner = blobOf(gzipSync(packed(long, 2).subarray(0, 50_000)));
    await expect(unpack(inner)).rejects.toThrow(/damaged gzip file/);
    const zipped = zipSync({ "a.csv.gz.gz": packed("y", 2) });
    expect(await textOf(unzip(blobOf(zipped), "a.zip", undefined))).toBe("y");
  });

  test("and ZIP that hold a ZIP file say so", async () => {
    const zipped = zipSync({ "a.csv": bytesOf("a") });
    await expect(unpack(blobOf(gzipSync(zipped)))).rejects.toThrow(
      "a.gz holds a ZIP file in turn. Unpack it elsewhere, and take what comes out.",
    );
    const twice = blobOf(zipSync({ "b.zip": zipped }));
    await expect(textOf(unzip(twice, "a.zip", undefined))).rejects.toThrow(
      "b.zip in a.zip holds a ZIP file in turn.",
    );
  });

  test("that is cut or damaged says so", async () => {
    const packed = gzipSync(long);
    const half = unpack(blobOf(packed.subarray(0, packed.length / 2)));
    await expect(half).rejects.toThrow(/^a\.gz is a damaged gzip file/);
    const broken = Uint8Array.from(packed);
    broken.fill(0xff, 100, 200);
    await expect(unpack(blobOf(broken))).rejects.toThrow(/damaged/);
  });

  test("with a byte that is another is damaged, whichever member and slice it is in", async () => {
    // Stored as it is, so that a changed byte unpacks without an error.
    const stored = (text: string) => gzipSync(text, { level: 0 });
    const parts = [stored("one, and"), stored(long), stored("three, and")];
    const whole = await blobOf(...parts).arrayBuffer();
    for (const size of [4999, 60_001])
      expect(await textOf(gunzip(cut(whole, size), "a.gz"))).toBe(
        `one, and${long}three, and`,
      );
    for (const at of [20, 1_000_000, whole.byteLength - 12]) {
      const bytes = new Uint8Array(whole.slice(0));
      bytes[at]! ^= 1;
      await expect(unpack(blobOf(bytes))).rejects.toThrow(
        /damaged gzip file: .*checksum/,
      );
    }
  });

  test("is looked at whatever the names and comments of its members are", async () => {
    /** The member with a name in its header. */
    const named = (packed: Uint8Array, length: number) => {
      const header = Uint8Array.from(packed.subarray(0, 10));
      header[3] = 8;
      const name = new Uint8Array(length).fill(65);
      return [header, name, Uint8Array.of(0), packed.subarray(10)];
    };
    const first = gzipSync("one, and", { level: 0 });
    for (const length of [1, 1016, 70_000])
      for (const size of [997, 70_000]) {
        const parts = [
          first,
          ...named(gzipSync("two, and", { level: 0 }), length),
          ...named(gzipSync(""), length),
          ...named(gzipSync("four"), length),
        ];
        const whole = await blobOf(...parts).arrayBuffer();
        expect(await textOf(gunzip(cut(whole, size), "a.gz"))).toBe(
          "one, andtwo, andfour",
        );
        for (const at of [17, first.length + 10 + length + 10]) {
          const bytes = new Uint8Array(whole.slice(0));
          bytes[at]! ^= 1;
          await expect(
            textOf(gunzip(cut(bytes.buffer, size), "a.gz")),
          ).rejects.toThrow(/damaged gzip file: .*checksum/);
        }
      }
  });
});

describe("ZIP", () => {
  const unpack = (blob: Blob, entry?: string) =>
    textOf(unzip(blob, "a.zip", entry));
  const several = blobOf(
    zipSync({
      "a.csv": bytesOf("a\n1"),
      folder: { "é.csv": [bytesOf("b\n2"), { level: 0 }] },
      "empty/": new Uint8Array(),
    }),
  );

  test("gives its only file, or the one that is asked for", async () => {
    expect(await unpack(blobOf(zipSync({ x: bytesOf(long) })))).toBe(long);
    expect(await unpack(several, "a.csv")).toBe("a\n1");
    expect(await unpack(several, "folder/é.csv")).toBe("b\n2");
    expect(await listFiles(several, "a.zip")).toEqual([
      "a.csv",
      "folder/é.csv",
    ]);
  });

  test("with a byte that is another is damaged", async () => {
    for (const level of [0, 6] as const) {
      const packed = zipSync({ "x.csv": [bytesOf(long), { level }] });
      packed[packed.length >> 1]! ^= 1;
      await expect(unpack(blobOf(packed))).rejects.toThrow(
        /^x\.csv in a\.zip is damaged/,
      );
    }
  });

  test("does not count what macOS adds to it", async () => {
    const junk = {
      "__MACOSX/._x": bytesOf("junk"),
      ".DS_Store": bytesOf("junk"),
      "d/.DS_Store": bytesOf("junk"),
      "d/._y": bytesOf("junk"),
    };
    const blob = blobOf(zipSync({ ...junk, x: bytesOf("mine") }));
    expect(await unpack(blob)).toBe("mine");
    expect(await unpack(blob, ".DS_Store")).toBe("junk");
    await expect(unpack(blob, "y")).rejects.toThrow(
      'a.zip holds no file "y". It holds x.',
    );
    await expect(
      unpack(blobOf(zipSync({ ...junk, x: bytesOf(""), "d/y": bytesOf("") }))),
    ).rejects.toThrow("a.zip holds 2 files: x and d/y. Say which one");
    await expect(unpack(blobOf(zipSync(junk)))).rejects.toThrow(
      /without files/,
    );
  });

  test("that holds a gzip file gives what is in that", async () => {
    const inner = gzipSync(long);
    for (const level of [0, 6] as const) {
      const packed = zipSync({ "a.csv.gz": [inner, { level }] });
      expect(await unpack(blobOf(packed))).toBe(long);
    }
    const cut = zipSync({ "a.csv.gz": inner.subarray(0, 5000) });
    await expect(unpack(blobOf(cut))).rejects.toThrow(
      /^a\.csv\.gz in a\.zip is a damaged gzip file/,
    );
  });

  test("with several files asks which one, and knows no others", async () => {
    await expect(unpack(several)).rejects.toThrow(
      'a.zip holds 2 files: a.csv and folder/é.csv. Say which one: { entry: "a.csv" }.',
    );
    await expect(unpack(several, "b.csv")).rejects.toThrow(
      'a.zip holds no file "b.csv". It holds a.csv and folder/é.csv.',
    );
    await expect(unpack(blobOf(zipSync({})))).rejects.toThrow(/without files/);
  });

  test("reads only the directory and the file that is asked for", async () => {
    const blob = blobOf(
      zipSync({ small: bytesOf("s"), large: bytesOf(long) }, { level: 0 }),
    );
    let read = 0;
    const { slice } = Blob.prototype;
    blob.slice = function (start, end, type) {
      const part = slice.call(this, start, end, type);
      read += part.size;
      return part;
    };
    expect(await unpack(blob, "small")).toBe("s");
    expect(read).toBeLessThan(100_000);
    expect(blob.size).toBeGreaterThan(2_000_000);
  });

  test("beyond 4 GB has its sizes elsewhere", async () => {
    expect(await unpack(blobOf(makeZip64("x", bytesOf("far away"))))).toBe(
      "far away",
    );
  });

  test("that unpacks to more than it says is given up there", async () => {
    const size = 50_000_000;
    const bytes = zipSync({ x: new Uint8Array(size) });
    const view = new DataView(bytes.buffer);
    const directory = view.getUint32(bytes.length - 6, true);
    view.setUint32(directory + 24, 1_000, true);
    let read = 0;
    const pieces = unzip(blobOf(bytes), "a.zip", undefined);
    await expect(
      (async () => {
        for await (const piece of pieces) read += piece.length;
      })(),
    ).rejects.toThrow(/^x in a\.zip is damaged/);
    expect(read).toBeLessThan(size / 2);
  });

  test("that is cut, damaged, encrypted or packed otherwise says so", async () => {
    const bytes = zipSync({ x: bytesOf(long) });
    await expect(unpack(blobOf(bytes.subarray(0, 1_000_000)))).rejects.toThrow(
      /^a\.zip is a damaged ZIP file: its directory is missing/,
    );
    await expect(unpack(blobOf(bytes.subarray(500)))).rejects.toThrow(
      /damaged ZIP file/,
    );
    const broken = Uint8Array.from(bytes);
    broken.fill(0xff, 1000, 2000);
    await expect(unpack(blobOf(broken))).rejects.toThrow(
      /^x in a\.zip is damaged/,
    );
    const changed = (at: number, value: number) => {
      const copy = Uint8Array.from(bytes);
      const directory = new DataView(copy.buffer).getUint32(
        copy.length - 6,
        true,
      );
      copy[directory + at] = value;
      return blobOf(copy);
    };
    await expect(unpack(changed(8, 1))).rejects.toThrow(/is encrypted/);
    await expect(unpack(changed(10, 14))).rejects.toThrow(/by the method 14/);
    await expect(unpack(changed(24, 1))).rejects.toThrow(/is damaged/);
    // The lengths of what stands behind an entry, which then goes on behind the directory.
    for (const at of [29, 31])
      await expect(unpack(changed(at, 0x7f))).rejects.toThrow(
        "a.zip is a damaged ZIP file: its directory cannot be read.",
      );
  });
});

/** A ZIP file of one stored file whose directory counts in 64 bits. */
function makeZip64(name: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1000);
  const view = new DataView(bytes.buffer);
  let at = 0;
  const put = (...fields: [bytes: 1 | 2 | 4 | 8, value: number][]) => {
    for (const [size, value] of fields) {
      if (size === 2) view.setUint16(at, value, true);
      else if (size === 4) view.setUint32(at, value, true);
      else view.setBigUint64(at, BigInt(value), true);
      at += size;
    }
  };
  const text = (part: Uint8Array) => {
    bytes.set(part, at);
    at += part.length;
  };
  const nameBytes = bytesOf(name);
  const checksum = crc32(data, 0);
  put([4, 0x04034b50], [2, 45], [2, 0], [2, 0], [4, 0], [4, checksum]);
  put([4, data.length], [4, data.length], [2, nameBytes.length], [2, 0]);
  text(nameBytes);
  text(data);
  const directory = at;
  put([4, 0x02014b50], [2, 45], [2, 45], [2, 0], [2, 0]);
  put([4, 0], [4, checksum]);
  put([4, 0xffffffff], [4, 0xffffffff], [2, nameBytes.length], [2, 28]);
  put([2, 0], [2, 0], [2, 0], [4, 0], [4, 0xffffffff]);
  text(nameBytes);
  put([2, 1], [2, 24], [8, data.length], [8, data.length], [8, 0]);
  const size = at - directory;
  const end = at;
  put([4, 0x06064b50], [8, 44], [2, 45], [2, 45], [4, 0], [4, 0]);
  put([8, 1], [8, 1], [8, size], [8, directory]);
  put([4, 0x07064b50], [4, 0], [8, end], [4, 1]);
  put([4, 0x06054b50], [2, 0], [2, 0], [2, 1], [2, 1]);
  put([4, 0xffffffff], [4, 0xffffffff], [2, 0]);
  return bytes.slice(0, at);
}
