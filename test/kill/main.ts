/** The kill tests as a program: what scripts/crash.mjs runs. */
import { damageAndCheck } from "./control.ts";
import { damages } from "./damage.ts";
import {
  ChainWorld,
  type ChainOptions,
  type KillReport,
  type Victim,
} from "./killRounds.ts";
import { killDelay, seeded } from "./random.ts";

export interface KillTestOptions {
  url: string;
  executablePath?: string | undefined;
  kills: number;
  seed: number;
  victim: Victim;
  /** After one kill in three, so many bytes of IndexedDB's log are cut off; 0 for none. */
  tear: number;
  hasControl: boolean;
}

const size = { steps: 60, heavyEvery: 7, heavyRows: 40_000 };
const smallSize = { steps: 24, heavyEvery: 3, heavyRows: 8_000 };

/** Kills and checks, prints a line for each and a summary, and says whether all was as it must be. */
export async function testKills(options: KillTestOptions): Promise<boolean> {
  const { kills, seed, victim, url, executablePath, hasControl } = options;
  console.log(
    `${kills} kills of the ${victim}, seed ${seed}; a chain of ${size.steps} steps a round`,
  );
  const random = seeded(seed);
  const reports = await killOften(
    options,
    { url, executablePath, size },
    random,
  );
  const bad = reports.filter(({ faults }) => faults.length > 0);
  const ahead = reports.filter(
    ({ before, after }) =>
      before.round === after.round && before.step < after.step,
  );
  console.log(
    `${reports.length} kills: ${bad.length} bad; ${ahead.length} times more was done than had been shown`,
  );
  if (!hasControl) return bad.length === 0;

  console.log("negative control: a damaged store must be found bad");
  let isBlind = false;
  for (const damage of damages) {
    const faults = await damageAndCheck(
      { url, executablePath, size: smallSize },
      damage,
      random,
    );
    isBlind ||= faults.length === 0;
    console.log(`  ${damage}: ${faults[0] ?? "NOT SEEN"}`);
  }
  return bad.length === 0 && !isBlind;
}

async function killOften(
  { kills, victim, tear }: KillTestOptions,
  options: ChainOptions,
  random: () => number,
): Promise<KillReport[]> {
  const reports: KillReport[] = [];
  const world = await ChainWorld.make(options);
  try {
    for (let number = 1; number <= kills; number += 1) {
      const isTorn = tear > 0 && number % 3 === 1;
      const report = await world.killAndCheck(
        victim,
        killDelay(random),
        isTorn ? () => world.tear(tear) : undefined,
      );
      reports.push(report);
      console.log(lineOf(number, report, isTorn));
      // What is bad stays bad; the next kills are of a notebook that is not.
      if (report.faults.length > 0) await world.openNew();
    }
    const faults = await world.finish();
    const last = reports.at(-1);
    last?.faults.push(...faults);
    console.log(
      `the last round, to its end: ${faults.length === 0 ? "ok" : faults.join("; ")}`,
    );
    return reports;
  } finally {
    await world.close();
  }
}

function lineOf(
  number: number,
  { delay, before, after, faults }: KillReport,
  isTorn: boolean,
): string {
  const place = ({ round, step }: KillReport["before"]) => `${round}/${step}`;
  return [
    `kill ${number}`.padEnd(9),
    `after ${(delay / 1000).toFixed(2)} s,`,
    `shown ${place(before)},`,
    `then ${place(after)}${isTorn ? ", log torn" : ""}:`,
    faults.length === 0 ? "ok" : `BAD: ${faults.join("; ")}`,
  ].join(" ");
}
