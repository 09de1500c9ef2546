import { FlowError } from "../../core/errors.ts";
import { fold } from "../../core/sqliteRules.ts";
import { listNames } from "../../core/words.ts";
import type { LoadRequest, SqlValue } from "../protocol.ts";
import { fitValue } from "./columnTypes.ts";
import type { Column } from "./loadTable.ts";
import { tokenize } from "../../core/sqlTokens.ts";

/** A value that a column of its type does not take. */
export function mismatch(
  { table }: LoadRequest,
  { name, type, declared }: Column,
  value: SqlValue,
  row: number,
): FlowError {
  const asked = `types: { ${JSON.stringify(name)}: "${type}" }`;
  const remedy =
    declared === "table" && fitValue(value, type, true) !== undefined
      ? `Correct the value, or, if the number is what counts, load with ${asked}`
      : declared === "table"
        ? `Correct the value, or load with mode: "replace" to make the table anew, without its keys, indexes and triggers`
        : `Correct the value, or give the column another type: types: { ${JSON.stringify(name)}: "TEXT" }`;
  return new FlowError(
    "row-mismatch",
    `Row ${row} does not fit the table "${table}": the column "${name}" is ${type}, and the value is ${describe(value)}. Nothing was loaded. ${remedy}.`,
  );
}

/** A row without what it is to be found by. */
export function emptyKey(
  { table }: LoadRequest,
  name: string,
  row: number,
): FlowError {
  return new FlowError(
    "row-mismatch",
    `Row ${row} for the table "${table}" has no value in the key column "${name}", so it cannot be matched. Nothing was loaded. Give it one, or leave the row out.`,
  );
}

/** A value of a row, and the column that it was for. */
interface Found {
  name: string;
  value: SqlValue;
}

/** A row that a constraint of the table refuses, with the values that it is about; anything else is as it was thrown. */
export function refusedRow(
  { table, key, mode }: LoadRequest,
  thrown: unknown,
  row: number,
  found: readonly Found[],
): unknown {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (!message.includes("constraint failed")) return thrown;
  // Of what must not be null there is no value.
  const isEmpty = message.startsWith("NOT NULL");
  const remedy =
    message.startsWith("UNIQUE") && mode !== "upsert"
      ? ` To replace rows with the same key, load with mode: "upsert"${key.length === 0 ? " and a key" : ""}.`
      : isEmpty
        ? " Give each row a value: the column's DEFAULT is only for loads in which no row has the column."
        : "";
  const values = isEmpty ? "" : tellValues(table, message, found);
  return new FlowError(
    "row-mismatch",
    `Row ${row} does not fit the table "${table}": ${message}.${values} Nothing was loaded.${remedy}`,
    { cause: thrown },
  );
}

/** So many values of a row are told. */
const mostValues = 6;

/** The values of the columns that SQLite's message names, by themselves or in an expression; of all columns if it names none. */
function tellValues(
  table: string,
  message: string,
  found: readonly Found[],
): string {
  const [, about = ""] = /constraint failed: (.*)$/s.exec(message) ?? [];
  const named = new Set(
    message.startsWith("UNIQUE")
      ? fold(about)
          .split(", ")
          .filter((one) => one.startsWith(fold(`${table}.`)))
          .map((one) => one.slice(table.length + 1))
      : tokenize(about).map(({ text }) => fold(withoutQuotes(text))),
  );
  const chosen = found.filter(({ name }) => named.has(fold(name)));
  const told = (chosen.length > 0 ? chosen : found).map(
    ({ name, value }) => `"${name}" is ${describe(value)}`,
  );
  return ` In it ${listNames(told, mostValues)}.`;
}

function withoutQuotes(token: string): string {
  return /^(?:".*"|`.*`|\[.*\])$/s.test(token) ? token.slice(1, -1) : token;
}

function describe(value: SqlValue): string {
  if (typeof value === "object")
    return value ? `${value.length} bytes` : "nothing";
  if (typeof value !== "string") return `the number ${value}`;
  const shown = value.length > 80 ? `${value.slice(0, 80)}…` : value;
  return `the text ${JSON.stringify(shown)}`;
}
