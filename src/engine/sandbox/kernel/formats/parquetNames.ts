/**
 * Columns and fields of Parquet that are called `__proto__`. The library assigns to the fields of its objects by their names, which
 * for this one makes no field. So it is told another name, and the objects get the right one here.
 */
import type { FileMetaData } from "hyparquet";

const taken = "__proto__";
const standIn = "\0__proto__";

/** The name that the library is told. */
export function nameForLibrary(name: string): string {
  return name === taken ? standIn : name;
}

/** The name that the file has. */
export function ownName(name: string): string {
  return name === standIn ? taken : name;
}

/** The metadata with names that the library can assign to; the same if they all are. */
export function withSafeNames(metadata: FileMetaData): FileMetaData {
  if (!metadata.schema.some(({ name }) => name === taken)) return metadata;
  return {
    ...metadata,
    schema: metadata.schema.map((element) => ({
      ...element,
      name: nameForLibrary(element.name),
    })),
    row_groups: metadata.row_groups.map((group) => ({
      ...group,
      columns: group.columns.map((column) =>
        column.meta_data
          ? {
              ...column,
              meta_data: {
                ...column.meta_data,
                path_in_schema:
                  column.meta_data.path_in_schema.map(nameForLibrary),
              },
            }
          : column,
      ),
    })),
  };
}

/** An object of the library with the names of the file. */
export function withOwnNames<T extends object>(made: T): T {
  if (!Object.hasOwn(made, standIn)) return made;
  return Object.fromEntries(
    Object.entries(made).map(([name, value]) => [
      ownName(name),
      value as unknown,
    ]),
  ) as T;
}
