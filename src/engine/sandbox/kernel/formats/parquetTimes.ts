import type { ParquetParsers, SchemaElement, TimeUnit } from "hyparquet";
import type { ToldSource } from "./badLines.ts";

/** In what a time of day is counted; undefined if the column has none. */
export function unitOfTime({
  converted_type,
  logical_type,
}: SchemaElement): TimeUnit | undefined {
  if (logical_type?.type === "TIME") return logical_type.unit;
  if (converted_type === "TIME_MILLIS") return "MILLIS";
  return converted_type === "TIME_MICROS" ? "MICROS" : undefined;
}

const digitsOf: Readonly<Record<TimeUnit, number>> = {
  MILLIS: 3,
  MICROS: 6,
  NANOS: 9,
};

/** A time of day as text: `01:00:00.000001`, without the fraction if there is none. */
export function toTime(stored: unknown, unit: TimeUnit): string {
  const digits = digitsOf[unit];
  const all = String(stored).padStart(digits + 1, "0");
  const seconds = Number(all.slice(0, -digits));
  const fraction = all.slice(-digits);
  const parts = [seconds / 3600, (seconds / 60) % 60, seconds % 60];
  const time = parts
    .map((part) => String(Math.floor(part)).padStart(2, "0"))
    .join(":");
  return Number(fraction) === 0 ? time : `${time}.${fraction}`;
}

/** How timestamps become dates. A Date has milliseconds; that something finer is cut is told once. */
export function timestampParsers({
  name,
  warn,
}: ToldSource): Partial<ParquetParsers> {
  let isTold = false;
  const toDate = (count: bigint, perMillisecond: bigint) => {
    const rest = count % perMillisecond;
    if (rest !== 0n && !isTold) {
      isTold = true;
      warn(
        `${name} has timestamps finer than a millisecond, which is all that a Date holds; what is finer was cut.`,
      );
    }
    const before = rest < 0n ? 1 : 0;
    return new Date(Number(count / perMillisecond) - before);
  };
  return {
    timestampFromMicroseconds: (count) => toDate(count, 1000n),
    timestampFromNanoseconds: (count) => toDate(count, 1_000_000n),
  };
}
