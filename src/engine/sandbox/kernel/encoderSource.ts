/**
 * The text of a function that adds rows of one shape to a {@link RecordWriter}. For every value the engine of the browser then
 * knows the field by its place and has the cases apart, which makes it several times as fast as a loop over the fields.
 *
 * It has no name of a notebook in it except as JSON, and does nothing else than `RecordWriter.add` does with such a row.
 */

import { longestIsoDate } from "./isoDate.ts";

/** More fields than this make a function that is too long to become fast. */
export const mostEncodedFields = 200;

/** What the function calls, by the names that it has for it. */
export const encoderCalls = [
  "putText",
  "roomForText",
  "roomForBytes",
  "writeVarint",
  "sizeOfVarint",
  "narrowBigint",
  "putIsoDate",
] as const;

/** Where the values of rows come from. */
export type EncoderForm =
  /** `(writer, row) => boolean`: adds a row; false if it has other fields, or these in another order. */
  | "row"
  /** `(writer, columns, row, end) => number`: adds rows until the writer is full; gives the first that it did not add. */
  | "columns";

/** A field of the rows, and the column that it goes to. */
export interface EncodedField {
  name: string;
  column: number;
}

/** The text of an expression: a function that is given what an encoder calls, and gives the encoder. */
export function encoderSource(
  fields: readonly EncodedField[],
  form: EncoderForm,
): string {
  const width = Math.max(...fields.map(({ column }) => column)) + 1;
  const missing = width - fields.length;
  const ordered = [...fields.entries()].sort(
    ([, one], [, other]) => one.column - other.column,
  );
  const read = fields.map(({ name }, index) =>
    form === "row"
      ? `let v${index} = row[${JSON.stringify(name)}];`
      : `let v${index} = columns[${index}][row];`,
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
  const add = [
    ...read,
    `let room = ${32 + width * 18};`,
    ...fields.map(({ name }, index) => measure(index, name)),
    "writer.reserve(room);",
    "const bytes = writer.bytes, view = writer.view;",
    "const body = writer.at + writer.gap;",
    `let at = body, types = ${missing};`,
    ...ordered.map(([index]) => put(index)),
    "let to = writer.open(body, at, types);",
    ...serials,
    "writer.close(at - body);",
  ].join("\n");
  const names = JSON.stringify(fields.map(({ name }) => name));
  const body =
    form === "row"
      ? `const names = ${names};
return (writer, row) => {
if (typeof row !== "object" || row === null) return false;
let fields = 0;
for (const name in row) {
if (name !== names[fields]) return false;
fields += 1;
}
if (fields !== ${fields.length}) return false;
${add}
return true;
}`
      : `return (writer, columns, row, end) => {
for (; row < end && !writer.isFull; row += 1) {
${add}
}
return row;
}`;
  return `(${encoderCalls.join(", ")}) => {\n${body}\n}`;
}

/**
 * Makes what is stored of a value that is no number, and room for it. Numbers are kept apart, so that they need no object, and so
 * are dates, of which no text need be made: of one, what is stored stays undefined.
 */
function measure(index: number, name: string): string {
  const v = `v${index}`;
  const x = `x${index}`;
  const t = `t${index}`;
  return `let ${x} = null, ${t} = 0;
if (typeof ${v} === "bigint") ${v} = narrowBigint(${v});
if (typeof ${v} === "string") { ${x} = ${v}; room += roomForText(${v}); }
else if (typeof ${v} !== "number" && ${v} !== null) {
if (${v} instanceof Date && (${t} = ${v}.getTime()) === ${t}) { ${x} = undefined; room += ${longestIsoDate}; }
else { ${x} = writer.convert(${v}, ${JSON.stringify(name)}) ?? null; room += roomForBytes(${x}); }
}`;
}

/** Writes a value, and notes its serial type. */
function put(index: number): string {
  const v = `v${index}`;
  const x = `x${index}`;
  const s = `s${index}`;
  return `let ${s} = 0;
if (typeof ${v} === "number") {
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
} else if (typeof ${x} === "string") {
const end = putText(bytes, at, ${x});
${s} = (end - at) * 2 + 13;
types += ${s} < 128 ? 1 : ${s} < 16384 ? 2 : sizeOfVarint(${s});
at = end;
} else if (${x} === null) types += 1;
else if (${x} === undefined) {
const end = putIsoDate(bytes, at, t${index});
${s} = (end - at) * 2 + 13;
types += 1;
at = end;
} else {
${s} = writer.serialOf(${x});
at = writer.put(at, ${x}, ${s});
types += sizeOfVarint(${s});
}`;
}
