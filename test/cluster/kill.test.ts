/**
 * Kills workers, coordinator and Redis at random moments, and compares what is left with a run that nothing happened to.
 * FLOWBOOK_KILLS says how often, FLOWBOOK_SEED which moments: `npm run test:cluster -- 100 --seed 1`.
 */
import type { ChildProcess } from "node:child_process";
import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Plugin } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunReport } from "../../src/core/report.ts";
import { seeded } from "../kill/random.ts";
import {
  buildProgram,
  closeAll,
  essence,
  hasRedis,
  kill,
  RedisServer,
  Site,
  until,
  type Process,
} from "./world.ts";

const kills = Number(process.env.FLOWBOOK_KILLS ?? 10);
const seed = Number(process.env.FLOWBOOK_SEED ?? Date.now() % 1_000_000);

const victims = ["worker", "frozen worker", "coordinator", "redis"];

/**
 * Each task writes a row, into a table that would show it twice: many at once, which go by way of the queue, and then one after
 * the other, which a worker is given in one job.
 */
const flow = `
const numbers = task(() => Array.from({ length: 40 }, (_, at) => at))
const step = (level: number, most: number) => async (x: number) => {
  await load("steps", [{ level, x }])
  await new Promise((done) => setTimeout(done, most / 2 + (most / 2) * Math.random()))
  return x + 1
}
const one = task(step(1, 80), { retries: 20 })
const two = task(step(2, 80), { retries: 20 })
const three = task(step(3, 80), { retries: 20 })
const link = task(step(4, 20), { retries: 20 })
const sum = task((xs: number[]) => xs.reduce((a, b) => a + b, 0), { retries: 20 })
flow("steps", () => {
  let last = sum(three.map(two.map(one.map(numbers()))))
  for (let at = 0; at < 80; at += 1) last = link(last)
  return last
})`;
const allRows = "SELECT level, x FROM steps ORDER BY 1, 2";

describe.skipIf(!hasRedis())("whatever is killed", () => {
  let cli: string;
  let site: Site;
  let file: string;
  const folders: string[] = [];

  beforeAll(async () => {
    cli = await buildProgram();
    folders.push(dirname(cli));
    site = new Site(cli);
    file = site.notebook("steps", flow);
  }, 120_000);
  afterAll(async () => {
    await closeAll();
    for (const folder of folders)
      rmSync(folder, { recursive: true, force: true });
  });

  /** A run on three workers, begun and gone on with until it is over; something is killed every now and then. */
  async function runKilled(
    by: Site,
    redis: RedisServer,
    database: string,
    victims: Iterator<string>,
    pause: () => number,
  ): Promise<{ report: RunReport; hits: string[] }> {
    const hits: string[] = [];
    const workers = await Promise.all([1, 2, 3].map(() => by.work(redis.url)));
    let coordinator: Process | undefined;
    let isOver = false;
    const driving = (async () => {
      const given = ["run", file, "--executor", redis.url, "--json"];
      let hasBegun = false;
      for (;;) {
        coordinator = by.start(
          ...[...given, "--db", database, ...(hasBegun ? ["--resume"] : [])],
        );
        const code = await coordinator.ended;
        // Killed before it had written anything, it has nothing to resume.
        hasBegun = code !== 2;
        if (code === 0) return JSON.parse(coordinator.out()) as RunReport;
        if (code !== null && code !== 2)
          throw new Error(
            `The coordinator ended with ${code}: ${coordinator.said()}${coordinator.out()}`,
          );
        await wait(pause() / 2);
      }
    })().finally(() => (isOver = true));
    driving.catch(() => {});
    await until(() => isOver || hasRows(by, database));
    while (!isOver) {
      const { done, value: victim } = victims.next() as IteratorResult<
        string,
        undefined
      >;
      if (done) break;
      await wait(pause());
      if (isOver) break;
      hits.push(victim);
      if (victim === "coordinator") await kill(coordinator?.child);
      else if (victim === "frozen worker")
        freeze(workers[hits.length % 3]!.child);
      else if (victim === "redis" && redis.isOwn) {
        await redis.kill();
        await wait(pause() / 2);
        await redis.start();
      } else {
        const at = Math.floor(pause()) % workers.length;
        await kill(workers[at]?.child);
        await wait(pause() / 2);
        workers[at] = await by.work(redis.url);
      }
    }
    try {
      return { report: await driving, hits };
    } finally {
      for (const { child } of workers) await kill(child);
    }
  }

  /** Stops a worker for longer than the others wait for it; then it goes on as if nothing had been. */
  function freeze(worker: ChildProcess): void {
    worker.kill("SIGSTOP");
    setTimeout(() => worker.kill("SIGCONT"), 3_500).unref();
  }

  function hasRows(by: Site, database: string): boolean {
    try {
      return by.rows(database, allRows).length > 5;
    } catch {
      return false;
    }
  }

  test(
    `after ${kills} kills (seed ${seed}) every row is there once, and states and results are as they should be`,
    async () => {
      const near = await site.run("run", file, "--json", "--db", "near.sqlite");
      const expected = {
        report: essence(JSON.parse(near.out()) as RunReport),
        rows: site.rows("near.sqlite", allRows),
      };
      expect(expected.rows).toHaveLength(200);
      const random = seeded(seed);
      const counts: Record<string, number> = {};
      let left = kills;
      const next = (function* () {
        for (; left > 0; left -= 1)
          yield victims[Math.floor(random() * victims.length)]!;
      })();
      let histories = 0;
      for (let round = 1; left > 0; round += 1) {
        // With and without what it would keep on disk.
        const redis = await RedisServer.open(
          ...(process.env.REDIS_URL
            ? []
            : ["--appendonly", round % 2 === 0 ? "no" : "yes"]),
        );
        const database = `far${round}.sqlite`;
        const hitsOf = {
          [Symbol.iterator]: () => ({ next: () => next.next() }),
        }[Symbol.iterator]();
        const { report, hits } = await runKilled(
          site,
          redis,
          database,
          hitsOf as Iterator<string>,
          () => 200 + 600 * random(),
        );
        await redis.close();
        for (const hit of hits) counts[hit] = (counts[hit] ?? 0) + 1;
        expect(site.rows(database, allRows)).toEqual(expected.rows);
        expect(essence(report)).toEqual(expected.report);
        histories += 1;
      }

      console.info(`${histories} runs, killed`, counts);
    },
    60_000 + kills * 10_000,
  );

  test("a program that forgets what was done before it was killed is found out", async () => {
    const sabotage: Plugin = {
      name: "sabotage",
      enforce: "pre",
      transform(code, id) {
        if (!id.endsWith("src/node/runs.ts")) return null;
        const broken = code.replace(
          /\{ kept, keys \} = planResume\([^)]*\)/,
          "{ keys } = prepared, kept = [] as never[]",
        );
        expect(broken).not.toBe(code);
        return broken;
      },
    };
    const broken = await buildProgram(sabotage);
    folders.push(dirname(broken));
    const forgetful = new Site(broken);
    const redis = await RedisServer.open();
    forgetful.notebook("steps", flow);
    const { report } = await runKilled(
      forgetful,
      redis,
      "steps.sqlite",
      ["coordinator"].values(),
      () => 300,
    );
    expect(report.state).toBe("Success");
    expect(forgetful.rows("steps.sqlite", allRows).length).toBeGreaterThan(200);
    await redis.close();
    await forgetful.close();
  }, 120_000);
});
