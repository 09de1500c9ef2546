import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { Queue, QueueEvents } from "bullmq";
import type { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { findRedis } from "../../scripts/redis.mjs";
import type { RunReport } from "../../src/core/report.ts";
import { parseAddress } from "../../src/node/cluster/address.ts";
import { openConnection } from "../../src/node/cluster/connection.ts";
import { keyId, openS3Server } from "./s3Server.ts";
import { openTurnstile } from "./turnstile.ts";
import {
  buildProgram,
  closeAll,
  essence,
  freePort,
  hasRedis,
  RedisServer,
  Site,
} from "./world.ts";

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
const paged = task(async () => {
  await load("pages", [{ page: context.loopCount }])
  if (context.loopCount === 2 && context.attempt === 1) throw new Error("down")
  if (context.loopCount < 3) loop()
}, { retries: 1, retryDelay: 0 })
flow("all", () => {
  const squares = square.map(numbers())
  const stored = store.map(squares)
  const counted = count(stored)
  const begun = first(counted)
  const ended = upsert(begun)
  paged(); flaky(); broken(); skipped(); slow(); named(named(named(1)))
  return { counted, begun, ended, stored }
})`;

const tables = `SELECT 'squares', x, even FROM squares UNION ALL SELECT 'ends', name, at FROM ends UNION ALL SELECT 'pages', page, 0 FROM pages ORDER BY 1, 2`;

/** The keys in Redis that are not the queue's own. */
async function keysOf(connection: Redis): Promise<string[]> {
  const keys = await connection.keys("flowbook:*");
  return keys.filter((key) => !key.startsWith("flowbook:tasks:"));
}

describe.skipIf(!hasRedis())("on many machines", () => {
  let cli: string;
  let redis: RedisServer;
  let site: Site;
  beforeAll(async () => {
    [cli, redis] = await Promise.all([buildProgram(), RedisServer.open()]);
    site = new Site(cli);
  }, 120_000);
  afterEach(() => site.clear());
  afterAll(async () => {
    await closeAll();
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
    expect(rows).toHaveLength(65);
    expect(site.rows("far.sqlite", tables)).toEqual(rows);
    expect(await Promise.all(workers.map(({ ended }) => ended))).toEqual([
      0, 0, 0,
    ]);
  });

  test("a query that does not end holds up no task of other machines, and ends with its attempt", async () => {
    const file = site.notebook(
      "endless",
      `const spin = task(async () => {
         await db.query("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c")
       }, { timeout: "1s" })
       const fill = task(() => load("rows", Array.from({ length: 1000 }, (_, x) => ({ x }))))
       const count = task(async (_: unknown) => (await db.query("SELECT count(*) AS n FROM rows a, rows b"))[0]!.n)
       flow("endless", () => { spin(); return count(fill()) })`,
    );
    const worker = await site.work(redis.url, "--slots", "3");
    const { code, out } = await runOn(file);
    const { tasks } = JSON.parse(out()) as RunReport;
    expect(code).toBe(1);
    expect(tasks.map(({ state, result }) => [state, result])).toMatchObject([
      ["TimedOut", undefined],
      ["Success", { rows: 1000 }],
      ["Success", 1_000_000],
    ]);
    expect(site.rows("endless.sqlite", "SELECT count(*) FROM rows")).toEqual([
      [1000],
    ]);
    worker.child.kill("SIGTERM");
    await worker.ended;
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
    expect(await keysOf(connection)).toEqual([]);
    connection.disconnect();
    worker.child.kill("SIGTERM");
    await worker.ended;
  });

  test("what a coordinator leaves that was killed goes by itself, or with the end of the run", async () => {
    const server = await RedisServer.open(...["--appendonly", "no"]);
    const connection = server.connect();
    const gate = await openTurnstile();
    const file = site.notebook(
      "left",
      `const one = task(async () => { await fetch("${gate.url}/one"); return 1 })
       flow("left", () => one())`,
    );
    const worker = await site.work(server.url);
    const given = ["run", file, "--executor", server.url];
    const run = site.start(...given);
    await gate.came("one", 1);
    run.child.kill("SIGKILL");
    await run.ended;
    const left = await keysOf(connection);
    expect(left.map((key) => key.split(":")[1]).sort()).toEqual([
      "current",
      "setup",
    ]);
    for (const key of left) {
      const seconds = await connection.ttl(key);
      expect([seconds > 0, seconds <= 24 * 3600]).toEqual([true, true]);
    }
    const queue = new Queue("tasks", { connection, prefix: "flowbook" });
    const [job] = await queue.getJobs(["active"]);
    expect(job?.opts).toMatchObject({
      removeOnComplete: { age: 24 * 3600 },
      removeOnFail: { age: 24 * 3600 },
    });
    gate.open("one");
    expect((await site.run(...given, "--resume")).code).toBe(0);
    expect(await keysOf(connection)).toEqual([]);
    worker.child.kill("SIGTERM");
    await worker.ended;
    connection.disconnect();
    await gate.close();
    await server.close();
  });

  test("what is large goes by way of S3 as well", async () => {
    const s3 = await openS3Server();
    const keys = { AWS_ACCESS_KEY_ID: keyId, AWS_SECRET_ACCESS_KEY: "secret" };
    const file = site.notebook(
      "inS3",
      `const make = task(() => "x".repeat(50_000))
       const keep = task(async (text: string) => { await load("texts", [{ text }]); return text.length })
       flow("large", () => keep(make()))`,
    );
    const store = ["--store", s3.url];
    const worker = site.startWith(keys, "worker", redis.url, ...store);
    await worker.until("Working for");
    const run = site.startWith(
      keys,
      ...["run", file, "--executor", redis.url, "--json", ...store],
    );
    expect(await run.ended, run.said() + run.out()).toBe(0);
    expect((JSON.parse(run.out()) as RunReport).result).toBe(50_000);
    expect(site.rows("inS3.sqlite", "SELECT length(text) FROM texts")).toEqual([
      [50_000],
    ]);
    expect(s3.puts).toBeGreaterThan(1);
    expect([...s3.objects]).toEqual([]);
    worker.child.kill("SIGTERM");
    await worker.ended;
    await s3.close();
  });

  test("a run stays a success where the store does not let go of what it left", async () => {
    const s3 = await openS3Server();
    s3.refuse("DELETE");
    const keys = { AWS_ACCESS_KEY_ID: keyId, AWS_SECRET_ACCESS_KEY: "secret" };
    const file = site.notebook(
      "keeps",
      `const make = task(() => "x".repeat(50_000))
       flow("keeps", () => make())`,
    );
    const store = ["--store", s3.url];
    const worker = site.startWith(keys, "worker", redis.url, ...store);
    await worker.until("Working for");
    const run = site.startWith(
      keys,
      ...["run", file, "--executor", redis.url, ...store],
    );
    expect(await run.ended, run.said()).toBe(0);
    expect(run.said()).toMatch(
      /what it left in the store could not be removed: DELETE .*: 403 AccessDenied/,
    );
    worker.child.kill("SIGTERM");
    await worker.ended;
    await s3.close();
  });

  test("a store that the run and its worker do not share fails the task with what to do, once", async () => {
    const file = site.notebook(
      "apart",
      `const make = task(() => "x".repeat(50_000), { retries: 5 })
       flow("apart", () => make())`,
    );
    const folders = ["one", "other"].map((name) => join(site.folder, name));
    for (const folder of folders) mkdirSync(folder);
    const [one, other] = folders.map((folder) => `file://${folder}`);
    const worker = await site.work(redis.url, "--store", one!);
    const { out } = await runOn(file, "--store", other!);
    const [task] = (JSON.parse(out()) as RunReport).tasks;
    expect(task).toMatchObject({
      ...{ state: "Failed", attempts: 1 },
      message: expect.stringMatching(
        /^What the task returned could not be read from the store by .*ENOENT.*[^.]\. Give the run and all workers the same --store\.$/,
      ),
    });
    const gone = await runOn(file, "--store", `${other!}/gone`);
    expect([gone.code, gone.said()]).toEqual([
      2,
      expect.stringMatching(/cannot be used: There is no folder/),
    ]);
    worker.child.kill("SIGTERM");
    await worker.ended;
  });

  test("a store that answers no more holds up neither Cancel nor the end of a worker for longer than seconds", async () => {
    const s3 = await openS3Server();
    const keys = { AWS_ACCESS_KEY_ID: keyId, AWS_SECRET_ACCESS_KEY: "secret" };
    const file = site.notebook(
      "mute",
      `const make = task(() => "x".repeat(50_000))
       flow("mute", () => make())`,
    );
    const store = ["--store", s3.url];
    const worker = site.startWith(keys, "worker", redis.url, ...store);
    await worker.until("Working for");
    const asked = s3.answer("PUT");
    const run = site.startWith(
      keys,
      ...["run", file, "--executor", redis.url, ...store],
    );
    await asked;
    void s3.answer("GET");
    // It never does: with the patience that the network has by itself, this takes longer than a test may.
    run.child.kill("SIGINT");
    worker.child.kill("SIGTERM");
    expect(await Promise.all([run.ended, worker.ended])).toEqual([130, 0]);
    expect(run.said()).toMatch(
      /in the store could not be removed: .* does not answer/,
    );
    await s3.close();
  });

  test("a worker that was frozen for too long changes nothing when it goes on, and works again", async () => {
    const gate = await openTurnstile();
    const file = site.notebook(
      "frozen",
      `const first = task(async () => {
         await load("firsts", [{ x: 1 }])
         await fetch("${gate.url}/first")
         return [1, 2]
       })
       const second = task(async (x: number) => { await fetch("${gate.url}/second"); return x + 1 })
       flow("frozen", () => second.map(first()))`,
    );
    const frozen = await site.work(redis.url, "--slots", "1");
    const run = site.start("run", file, "--executor", redis.url, "--json");
    await gate.came("first", 1);
    frozen.child.kill("SIGSTOP");
    const other = await site.work(redis.url, "--slots", "1");
    await gate.came("first", 2);
    gate.open("first");
    await gate.came("second", 1);
    // It has all that it needs to answer for the first task; the run still goes on, and needs both workers.
    frozen.child.kill("SIGCONT");
    await gate.came("second", 2);
    gate.open("second");
    expect(await run.ended, run.said() + run.out()).toBe(0);
    const report = JSON.parse(run.out()) as RunReport;
    expect(report.result).toEqual([2, 3]);
    const [first, second] = report.tasks;
    expect(first?.attempts).toBe(1);
    expect(second?.children?.map(({ attempts }) => attempts)).toEqual([1, 1]);
    expect(site.rows("frozen.sqlite", "SELECT x FROM firsts")).toEqual([[1]]);
    for (const { child } of [frozen, other]) child.kill("SIGTERM");
    await Promise.all([frozen.ended, other.ended]);
    await gate.close();
  });

  test("a worker that is ended in good order gives back what it was at, however often that happens", async () => {
    const gate = await openTurnstile();
    const file = site.notebook(
      "handed",
      `const one = task(async () => { await fetch("${gate.url}/one"); return 1 })
       flow("handed", () => one())`,
    );
    const run = site.start("run", file, "--executor", redis.url, "--json");
    for (let times = 1; times <= 5; times += 1) {
      const worker = await site.work(redis.url, "--patience", "1h");
      await gate.came("one", times);
      worker.child.kill("SIGTERM");
      expect(await worker.ended).toBe(0);
    }
    gate.open("one");
    const last = await site.work(redis.url);
    expect(await run.ended, run.said() + run.out()).toBe(0);
    const report = JSON.parse(run.out()) as RunReport;
    expect([report.result, report.tasks[0]?.attempts]).toEqual([1, 1]);
    last.child.kill("SIGTERM");
    await last.ended;
    await gate.close();
  });

  test("of tasks that are made together, none waits for one of them that takes long", async () => {
    const gate = await openTurnstile();
    gate.open("after");
    const file = site.notebook(
      "together",
      `const numbers = task(() => Array.from({ length: 60 }, (_, at) => at))
       const small = task(async (x: number) => { if (x === 30) await fetch("${gate.url}/slow"); return x })
       const after = task(async (x: number) => { await fetch("${gate.url}/after"); return x })
       const sum = task((xs: number[]) => xs.reduce((a, b) => a + b, 0))
       flow("together", () => sum(after.map(small.map(numbers()))))`,
    );
    const worker = await site.work(redis.url);
    const run = site.start("run", file, "--executor", redis.url, "--json");
    await gate.came("after", 59);
    gate.open("slow");
    await run.ended;
    expect(JSON.parse(run.out())).toMatchObject({
      state: "Success",
      result: 1770,
    });
    expect(gate.count("after")).toBe(60);
    worker.child.kill("SIGTERM");
    await worker.ended;
    await gate.close();
  });

  test("a file of the coordinator's is that of the task that reads it, whatever else goes on", async () => {
    const gate = await openTurnstile();
    const file = site.notebook(
      "reading",
      `const other = task(async () => { await fetch("${gate.url}/other"); return 1 })
       const read = task(async (name: string) => { await fetch("${gate.url}/read"); return await readText(name) })
       const tell = task(async (text: string) => { await fetch("${gate.url}/told"); return text.length })
       flow("reading", () => { other(); return tell(read("people.csv")) })`,
    );
    const people = join(site.folder, "people.csv");
    writeFileSync(people, "one");
    const worker = await site.work(redis.url);
    const run = site.start("run", file, "--executor", redis.url);
    await gate.came("other", 1);
    for (const at of ["read", "told"]) {
      await gate.came(at, 1);
      gate.open(at);
    }
    gate.open("other");
    expect(await run.ended).toBe(0);
    writeFileSync(people, "three");
    const { out } = await site.run("plan", file, "--resume", "--json");
    expect(JSON.parse(out())).toMatchObject([
      { name: "other", action: "reuse" },
      { name: "read", why: "runs: people.csv is another file now" },
      { name: "tell", why: "runs: read runs again" },
    ]);
    worker.child.kill("SIGTERM");
    await worker.ended;
    await gate.close();
  });

  test("no more tasks with a tag run at once than it allows, however many machines there are", async () => {
    const gate = await openTurnstile();
    const numbers = JSON.stringify(Array.from({ length: 9 }, (_, at) => at));
    const file = site.notebook(
      "limits",
      `const few = task(async (x: number) => { await fetch("${gate.url}/few" + x); return x }, { tags: ["api"], concurrency: { api: 2 } })
       const many = task(async (x: number) => { await fetch("${gate.url}/many"); return x })
       flow("limits", () => { few.map(${numbers}); many.map([1, 2, 3, 4]) })`,
    );
    const workers = await Promise.all(
      [1, 2, 3].map(() => site.work(redis.url)),
    );
    const run = site.start("run", file, "--executor", redis.url, "--json");
    // All six slots are taken: four by what has no limit, two by what has.
    await gate.came("many", 4);
    for (let next = 0; next < 9; next += 1) {
      const going = [next, Math.min(next + 1, 8)];
      await Promise.all(going.map((x) => gate.came(`few${x}`, 1)));
      expect(
        Array.from({ length: 9 }, (_, x) => gate.count(`few${x}`)),
      ).toEqual(Array.from({ length: 9 }, (_, x) => (x <= next + 1 ? 1 : 0)));
      gate.open(`few${next}`);
    }
    gate.open("many");
    expect(await run.ended, run.said() + run.out()).toBe(0);
    for (const { child } of workers) child.kill("SIGTERM");
    await Promise.all(workers.map(({ ended }) => ended));
    await gate.close();
  });

  test.skipIf(!canEncrypt())(
    "with rediss:// the connection is encrypted, and a certificate that nobody vouches for is refused",
    async () => {
      const key = join(site.folder, "key.pem");
      const certificate = join(site.folder, "certificate.pem");
      execFileSync(
        "openssl",
        [
          ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"],
          ...["-subj", "/CN=localhost", "-addext"],
          ...["subjectAltName=DNS:localhost"],
          ...["-keyout", key, "-out", certificate],
        ],
        { stdio: "ignore" },
      );
      const port = await freePort();
      const server = await RedisServer.open(
        ...["--tls-port", `${port}`, "--tls-auth-clients", "no"],
        ...["--tls-cert-file", certificate, "--tls-key-file", key],
      );
      const url = `rediss://localhost:${port}`;
      const trusting = { NODE_EXTRA_CA_CERTS: certificate };
      const file = site.notebook(
        "encrypted",
        `const one = task(() => 1)
         flow("encrypted", () => one())`,
      );
      const worker = site.startWith(trusting, "worker", url);
      await worker.until("Working for");
      const run = site.startWith(trusting, "run", file, "--executor", url);
      expect(await run.ended, run.said() + run.out()).toBe(0);
      worker.child.kill("SIGTERM");
      await worker.ended;
      const { code, said } = await site.run("worker", url);
      expect(code).toBe(2);
      expect(said()).toMatch(/does not answer \(self-signed certificate\)/);
      await server.close();
    },
  );

  test("a result that is too large for the queue fails its task with the flag that helps", async () => {
    const file = site.notebook(
      "toolarge",
      `const make = task(() => "x".repeat(50_000), { retries: 5 })
       flow("toolarge", () => make())`,
    );
    // Nobody would read or remove what a worker puts into a store that the run does not have.
    const shared = join(site.folder, "only the worker's");
    mkdirSync(shared);
    const url = String(pathToFileURL(shared));
    const worker = await site.work(redis.url, "--store", url);
    const { code, out } = await runOn(file);
    worker.child.kill("SIGTERM");
    await worker.ended;
    expect(readdirSync(shared)).toEqual([]);
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

  test("a run that is refused ends, though Redis is there", async () => {
    const file = site.notebook(
      "occupied",
      `const spin = task(() => { console.log("spinning"); while (true) {} })
       flow("occupied", () => spin())`,
    );
    const first = site.start("run", file);
    await first.until("spinning");
    const { code } = await runOn(file);
    expect(code).toBe(5);
    first.child.kill("SIGINT");
    await first.ended;
  }, 20_000);

  test("Cancel ends a run whose Redis is gone", async () => {
    const file = site.notebook(
      "alone",
      `const spin = task(() => { console.log("spinning"); while (true) {} })
       flow("alone", () => spin())`,
    );
    const gone = await RedisServer.open(
      ...["--maxmemory-policy", "noeviction"],
    );
    const worker = await site.work(gone.url);
    const run = site.start("run", file, "--executor", gone.url);
    await run.until("spinning");
    await gone.kill();
    await run.until("is gone; waiting for it");
    run.child.kill("SIGINT");
    expect(await run.ended).toBe(130);
    expect(site.rows("alone.sqlite", "PRAGMA journal_mode")).toEqual([
      ["delete"],
    ]);
    worker.child.kill("SIGTERM");
    await worker.ended;
    await gone.close();
  }, 30_000);

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
    // From the beginning: that it is ready does not say that it listens already.
    const events = new QueueEvents("tasks", {
      connection: listening,
      prefix,
      lastEventId: "0",
    });
    const jobId = "of-another-version";
    const failed = new Promise<string>((done) =>
      events.on("failed", (event) => {
        if (event.jobId === jobId) done(event.failedReason);
      }),
    );
    const job = await queue.add("old", { flowbook: "99.0.0" }, { jobId });
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

  test("a database or a password that Redis refuses is refused with what it says, and so is TLS where there is none", async () => {
    const server = await RedisServer.open("--databases", "2");
    const open = (url: string) => {
      const opening = openConnection(parseAddress(url), () => {});
      return opening.then((connection) => connection.close());
    };
    await open(`${server.url}/1`);
    await expect(open(`${server.url}/2`)).rejects.toThrow(
      /gives no database 2: ERR DB index is out of range\. Correct the number/,
    );
    await expect(
      open(server.url.replace("//", "//nobody:wrong@")),
    ).rejects.toThrow(/refuses: WRONGPASS .*[^.]\. Give user/);
    await expect(open(server.url.replace("bullmq", "rediss"))).rejects.toThrow(
      /does not answer \(.*\. If it speaks no TLS, begin the address with bullmq:/,
    );
    await server.close();
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

/** Whether there is what a Redis with a certificate needs. */
function canEncrypt(): boolean {
  try {
    const server = execFileSync("ldd", [findRedis()!], { encoding: "utf8" });
    execFileSync("openssl", ["version"]);
    if (server.includes("libssl")) return true;
  } catch {
    // said below
  }

  console.warn(
    "Encrypted connections are not tested: they need openssl and a redis-server that was built with TLS.",
  );
  return false;
}
