import type { FileMetaData, SchemaTree } from "hyparquet";
import { listNames } from "../../../../core/words.ts";
import type { ToldSource } from "./badLines.ts";
import { ownName } from "./parquetNames.ts";
import type { SlicedFile } from "./slicedFile.ts";

/** What went wrong with a file, with what to do. `found` is the file and what it says of itself, if it has come to that. */
export async function explain(
  thrown: unknown,
  { name }: ToldSource,
  found?: { file: SlicedFile; metadata: FileMetaData },
): Promise<unknown> {
  // What a file that is read over the network says of itself is true as it is.
  if (
    !(thrown instanceof Error) ||
    /got no answer|broke off|answered \d/.test(thrown.message)
  )
    return thrown;
  if (thrown instanceof RangeError && found && (await hasNestedPagesV2(found)))
    return new Error(
      `${name} cannot be read as Parquet: its nested columns are in data pages of version 2, of which lists that are null or empty cannot be read. Have it written with pages of version 1 (in pyarrow data_page_version="1.0"), or read its other columns: { columns: [...] }.`,
      { cause: thrown },
    );
  const advice = thrown.message.includes("support")
    ? "Read the columns that can be read: { columns: [...] }, or have the file written otherwise"
    : "Get the file again if it may be damaged";
  return new Error(
    `${name} cannot be read as Parquet: ${thrown.message}. ${advice}.`,
    { cause: thrown },
  );
}

/** The types that the library does not read. */
const unreadTypes: readonly unknown[] = ["INTERVAL", "BSON"];

/** Refuses columns of types that are not read, by their names, with those that are. */
export function refuseUnread(
  known: ReadonlyMap<string, SchemaTree>,
  wanted: readonly string[],
  { name }: ToldSource,
): void {
  const typeOf = (column: string) => findUnread(known.get(column)!);
  const unread = wanted.filter(typeOf);
  if (unread.length === 0) return;
  const told = unread.map((column) => `${ownName(column)} (${typeOf(column)})`);
  const others = [...known.keys()].filter((column) => !typeOf(column));
  const advice =
    others.length > 0
      ? `Read the others: { columns: ${JSON.stringify(others.map(ownName))} }`
      : "Have it written otherwise";
  throw new Error(
    `${name} has columns of types that cannot be read: ${listNames(told, 20)}. ${advice}.`,
  );
}

function findUnread({ element, children }: SchemaTree): string | undefined {
  const { converted_type: type } = element;
  if (type && unreadTypes.includes(type)) return type;
  for (const child of children) {
    const found = findUnread(child);
    if (found) return found;
  }
  return undefined;
}

/** How a page of version 2 begins: with its kind, which is 3. */
const beginningV2 = [0x15, 6];

/**
 * The library looks for a value where a list is null or empty, which writers do not count among the nulls of such a page. What
 * the metadata says of pages is not true of all writers, so the first page of each column says it.
 */
async function hasNestedPagesV2({
  file,
  metadata,
}: {
  file: SlicedFile;
  metadata: FileMetaData;
}): Promise<boolean> {
  for (const { meta_data } of metadata.row_groups[0]?.columns ?? []) {
    if (!meta_data || meta_data.path_in_schema.length < 2) continue;
    const start = Number(meta_data.data_page_offset);
    try {
      const bytes = new Uint8Array(await file.slice(start, start + 2));
      if (beginningV2.every((byte, at) => bytes[at] === byte)) return true;
    } catch {
      return false;
    }
  }
  return false;
}
