/** Measures ways to keep a SQLite database, side by side, each in a worker. */
import * as Comlink from "comlink";
import { measure, type Measurement } from "../measure.ts";
import { contenderNames, type ContenderName } from "./contender.ts";
import type { ContenderService } from "./contender.worker.ts";

/** What is measured of a runner, in milliseconds. */
interface Job {
  name: string;
  /** Whether it is done often, being short. */
  isSmall: boolean;
  /** Only by those that write what has changed: the others' files keep the disk busy for everybody. */
  isQuiet: boolean;
  go(runner: Runner): Promise<number>;
}

/** In this order: the load comes last, for it leaves the file larger. */
const jobs: readonly Job[] = [
  ...[false, true].flatMap((isQuiet): Job[] => [
    {
      name: "100 rows, no index",
      isSmall: true,
      isQuiet,
      go: (runner) => runner.commit(insert("plain", 100)),
    },
    {
      name: "100 rows, a random key's index",
      isSmall: true,
      isQuiet,
      go: (runner) => runner.commit(insert("keyed", 100)),
    },
  ]),
  {
    name: "opening, to the first query",
    isSmall: false,
    isQuiet: false,
    go: (runner) => runner.reopen(),
  },
  {
    name: "50 MB more in one transaction",
    isSmall: false,
    isQuiet: false,
    async go(runner) {
      const time = await runner.commit(insert("loaded", 50 * rowsPerMegabyte));
      await runner.commit("DELETE FROM loaded");
      return time;
    },
  },
];

export interface Rounds {
  small: number;
  large: number;
}

/** What came of a job. */
export interface JobResult {
  job: string;
  isQuiet: boolean;
  measurements: Measurement[];
}

declare global {
  interface Window {
    /** Measures with databases of so many megabytes. */
    benchStorage(megabytes: number, rounds: Rounds): Promise<JobResult[]>;
  }
}

/** A row has about 250 bytes. */
const rowsPerMegabyte = 4000;

/** A contender's worker, with its database open. */
class Runner {
  readonly name: ContenderName;
  readonly #database: string;
  #worker: Worker | undefined;
  #service: Comlink.Remote<ContenderService> | undefined;

  constructor(name: ContenderName, database: string) {
    this.name = name;
    this.#database = database;
  }

  async open(): Promise<void> {
    this.#worker = new Worker(
      new URL("./contender.worker.ts", import.meta.url),
      { type: "module" },
    );
    this.#service = Comlink.wrap(this.#worker);
    await this.#service.open(this.name, this.#database);
  }

  commit(sql: string): Promise<number> {
    return this.#service!.commit(sql);
  }

  /** Closes the database and the worker, then opens both; milliseconds until the first row is there. */
  async reopen(): Promise<number> {
    await this.close();
    const begun = performance.now();
    await this.open();
    const id = await this.#service!.first(
      "SELECT id FROM plain ORDER BY id DESC LIMIT 1",
    );
    const time = performance.now() - begun;
    if (typeof id !== "number") throw new Error(`${this.name} has no rows.`);
    return time;
  }

  async close(): Promise<void> {
    await this.#service!.close();
    this.#worker!.terminate();
  }
}

async function benchStorage(
  megabytes: number,
  rounds: Rounds,
): Promise<JobResult[]> {
  const runners = contenderNames.map(
    (name, at) => new Runner(name, `bench-${megabytes}-${at}`),
  );
  for (const runner of runners) {
    await runner.open();
    await fill(runner, megabytes);
  }
  const results: JobResult[] = [];
  for (const { name: job, isSmall, isQuiet, go } of jobs) {
    const contenders = runners
      .filter(({ name }) => !isQuiet || !name.includes("export"))
      .map((runner) => ({ name: runner.name, go: () => go(runner) }));
    // A few milliseconds each: a busy moment of the disk is as long as several of them.
    const small = isQuiet ? 3 * rounds.small : rounds.small;
    const measurements = await measure(
      contenders,
      isSmall ? small : rounds.large,
    );
    results.push({ job, isQuiet, measurements });
  }
  for (const runner of runners) await runner.close();
  return results;
}

/** Half of the rows go where a random key has an index. */
async function fill(runner: Runner, megabytes: number): Promise<void> {
  await runner.commit(
    `CREATE TABLE plain (id INTEGER PRIMARY KEY, text TEXT);
    CREATE TABLE keyed (id INTEGER PRIMARY KEY, key INTEGER, text TEXT);
    CREATE INDEX keyed_key ON keyed (key);
    CREATE TABLE loaded (id INTEGER PRIMARY KEY, text TEXT)`,
  );
  const step = 50;
  for (let done = 0; done < megabytes; done += step) {
    const rows = (Math.min(step, megabytes - done) * rowsPerMegabyte) / 2;
    await runner.commit(`${insert("plain", rows)}; ${insert("keyed", rows)}`);
  }
}

function insert(table: "plain" | "keyed" | "loaded", rows: number): string {
  const columns = table === "keyed" ? "key, text" : "text";
  const key = table === "keyed" ? "random(), " : "";
  return `INSERT INTO ${table} (${columns})
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
    SELECT ${key}hex(randomblob(120)) FROM n`;
}

window.benchStorage = benchStorage;
