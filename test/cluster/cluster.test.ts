import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { Queue, QueueEvents } from "bullmq";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunReport } from "../../src/core/report.ts";
import { buildProgram, essence, hasRedis, RedisServer, Site } from "./world.ts";

const flow = `
const numbers = task(() => Array.from({ length: 60 }, (_, at) => at))
const square = task((x: number) => x * x)
const store = task(async (x: number) => {
  await load("squares", [{ x, even: x % 2 === 0 }])
  return context.idempotencyKey.replace(context.flowRunId, "run")
})
const first = task(async (_: unknown) => {
  await db.exec("CREATE TABLE ends (name TEXT PRIMARY KEY, at INTEGER)")
  const { changes } = await db.exec("INSERT INTO ends VALUES (?, ?)", ["first", 1])
  const refused = await db.exec("INSERT INTO ends VALUES ('first', 2)").catch((error: Error) => error.message)
  const seen = await db.query<{ n: number }>("SELECT count(*) AS n FROM ends")
  return { changes, refused, seen: seen[0]!.n }
})
const upsert = task(async (_: unknown) => {
  const report = await load("ends", [{ name: "first", at: 3 }, { name: "last", at: 4 }], { mode: "upsert", key: "name" })
  return { ...report, dates: new Map([[1n, new Date(0)]]) }
})
const count = task(async (_: unknown) => (await db.query<{ n: number }>("SELECT count(*) AS n FROM squares"))[0]!.n)
const flaky = task(() => { if (context.attempt < 3) throw new Error("not yet"); return context.attempt }, { retries: 3 })
const broken = task(async () => { await load("squares", [{ x: -1 }]); throw new TypeError("no") })
const skipped = task(() => { throw skip("not today") })
const slow = task(() => { while (true) {} }, { timeout: 300 })
const named = task((n: number) => n + 1, { name: (n: number) => "number " + n })
flow("all", () => {
  const squares = square.map(numbers())
  const stored = store.map(squares)
  const counted = count(stored)
  const begun = first(counted)
  const ended = upsert(begun)
  flaky(); broken(); skipped(); slow(); named(named(named(1)))
  return { counted, begun, ended, stored }
})`;

const tables = `SELECT 'squares', x, even FROM squares UNION ALL SELECT 'ends', name, at FROM ends ORDER BY 1, 2`;

describe.skipIf(!hasRedis())("on many machines", () => {
  let cli: string;
  let redis: RedisServer;
  let site: Site;
  beforeAll(async () => {
    [cli, redis] = await Promise.all([buildProgram(), RedisServer.open()]);
    site = new Site(cli);
  }, 120_000);
  afterAll(async () => {
    await site.close();
    await redis.close();
    rmSync(dirname(cli), { recursive: true, force: true });
  });

  const runOn = (file: string, ...more: string[]) =>
    site.run("run", file, "--executor", redis.url, "--json", ...more);

  test("a run on three workers ends as one in a single process does, in its states, results and rows", async () => {
    const file = site.notebook("all", flow);
    const workers = await Promise.all(
      [1, 2, 3].map(() => site.work(redis.url)),
    );
    const far = await runOn(file, "--db", "far.sqlite");
    const near = await site.run("run", file, "--json", "--db", "near.sqlite");
    for (const { child } of workers) child.kill("SIGTERM");
    expect(essence(JSON.parse(far.out()) as RunReport)).toEqual(
      essence(JSON.parse(near.out()) as RunReport),
    );
    expect(far.code).toBe(near.code);
    const rows = site.rows("near.sqlite", tables);
    expect(rows).toHaveLength(62);
    expect(site.rows("far.sqlite", tables)).toEqual(rows);
    expect(await Promise.all(workers.map(({ ended }) => ended))).toEqual([
      0, 0, 0,
    ]);
  });

  test("nothing of a run that is over is left in the queue or in the store", async () => {
    const file = site.notebook(
      "large",
      `const make = task(() => "x".repeat(50_000))
       const keep = task(async (text: string) => { await load("texts", [{ text }]); return text.length })
       flow("large", () => keep(make()))`,
    );
    const shared = join(site.folder, "shared");
    mkdirSync(shared);
    const store = ["--store", `file://${shared}`];
    const worker = await site.work(redis.url, ...store);
    const { code, out } = await runOn(file, ...store);
    expect([code, (JSON.parse(out()) as RunReport).result]).toEqual([0, 50000]);
    expect(site.rows("large.sqlite", "SELECT length(text) FROM texts")).toEqual(
      [[50000]],
    );
    expect(readdirSync(shared)).toEqual([]);
    const connection = redis.connect();
    const queue = new Queue("tasks", { connection, prefix: "flowbook" });
    expect(
      await queue.getJobCounts("waiting", "active", "completed", "failed"),
    ).toEqual({ waiting: 0, active: 0, completed: 0, failed: 0 });
    connection.disconnect();
    worker.child.kill("SIGTERM");
    await worker.ended;
  });

  test("a result that is too large for the queue fails its task with the flag that helps", async () => {
    const file = site.notebook(
      "toolarge",
      `const make = task(() => "x".repeat(50_000), { retries: 5 })
       flow("toolarge", () => make())`,
    );
    const worker = await site.work(redis.url);
    const { code, out } = await runOn(file);
    worker.child.kill("SIGTERM");
    await worker.ended;
    const [task] = (JSON.parse(out()) as RunReport).tasks;
    expect([code, task?.attempts]).toEqual([1, 1]);
    expect(task?.message).toMatch(
      /takes 51 kB, and only 16 kB go through Redis.*--store file:\/\/\//,
    );
  });

  test("Cancel ends a task on another machine, and its slot makes the next", async () => {
    const endless = site.notebook(
      "endless",
      `const spin = task(() => { console.log("spinning"); while (true) {} })
       flow("endless", () => spin())`,
    );
    const next = site.notebook(
      "next",
      `const one = task(() => 1)
       flow("next", () => one())`,
    );
    const worker = await site.work(redis.url, "--slots", "1");
    const run = site.start("run", endless, "--executor", redis.url);
    await run.until("spinning");
    run.child.kill("SIGINT");
    expect(await run.ended).toBe(130);
    const { code } = await runOn(next);
    expect(code).toBe(0);
    worker.child.kill("SIGTERM");
    await worker.ended;
  });

  test("a worker with a notebook of its own refuses all others", async () => {
    const mine = site.notebook(
      "mine",
      `const one = task(() => 1)
       flow("mine", () => one())`,
    );
    const other = site.notebook(
      "other",
      `const two = task(() => 2)
       flow("other", () => two())`,
    );
    const worker = await site.work(redis.url, "--notebook", mine);
    expect((await runOn(mine)).code).toBe(0);
    const { code, out } = await runOn(other);
    worker.child.kill("SIGTERM");
    await worker.ended;
    expect(code).toBe(1);
    expect((JSON.parse(out()) as RunReport).tasks[0]?.message).toMatch(
      /works only for its own mine\.flow\.md/,
    );
  });

  test("a worker refuses jobs of another major version of Flowbook", async () => {
    const worker = await site.work(redis.url);
    const prefix = "flowbook";
    const connection = redis.connect();
    const listening = redis.connect();
    const queue = new Queue("tasks", { connection, prefix });
    const events = new QueueEvents("tasks", { connection: listening, prefix });
    await events.waitUntilReady();
    const failed = new Promise<string>((done) =>
      events.on("failed", ({ failedReason }) => done(failedReason)),
    );
    const job = await queue.add("old", { flowbook: "99.0.0" });
    expect(await failed).toMatch(/the run is one of Flowbook 99\.0\.0/);
    await job.remove();
    await events.close();
    connection.disconnect();
    listening.disconnect();
    worker.child.kill("SIGTERM");
    await worker.ended;
  });

  test("a Redis that would throw entries away is refused with the command to type", async () => {
    const careless = await RedisServer.open(
      ...["--maxmemory-policy", "allkeys-lru"],
    );
    const { code, said } = await site.run("worker", careless.url);
    await careless.close();
    expect(code).not.toBe(0);
    expect(said()).toMatch(/CONFIG SET maxmemory-policy noeviction/);
  });

  test("where no Redis answers, that is said with its address", async () => {
    const gone = await RedisServer.open(
      ...["--maxmemory-policy", "noeviction"],
    );
    await gone.close();
    const { code, said } = await site.run("worker", gone.url);
    expect(code).not.toBe(0);
    expect(said()).toMatch(/Redis at 127\.0\.0\.1:\d+ does not answer/);
  });
});
