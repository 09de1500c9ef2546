/**
 * Coordinates along the layers. Each vertex is drawn towards the mean of its neighbours; within a layer the nearest
 * coordinates that keep the order and the gaps are an isotonic regression, found by pooling adjacent violators.
 */
import type { Layered, Rows } from "./order.ts";

export interface CoordinateOptions {
  /** The extent of each vertex along its layer. */
  sizes: readonly number[];
  gap: number;
  /** Vertices from this number on are bends of long edges. */
  firstBend: number;
  /** Where to begin; undefined to begin from nothing. */
  start?: readonly number[] | undefined;
  /** Vertices that should stay at their start. */
  isHeld?: (vertex: number) => boolean;
}

export function assignCoordinates(
  graph: Layered,
  rows: Rows,
  options: CoordinateOptions,
): number[] {
  const { sizes, gap, firstBend } = options;
  const isHeld = options.isHeld ?? (() => false);
  const x = options.start ? [...options.start] : pack(rows, sizes, gap);
  const start = options.start ? [...options.start] : x;

  // Edges between bends pull hardest, so that long edges run straight.
  const pull = (v: number, w: number): number =>
    v >= firstBend && w >= firstBend
      ? 8
      : v >= firstBend || w >= firstBend
        ? 2
        : 1;

  const settle = (row: number[], usesUp: boolean, usesDown: boolean): void => {
    const wanted: number[] = [];
    const weights: number[] = [];
    const middle = row.reduce((sum, v) => sum + x[v]!, 0) / row.length;
    for (const v of row) {
      let sum = 0;
      let weight = 0;
      if (isHeld(v)) {
        weight = 50;
        sum = 50 * start[v]!;
      } else {
        for (const neighbours of [
          usesUp ? graph.up[v]! : [],
          usesDown ? graph.down[v]! : [],
        ])
          for (const w of neighbours) {
            const strength = pull(v, w);
            sum += strength * x[w]!;
            weight += strength;
          }
      }
      // What is connected to nothing stays with the others.
      const isLoose = graph.up[v]!.length + graph.down[v]!.length === 0;
      wanted.push(weight > 0 ? sum / weight : isLoose ? middle : x[v]!);
      weights.push(weight > 0 ? weight : 0.1);
    }
    spread(row, wanted, weights, sizes, gap).forEach(
      (value, i) => (x[row[i]!] = value),
    );
  };

  const rounds = options.start ? 3 : 6;
  for (let round = 0; round < rounds; round += 1) {
    for (const row of rows) settle(row, true, false);
    for (let i = rows.length - 1; i >= 0; i -= 1) settle(rows[i]!, false, true);
  }
  for (let round = 0; round < 3; round += 1)
    for (const row of rows) settle(row, true, true);
  return x;
}

/** The coordinates nearest to the wanted ones at which neighbours do not touch. */
export function spread(
  row: readonly number[],
  wanted: readonly number[],
  weights: readonly number[],
  sizes: readonly number[],
  gap: number,
): number[] {
  const offsets: number[] = [];
  let offset = 0;
  row.forEach((v, i) => {
    if (i > 0) offset += sizes[row[i - 1]!]! / 2 + gap + sizes[v]! / 2;
    offsets.push(offset);
  });
  const blocks: { mean: number; weight: number; count: number }[] = [];
  row.forEach((_, i) => {
    let block = {
      mean: wanted[i]! - offsets[i]!,
      weight: weights[i]!,
      count: 1,
    };
    let last = blocks[blocks.length - 1];
    while (last && last.mean > block.mean) {
      const weight = last.weight + block.weight;
      block = {
        mean: (last.mean * last.weight + block.mean * block.weight) / weight,
        weight,
        count: last.count + block.count,
      };
      blocks.pop();
      last = blocks[blocks.length - 1];
    }
    blocks.push(block);
  });
  return blocks
    .flatMap((block) => new Array<number>(block.count).fill(block.mean))
    .map((mean, i) => mean + offsets[i]!);
}

function pack(rows: Rows, sizes: readonly number[], gap: number): number[] {
  const x = new Array<number>(sizes.length).fill(0);
  for (const row of rows) {
    const total = row.reduce((sum, v) => sum + sizes[v]! + gap, -gap);
    let at = -total / 2;
    for (const v of row) {
      x[v] = at + sizes[v]! / 2;
      at += sizes[v]! + gap;
    }
  }
  return x;
}
