/**
 * The text of a function that adds rows of one shape to a RecordWriter. For every value the engine of the browser then
 * knows the field by its place and has the cases apart, which makes it several times as fast as a loop over the fields.
 *
 * It has no name of a notebook in it except as JSON, and does nothing else than `RecordWriter.add` does with such a row.
 */
import { roomOf } from "../../records/recordWriter.ts";

/** More fields than this make a function that is too long to become fast. */
export const mostEncodedFields = 200;

/** What the function calls, by the names that it has for it. */
export const encoderCalls = [
  "putText",
  "putOther",
  "roomForText",
  "writeVarint",
  "sizeOfVarint",
] as const;

/** Where the values of rows come from. */
export type EncoderForm =
  /** A list of rows; the encoder stops at one that has other fields, or these in another order. */
  | "rows"
  /** A list of columns. */
  | "columns";

/** A field of the rows, and the column that it goes to. */
export interface EncodedField {
  name: string;
  column: number;
}

/**
 * The text of an expression: a function that is given what an encoder calls, and gives the encoder. That one is given a writer, the
 * rows or columns, the first row and the end; it adds rows until the writer is full, and gives the first that it did not add.
 */
export function encoderSource(
  fields: readonly EncodedField[],
  form: EncoderForm,
): string {
  const width = Math.max(...fields.map(({ column }) => column)) + 1;
  const missing = width - fields.length;
  const room = roomOf(width);
  const ordered = [...fields.entries()].sort(
    ([, one], [, other]) => one.column - other.column,
  );
  const fieldOf = new Map(
    ordered.map(([index, { column }]) => [column, index]),
  );
  const serials = Array.from({ length: width }, (_, column) => {
    const index = fieldOf.get(column);
    return index === undefined
      ? "bytes[to++] = 0;"
      : `if (s${index} < 128) bytes[to++] = s${index}; else to = writeVarint(bytes, to, s${index});`;
  });
  const isRows = form === "rows";
  return [
    `(${encoderCalls.join(", ")}) => {`,
    `const names = ${JSON.stringify(fields.map(({ name }) => name))};`,
    "return (writer, given, row, end) => {",
    "let bytes = writer.bytes, view = writer.view;",
    ...(isRows
      ? []
      : fields.map((_, index) => `const c${index} = given[${index}];`)),
    "for (; row < end && !writer.isFull; row += 1) {",
    ...(isRows ? [checkShape(fields.length)] : []),
    "const body = writer.at + writer.gap;",
    `let at = body, types = ${missing};`,
    makeRoom(room),
    ...ordered.map(([index, { name }]) => {
      const value = isRows
        ? `values[${JSON.stringify(name)}]`
        : `c${index}[row]`;
      return `const v${index} = ${value}; let s${index} = 0;\n${put(index, name, room)}`;
    }),
    "let to = writer.open(body, at, types);",
    ...serials,
    "writer.close(at - body);",
    "}",
    "return row;",
    "}",
    "}",
  ].join("\n");
}

/** Stops where the row is not of the shape that the encoder is for. */
function checkShape(fields: number): string {
  return `const values = given[row];
if (typeof values !== "object" || values === null) break;
let count = 0;
for (const name in values) {
if (name !== names[count]) { count = -1; break; }
count += 1;
}
if (count !== ${fields}) break;`;
}

/** Sees to it that there are so many bytes behind what was written of the row. */
function makeRoom(size: number | string, exactly = size): string {
  return `if (at + ${size} > bytes.length) { writer.grow(at, ${exactly}); bytes = writer.bytes; view = writer.view; }`;
}

/** Writes a value, and notes its serial type. There is room for all that are numbers; any other must leave as much. */
function put(index: number, name: string, room: number): string {
  const v = `v${index}`;
  const s = `s${index}`;
  return `if (typeof ${v} === "number") {
types += 1;
if (${v} === (${v} | 0)) {
if (${v} >= -128 && ${v} < 128) {
if (${v} === 0) ${s} = 8;
else if (${v} === 1) ${s} = 9;
else { ${s} = 1; bytes[at] = ${v}; at += 1; }
} else if (${v} >= -32768 && ${v} < 32768) { ${s} = 2; view.setInt16(at, ${v}); at += 2; }
else if (${v} >= -8388608 && ${v} < 8388608) { ${s} = 3; bytes[at] = ${v} >> 16; bytes[at + 1] = ${v} >> 8; bytes[at + 2] = ${v}; at += 3; }
else { ${s} = 4; view.setInt32(at, ${v}); at += 4; }
} else if (${v} === ${v} && Math.floor(${v}) !== ${v}) { ${s} = 7; view.setFloat64(at, ${v}); at += 8; }
else { ${s} = writer.serialOf(${v}); at = writer.putNumber(at, ${v}, ${s}); }
} else if (typeof ${v} === "string") {
${makeRoom(`${v}.length * 3 + ${room}`, `roomForText(${v}) + ${room}`)}
const end = putText(bytes, at, ${v});
${s} = (end - at) * 2 + 13;
types += ${s} < 128 ? 1 : ${s} < 16384 ? 2 : sizeOfVarint(${s});
at = end;
} else if (${v} === null || ${v} === undefined) types += 1;
else if (typeof ${v} === "boolean") { types += 1; ${s} = ${v} ? 9 : 8; }
else {
at = putOther(writer, at, ${v}, ${JSON.stringify(name)}, ${room});
${s} = writer.serial;
types += sizeOfVarint(${s});
bytes = writer.bytes;
view = writer.view;
}`;
}
