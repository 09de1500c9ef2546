/** Whether what a reopened notebook shows and holds is what one prefix of the chain leaves. */
import type { Page } from "@playwright/test";
import {
  expectedBulk,
  expectedRows,
  resultsOf,
  selectBulk,
  selectRows,
  type BulkRows,
  type ChainSize,
  type Place,
  type StepRows,
} from "./chain.ts";

/** A run of the chain as the page tells it. */
interface ChainRun {
  state: string;
  round: number;
  states: string[];
  results: unknown[];
}

/** What the page shows and holds. */
interface Seen {
  text: string;
  /** Newest first. */
  runs: ChainRun[];
  integrity: string[];
  rows: StepRows[];
  bulk: BulkRows[];
}

/** Where the chain is, and what is wrong with it. */
export interface Checked {
  place: Place;
  /** Whether no round is to be gone on with. */
  isOver: boolean;
  faults: string[];
}

const patience = 120_000;

/** Opens the notebook at its address and checks all of it. `text` is the notebook's, `least` what was seen done before. */
export async function openAndCheck(
  page: Page,
  address: string,
  size: ChainSize,
  { text, least }: { text: string; least: Place },
): Promise<Checked> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(reject, patience, "nothing within two minutes");
  });
  const read = async () => {
    await openChain(page, address);
    return readChain(page);
  };
  try {
    const seen = await Promise.race([read(), late]);
    return checkChain(seen, size, { text, least });
  } catch (thrown) {
    const [message] = String(thrown).split("\n");
    return {
      place: least,
      isOver: false,
      faults: [`it does not open: ${message}`],
    };
  } finally {
    clearTimeout(timer);
  }
}

/** Loads the app at an address. */
export async function openChain(page: Page, address: string): Promise<void> {
  // From one address to another that differs in the fragment only, nothing would be loaded anew.
  await page.goto("about:blank");
  await page.goto(address);
  await page.waitForFunction(() => "flowbook" in window);
}

/** Reads what there is to be known. */
function readChain(page: Page): Promise<Seen> {
  return page.evaluate(
    async ({ selectRows, selectBulk }) => {
      const { flowbook } = window;
      const reports = await flowbook.runs();
      const column = async (sql: string) =>
        (await flowbook.query(sql)).map((row) => String(Object.values(row)[0]));
      const tables = await column("SELECT name FROM sqlite_schema");
      const select = async (table: string, sql: string) =>
        tables.includes(table) ? await flowbook.query(sql) : [];
      return {
        text: flowbook.markdown(),
        runs: reports.map(({ state, parameters, tasks }) => ({
          state,
          round: Number(parameters["round"]),
          states: tasks.map(({ state }) => state),
          results: tasks.map(({ result }) => result),
        })),
        integrity: await column("SELECT * FROM pragma_integrity_check"),
        rows: (await select("chain", selectRows)) as unknown as StepRows[],
        bulk: (await select("bulk", selectBulk)) as unknown as BulkRows[],
      };
    },
    { selectRows, selectBulk },
  );
}

/** How far the newest run is shown to have come. */
function placeOf(runs: readonly ChainRun[]): Place {
  const [newest] = runs;
  if (!newest) return { round: 0, step: 0 };
  const done = newest.states.filter((state) => state === "Success").length;
  return { round: newest.round, step: done };
}

export function isBefore(one: Place, other: Place): boolean {
  return (
    one.round < other.round ||
    (one.round === other.round && one.step < other.step)
  );
}

export function checkChain(
  seen: Seen,
  size: ChainSize,
  { text, least }: { text: string; least: Place },
): Checked {
  const place = placeOf(seen.runs);
  const faults: string[] = [];
  if (seen.text.trim() !== text.trim())
    faults.push("the notebook's text is another");
  if (isBefore(place, least))
    faults.push(
      `round ${least.round} had come to step ${least.step}, and is shown at ${place.round}/${place.step}`,
    );
  const rounds = seen.runs.map(({ round }) => round);
  if (rounds.some((round, at) => round !== place.round - at))
    faults.push(`the runs shown are of the rounds ${rounds.join(", ")}`);
  for (const [at, run] of seen.runs.entries())
    faults.push(...faultsOfRun(run, size, at === 0));
  if (seen.integrity.join() !== "ok")
    faults.push(`integrity_check says: ${seen.integrity.slice(0, 3).join()}`);
  faults.push(
    ...differences("chain", seen.rows, expectedRows(size, place)),
    ...differences("bulk", seen.bulk, expectedBulk(size, place)),
  );
  const isOver = (seen.runs[0]?.state ?? "Success") === "Success";
  return { place, isOver, faults };
}

function faultsOfRun(
  { state, round, states, results }: ChainRun,
  size: ChainSize,
  isNewest: boolean,
): string[] {
  const faults: string[] = [];
  const done = states.lastIndexOf("Success") + 1;
  const gap = states.findIndex((one) => one !== "Success");
  if (gap >= 0 && gap < done)
    faults.push(
      `round ${round} shows step ${gap + 1} as ${states[gap]} and step ${done} as Success`,
    );
  const expected = resultsOf(size, round);
  const wrong = results
    .slice(0, done)
    .findIndex((result, at) => result !== expected[at]);
  // Results of earlier runs need not be kept.
  if (isNewest && wrong >= 0)
    faults.push(
      `the result of step ${wrong + 1} of round ${round} is ${JSON.stringify(results[wrong])}`,
    );
  if (!isNewest && state !== "Success")
    faults.push(`round ${round} is shown as ${state}`);
  return faults;
}

/** The first few rows in which what is there is not what should be. */
function differences<Row extends { round: number; step: number }>(
  table: string,
  found: readonly Row[],
  expected: readonly Row[],
): string[] {
  const keyOf = ({ round, step }: Row) => `step ${step} of round ${round}`;
  const before = new Map(found.map((row) => [keyOf(row), row]));
  const faults: string[] = [];
  for (const row of expected) {
    const key = keyOf(row);
    const other = before.get(key);
    before.delete(key);
    if (!other) faults.push(`"${table}" has nothing of ${key}`);
    else
      for (const [name, value] of Object.entries(row))
        if (other[name as keyof Row] !== value)
          faults.push(
            `"${table}" has of ${key} ${name} ${short(other[name as keyof Row])}, not ${short(value)}`,
          );
  }
  for (const key of before.keys()) faults.push(`"${table}" has rows of ${key}`);
  const left = faults.length - 4;
  return left > 0 ? [...faults.slice(0, 4), `and ${left} more`] : faults;
}

function short(value: unknown): string {
  const text = String(value);
  return text.length > 20 ? `${text.slice(0, 17)}...` : text;
}
