import { compressors as given } from "hyparquet-compressors";

type Decompress = (input: Uint8Array, length: number) => Uint8Array;

/** What unpacks the codecs of Parquet. A page of nothing, as of a column of nulls, is one that not all of them take. */
export const compressors = Object.fromEntries(
  Object.entries(given as Record<string, Decompress>).map(
    ([codec, decompress]): [string, Decompress] => [
      codec,
      (input, length) =>
        length === 0 ? new Uint8Array(0) : decompress(input, length),
    ],
  ),
);
