/** Rows to load, of the kinds of a table of flights: the same each time. */
export type BenchRow = Record<string, string | number | null>;

/** Numbers only: six columns. */
export function narrowRows(count: number): BenchRow[] {
  const next = makeRandom();
  return Array.from({ length: count }, (_, id) => ({
    id,
    ts: 1_600_000_000 + id * 37,
    delay: Math.floor(next() * 200) - 40,
    distance: Math.floor(next() * 2500),
    lat: 25 + next() * 24,
    mph: 300 + next() * 250,
  }));
}

/** Ten columns, six of them text, with nulls and letters that are not ASCII. */
export function mixedRows(count: number): BenchRow[] {
  const next = makeRandom();
  const codes = ["IAD", "JFK", "SFO", "ORD", "DEN", "MIA", "SEA", "BOS"];
  const cities = ["Washington", "São Paulo", "San Francisco", "Köln", "Denver"];
  const pick = (list: readonly string[]) =>
    list[Math.floor(next() * list.length)]!;
  return Array.from({ length: count }, (_, id) => ({
    id,
    date: new Date(1.6e12 + id * 60_000).toISOString(),
    delay: Math.floor(next() * 200) - 40,
    distance: Math.floor(next() * 2500),
    origin: pick(codes),
    dest: pick(codes),
    airport: `${pick(cities)} International Airport`,
    city: pick(cities),
    lat: 25 + next() * 24,
    note:
      next() < 0.3
        ? null
        : `Gate ${Math.floor(next() * 90)}, changed at short notice`,
  }));
}

function makeRandom(): () => number {
  let state = 42;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
