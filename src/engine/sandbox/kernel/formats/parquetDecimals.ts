/**
 * Exact decimals of Parquet. The library multiplies what is stored by a power of ten, which is off in the last digits and loses
 * those that a double has no room for. So it is told nothing of decimals, gives what is stored, and the value is made here.
 */
import type { FileMetaData, SchemaElement, SchemaTree } from "hyparquet";

/** Makes the values of a column what they stand for. */
export type Convert = (value: unknown) => unknown;

/** The metadata as if its decimals were plain numbers or bytes. With `utf8` those of variable length are left: they would become text. */
export function withoutDecimals(
  metadata: FileMetaData,
  utf8: boolean,
): FileMetaData {
  return {
    ...metadata,
    schema: metadata.schema.map((element) => {
      const { converted_type, logical_type, ...raw } = element;
      const isDecimal =
        converted_type === "DECIMAL" || logical_type?.type === "DECIMAL";
      if (!isDecimal || (utf8 && element.type === "BYTE_ARRAY")) return element;
      return { ...raw, isDecimal } satisfies RawElement;
    }),
  };
}

/** How to make a column of that schema what it stands for; undefined if there are no decimals in it. */
export function decimalsOf(column: SchemaTree): Convert | undefined {
  return hasDecimals(column) ? (value) => convert(column, value) : undefined;
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

function hasDecimals({ element, children }: SchemaTree): boolean {
  return isDecimal(element) || children.some(hasDecimals);
}

function convert(node: SchemaTree, value: unknown): unknown {
  if (value === null || value === undefined) return value;
  if (Array.isArray(value)) return value.map((one) => convert(node, one));
  const { element, children } = node;
  if (children.length === 0)
    return isDecimal(element) ? toDecimal(value, element.scale ?? 0) : value;
  const fields = value as Record<string, unknown>;
  const [only, other] = children;
  const isWrapper =
    !other && !(typeof value === "object" && only!.element.name in fields);
  const isMap =
    element.converted_type === "MAP" ||
    element.converted_type === "MAP_KEY_VALUE" ||
    element.logical_type?.type === "MAP";
  // A list is within two elements that have no value of their own.
  if (isWrapper && !isMap) return convert(only!, value);
  const childOf = (name: string) =>
    isMap
      ? only?.children[1]
      : children.find((child) => child.element.name === name);
  return Object.fromEntries(
    Object.entries(fields).map(([name, inner]) => {
      const child = childOf(name);
      return [name, child ? convert(child, inner) : inner];
    }),
  );
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
