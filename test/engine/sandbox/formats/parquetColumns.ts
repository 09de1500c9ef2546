import { valuesOf } from "../../../../src/engine/sandbox/kernel/formats/columnRecords.ts";
import { streamParquetColumns } from "../../../../src/engine/sandbox/kernel/formats/parquet.ts";

/** The columns of each row group, with a value for each row. */
export async function* columnsOf(
  ...given: Parameters<typeof streamParquetColumns>
) {
  for await (const { columns, ...group } of streamParquetColumns(...given))
    yield { ...group, values: columns.map(valuesOf) };
}
