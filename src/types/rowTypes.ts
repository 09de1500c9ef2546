/** TypeScript types of what is in the database. */
import type { NotebookSurroundings } from "./protocol.ts";

type Table = NotebookSurroundings["tables"][number];
type Result = NotebookSurroundings["results"][string];

/** How many rows of a result are looked at for the type of a column that no table has. */
const sampled = 50;
const identifier = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** The declarations that a notebook adds to those of the language: its tables and its attachments. */
export function declareSurroundings({
  tables,
  attachments,
}: NotebookSurroundings): string {
  return [
    "interface Tables {",
    ...tables.map(
      (table) =>
        `  /** ${table.rows === undefined ? "A view" : `${table.rows.toLocaleString("en")} rows`} */ ${toKey(table.name)}: ${rowOfTable(table)}`,
    ),
    "}",
    "interface Attachments {",
    ...attachments.map((name) => `  ${JSON.stringify(name)}: Blob`),
    "}",
  ].join("\n");
}

/** The module that a SQL cell is for the others: its rows under its name. */
export function declareSqlCell(
  cell: { name: string; source: string },
  tables: readonly Table[],
  result: Result | undefined,
): string {
  const row = result ? rowOfResult(cell.source, tables, result) : "SqlRow";
  const query = cell.source.replaceAll("*/", "* /").trim();
  return `/** The rows of the SQL cell: \`${query}\` */\nexport declare const ${cell.name}: Rows<${row}>;\nexport {};\n`;
}

/** Columns that a table has keep its type, unless something else came out; what the query computes has the type of what came out. */
function rowOfResult(
  query: string,
  tables: readonly Table[],
  { columns, rows }: Result,
): string {
  const words = new Set(query.toLowerCase().match(/[\p{L}\p{N}_$]+/gu));
  const read = tables.filter(({ name }) => words.has(name.toLowerCase()));
  // An outer join gives NULL where the column itself has none.
  const mayBeNull =
    words.has("left") || words.has("right") || words.has("full");
  return toRow(
    columns.map((name) => {
      const column = read
        .flatMap((table) => table.columns)
        .find((other) => other.name.toLowerCase() === name.toLowerCase());
      const values = rows.slice(0, sampled).map((row) => row[name]);
      return {
        name,
        type:
          column && fits(column.type, values)
            ? typeOfColumn(mayBeNull ? { ...column, notNull: false } : column)
            : typeOfValues(values),
      };
    }),
  );
}

function rowOfTable({ columns }: Table): string {
  return toRow(
    columns.map((column) => ({
      name: column.name,
      type: typeOfColumn(column),
    })),
  );
}

function toRow(columns: readonly { name: string; type: string }[]): string {
  const fields = columns.map(({ name, type }) => `${toKey(name)}: ${type}`);
  return fields.length === 0 ? "SqlRow" : `{ ${fields.join(", ")} }`;
}

function toKey(name: string): string {
  return identifier.test(name) ? name : JSON.stringify(name);
}

function typeOfColumn({
  type,
  notNull,
  key,
}: Table["columns"][number]): string {
  const known = knownType(type);
  if (known === undefined) return "SqlValue";
  return notNull || key ? known : `${known} | null`;
}

function knownType(type: string): string | undefined {
  if (/INT|REAL|FLOA|DOUB|NUM/i.test(type)) return "number";
  if (/CHAR|CLOB|TEXT/i.test(type)) return "string";
  return /BLOB/i.test(type) ? "Uint8Array" : undefined;
}

/** Whether what came out can be of a column: something that is computed may have its name (`length(name) AS name`). */
function fits(type: string, values: readonly unknown[]): boolean {
  const known = knownType(type);
  return (
    known === undefined ||
    values.every(
      (value) =>
        !/^(?:string|number)$/.test(typeof value) || typeof value === known,
    )
  );
}

/** What the values of a computed column have in common. */
function typeOfValues(values: readonly unknown[]): string {
  const types = new Set(
    values.flatMap((value) => {
      if (value === null || value === undefined) return [];
      return value instanceof Uint8Array ? "Uint8Array" : typeof value;
    }),
  );
  const [type] = types;
  if (type === undefined || types.size > 1) return "SqlValue";
  const isAlwaysThere = values.every(
    (value) => value !== null && value !== undefined,
  );
  return isAlwaysThere ? type : `${type} | null`;
}
