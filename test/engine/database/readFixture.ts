/** Notebooks' stores as Flowbook left them in earlier formats, from format 2 on. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** What JSON cannot say is written as an object with one key. */
const decoders: Readonly<Record<string, (value: never) => unknown>> = {
  $bytes: (base64: string) => new Uint8Array(Buffer.from(base64, "base64")),
  $int32: (numbers: number[]) => Int32Array.from(numbers),
  $float64: (numbers: number[]) => Float64Array.from(numbers),
  $date: (time: number) => new Date(time),
  $blob: (text: string) => new Blob([text]),
  $blobOfBytes: (base64: string) => new Blob([Buffer.from(base64, "base64")]),
  $gzip: (base64: string) => new Uint8Array(unzip(base64)),
  $gzipBlob: (base64: string) => new Blob([unzip(base64)]),
  $undefined: () => undefined,
};

function unzip(base64: string): Uint8Array<ArrayBuffer> {
  return gunzipSync(Buffer.from(base64, "base64"));
}

/** The entries of the store of a format. */
export function readFixture(format: number): [IDBValidKey, unknown][] {
  const file = new URL(
    `../../fixtures/format-${format}/store.json`,
    import.meta.url,
  );
  return JSON.parse(readFileSync(file, "utf8"), (_, value: unknown) => {
    if (typeof value !== "object" || value === null) return value;
    const [entry, ...more] = Object.entries(value);
    const decode = entry && more.length === 0 ? decoders[entry[0]] : undefined;
    return decode ? decode(entry![1] as never) : value;
  }) as [IDBValidKey, unknown][];
}
