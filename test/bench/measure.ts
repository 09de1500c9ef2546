/** One thing that is measured: what it is called, and one go of it, which gives how many milliseconds it took. */
export interface Contender {
  name: string;
  go: () => number | Promise<number>;
}

export interface Measurement {
  name: string;
  /** Milliseconds of all goes. */
  times: readonly number[];
  median: number;
  /** Half of the goes were between these two. */
  low: number;
  high: number;
}

/**
 * Measures contenders side by side: a go of each in turn, so that a slow moment of the machine hits all of them. Every second
 * round goes backwards, so that none always comes after the same other. The first round does not count.
 */
export async function measure(
  contenders: readonly Contender[],
  rounds: number,
): Promise<Measurement[]> {
  const times = contenders.map((): number[] => []);
  const order = [...contenders.entries()];
  for (let round = 0; round <= rounds; round += 1, order.reverse())
    for (const [at, { go }] of order) {
      const time = await go();
      if (round > 0) times[at]!.push(time);
    }
  return contenders.map(({ name }, at) => summarise(name, times[at]!));
}

function summarise(name: string, times: readonly number[]): Measurement {
  const sorted = [...times].sort((one, other) => one - other);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  return { name, times, median: at(0.5), low: at(0.25), high: at(0.75) };
}

/** A table of measurements per task (or row, ...), with how many times as long each takes as the first. */
export function table(
  title: string,
  tasks: number,
  measurements: readonly Measurement[],
  unit = "tasks",
): string {
  const first = measurements[0]!.median;
  const perTask = (milliseconds: number) =>
    ((milliseconds * 1000) / tasks).toFixed(2);
  const rows = measurements.map(({ name, median, low, high }) => [
    name,
    `${perTask(median)} µs`,
    `${perTask(low)}–${perTask(high)}`,
    `${(median / first).toFixed(1)} x`,
  ]);
  return [
    `${title}, ${tasks.toLocaleString("en")} ${unit} (median each, middle half, ratio)`,
    ...rows.map(
      ([name, median, half, ratio]) =>
        `  ${name!.padEnd(44)}${median!.padStart(12)}${half!.padStart(18)}${ratio!.padStart(9)}`,
    ),
  ].join("\n");
}
