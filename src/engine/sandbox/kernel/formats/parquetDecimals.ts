/**
 * Exact decimals of Parquet. The library multiplies what is stored by a power of ten, which is off in the last digits and loses
 * those that a double has no room for. So it is told nothing of decimals, gives what is stored, and the value is made here.
 */
import type { FileMetaData, SchemaElement, SchemaTree } from "hyparquet";
import { toTime, unitOfTime } from "./parquetTimes.ts";

/** Makes the values of a column what they stand for. */
export type Convert = (value: unknown) => unknown;

/** The metadata as if its decimals were plain numbers or bytes. */
export function withoutDecimals(metadata: FileMetaData): FileMetaData {
  return {
    ...metadata,
    schema: metadata.schema.map((element) => {
      const { converted_type, logical_type, ...raw } = element;
      const isDecimal =
        converted_type === "DECIMAL" || logical_type?.type === "DECIMAL";
      return isDecimal ? ({ ...raw, isDecimal } satisfies RawElement) : element;
    }),
  };
}

/**
 * How to make a column of that schema what it stands for; undefined if it does already. With `isText` bytes are text, which the
 * library would make of decimals too.
 */
export function convertOf(
  { element, children }: SchemaTree,
  isText: boolean,
): Convert | undefined {
  const { converted_type, logical_type } = element;
  // What is in a variant is not what the schema says.
  if (logical_type?.type === "VARIANT") return undefined;
  const [only, other] = children;
  if (!only) return leafConvert(element, isText);
  const converts = new Map(
    children.map((child) => [child.element.name, convertOf(child, isText)]),
  );
  if (![...converts.values()].some(Boolean)) return undefined;
  const isMap =
    converted_type === "MAP" ||
    converted_type === "MAP_KEY_VALUE" ||
    logical_type?.type === "MAP";
  const [, entry] = only.children;
  const ofEntry = isMap && entry ? convertOf(entry, isText) : undefined;
  return forEach((value) => {
    const isWrapper =
      !isMap &&
      !other &&
      !(typeof value === "object" && only.element.name in (value as object));
    // A list is within two elements that have no value of their own.
    if (isWrapper) return converts.get(only.element.name)!(value);
    return Object.fromEntries(
      Object.entries(value as object).map(
        ([name, inner]: [string, unknown]) => {
          const convert = isMap ? ofEntry : converts.get(name);
          return [name, convert ? convert(inner) : inner];
        },
      ),
    );
  });
}

/** The same for values, and for lists of them. */
function forEach(convert: Convert): Convert {
  const all: Convert = (value) => {
    if (value === null || value === undefined) return value;
    return Array.isArray(value) ? value.map(all) : convert(value);
  };
  return all;
}

function leafConvert(
  element: RawElement,
  isText: boolean,
): Convert | undefined {
  const { type, converted_type, logical_type, scale = 0 } = element;
  if (isDecimal(element)) return forEach((value) => toDecimal(value, scale));
  const unit = unitOfTime(element);
  if (unit) return forEach((value) => toTime(value, unit));
  const isBytes =
    type === "BYTE_ARRAY" &&
    converted_type !== "UTF8" &&
    logical_type?.type !== "STRING";
  return isText && isBytes ? forEach(toText) : undefined;
}

/** Whether all values of a column of decimals are numbers. */
export function isShortDecimal({ element }: SchemaTree): boolean {
  return isDecimal(element) && (element.precision ?? Infinity) <= exactDigits;
}

/** An element whose values are read as they are stored, though they are decimals. */
type RawElement = SchemaElement & { isDecimal?: boolean };

/** As many digits as any double keeps. */
const exactDigits = 15;
const mostExact = 10n ** BigInt(exactDigits);

function isDecimal(element: RawElement): boolean {
  return element.isDecimal === true;
}

const decoder = new TextDecoder();

function toText(value: unknown): unknown {
  return value instanceof Uint8Array ? decoder.decode(value) : value;
}

/** A number if one has all the digits; otherwise a bigint if it is whole, or its digits as text. */
function toDecimal(stored: unknown, scale: number): unknown {
  const unscaled = toUnscaled(stored);
  if (scale === 0) return unscaled;
  const sign = unscaled < 0n ? "-" : "";
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(
    scale + 1,
    "0",
  );
  const text = `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  const number = Number(text);
  const isExact =
    (unscaled < mostExact && unscaled > -mostExact) ||
    String(number) === text.replace(/\.?0+$/, "");
  return isExact ? number : text;
}

function toUnscaled(stored: unknown): bigint {
  if (!(stored instanceof Uint8Array)) return BigInt(stored as number | bigint);
  let value = 0n;
  for (const byte of stored) value = (value << 8n) | BigInt(byte);
  return BigInt.asIntN(stored.length * 8, value);
}
