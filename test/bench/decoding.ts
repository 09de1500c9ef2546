/**
 * Decodes a Parquet file to the values of its columns, row group by row group, with the library as it is: what anyone has to do before
 * there are rows to load.
 */
import { parquetMetadataAsync, parquetRead } from "hyparquet";
import { compressors } from "hyparquet-compressors";

/** Gives how many rows there are. */
export async function decode(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
  const file = new Blob([bytes]);
  const source = {
    byteLength: file.size,
    slice: (start: number, end?: number) =>
      file.slice(start, end).arrayBuffer(),
  };
  const metadata = await parquetMetadataAsync(source);
  let rowStart = 0;
  for (const { num_rows } of metadata.row_groups) {
    const rowEnd = rowStart + Number(num_rows);
    await parquetRead({
      file: source,
      metadata,
      compressors,
      useOffsetIndex: true,
      rowStart,
      rowEnd,
      onChunk() {},
    });
    rowStart = rowEnd;
  }
  return rowStart;
}
