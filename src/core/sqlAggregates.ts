/** The aggregate functions that SQL has here beyond SQLite's own, the same in the page and in Node. */

/** A value as SQLite hands it to a function. */
export type AggregateValue = string | number | bigint | Uint8Array | null;

/** An aggregate of one value a row. */
export interface SqlAggregate {
  name: string;
  start(): number[];
  /** Takes one more value. Throws for what is no number; NULL is left out, as SQLite's own aggregates do. */
  step(state: number[], value: AggregateValue): number[];
  finish(state: number[]): number | null;
}

/** `median`, and of a sample `variance` and `stdev`, the standard deviation. Each is NULL where it has too few values. */
export const sqlAggregates: readonly SqlAggregate[] = [
  {
    name: "median",
    start: () => [],
    step(values, value) {
      const number = numberOf("median", value);
      if (number !== null) values.push(number);
      return values;
    },
    finish: medianOf,
  },
  {
    name: "variance",
    start: noMoments,
    step: (moments, value) => addMoment(moments, numberOf("variance", value)),
    finish: varianceOf,
  },
  {
    name: "stdev",
    start: noMoments,
    step: (moments, value) => addMoment(moments, numberOf("stdev", value)),
    finish(moments) {
      const variance = varianceOf(moments);
      return variance === null ? null : Math.sqrt(variance);
    },
  },
];

/** Gives a connection of sql.js our aggregates. */
export function addAggregates(connection: {
  create_aggregate(name: string, functions: object): unknown;
}): void {
  for (const { name, start, step, finish } of sqlAggregates)
    connection.create_aggregate(name, { init: start, step, finalize: finish });
}

function numberOf(name: string, value: AggregateValue): number | null {
  if (value === null) return null;
  if (typeof value === "string" || typeof value === "object")
    throw new Error(`input to ${name}() is not numeric`);
  return Number(value);
}

/** The mean of the two in the middle where their count is even. */
function medianOf(values: number[]): number | null {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  const upper = sorted[half];
  if (upper === undefined) return null;
  if (sorted.length % 2 === 1) return upper;
  const lower = sorted[half - 1] as number;
  return lower / 2 + upper / 2;
}

/** How many values came, their mean, and the sum of the squares of their distances from it: Welford's way, which loses no digits. */
function noMoments(): number[] {
  return [0, 0, 0];
}

function addMoment(moments: number[], value: number | null): number[] {
  if (value === null) return moments;
  const [count = 0, mean = 0, squares = 0] = moments;
  const distance = value - mean;
  const nextMean = mean + distance / (count + 1);
  moments[0] = count + 1;
  moments[1] = nextMean;
  moments[2] = squares + distance * (value - nextMean);
  return moments;
}

function varianceOf([count = 0, , squares = 0]: number[]): number | null {
  return count < 2 ? null : squares / (count - 1);
}
