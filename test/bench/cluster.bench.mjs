// What a task costs on many machines, beside plain BullMQ jobs that do the same: the same Redis, as many processes, in turns.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import Database from "better-sqlite3";
import { Queue, QueueEvents } from "bullmq";
import { build } from "vite";
import { root } from "../../scripts/dependencies.mjs";
import { findRedis } from "../../scripts/redis.mjs";

const tasks = 2_000;
const links = 200;
const rounds = 5;
const slots = 4;

const notebook = `---
flowbook: 1
---

\`\`\`ts main
const begin = task((_: number) => new Promise((done) => setTimeout(done, 100)))
const numbers = task((_: unknown) => Array.from({ length: ${tasks} }, (_, at) => at))
const next = task((x: number) => x + 1)
flow("wide", () => next.map(numbers(begin.map(${JSON.stringify(Array.from({ length: 24 }, (_, at) => at))}))))
flow("chain", () => { let x = next(0); for (let at = 1; at < ${links + 20}; at += 1) x = next(x); return x })
\`\`\`
`;

export async function benchCluster() {
  const redis = findRedis();
  if (!redis) {
    console.log("cluster: there is no Redis here.");
    return;
  }
  const cache = join(root, "node_modules/.cache");
  mkdirSync(cache, { recursive: true });
  const program = mkdtempSync(join(cache, "bench-cluster-"));
  const folder = mkdtempSync(join(tmpdir(), "flowbook-bench-"));
  const port = await freePort();
  const children = new Children(folder);
  try {
    await build({
      configFile: join(root, "vite.node.config.ts"),
      logLevel: "error",
      build: { outDir: program },
    });
    const file = join(folder, "bench.flow.md");
    writeFileSync(file, notebook);
    await children.start(redis, "Ready to accept", [
      ...["--port", `${port}`, "--bind", "127.0.0.1", "--save", ""],
      ...["--appendonly", "yes", "--dir", folder],
    ]);
    const { run } = await import(
      pathToFileURL(join(program, "flowbook.mjs")).href
    );
    const url = `bullmq://127.0.0.1:${port}`;
    // The list that is mapped over is too large for the queue.
    const store = `file://${folder}/store`;
    mkdirSync(`${folder}/store`);

    /** How long a task of a flow took, in milliseconds, once the workers have opened their threads; and how long that took. */
    const runFlow = async (flow) => {
      const database = join(folder, `${flow}.sqlite`);
      const given = { flow, database, executor: url, store };
      const report = await run(file, given);
      if (report.state !== "Success") throw new Error(report.message);
      if (flow === "wide") {
        const { startedAt, endedAt } = report.tasks.at(-1);
        return { each: between(startedAt, endedAt) / tasks };
      }
      const ends = report.tasks.map(({ endedAt }) => endedAt).sort();
      const known = ends.at(-1 - links);
      return {
        begin: between(report.startedAt, ends[0]),
        each: between(known, ends.at(-1)) / links,
      };
    };

    const plainQueue = new PlainQueue(port);
    const rows = [];
    for (const count of [1, 2, 4]) {
      const workers = await Promise.all(
        Array.from({ length: count }).flatMap(() => [
          children.start(process.execPath, "Working", [
            ...[join(program, "cli.mjs"), "worker", url],
            ...["--slots", `${slots}`, "--store", store],
          ]),
          children.start(process.execPath, "ready", [
            join(root, "test/bench/plainWorker.mjs"),
            ...[`${port}`, "plain", `${slots}`],
          ]),
        ]),
      );
      const found = {};
      // The first round is for the machine to know what it is about.
      for (let round = 0; round <= rounds; round += 1) {
        const wide = await runFlow("wide");
        const plain = (await plainQueue.run(tasks, tasks)) / tasks;
        const chain = await runFlow("chain");
        const plainChain = (await plainQueue.run(links, 1)) / links;
        const keptChain = await plainQueue.runKept(links, folder);
        if (round === 0) continue;
        const plainTimes = { plain, plainChain, keptChain };
        const times = { wide: wide.each, chain: chain.each, ...plainTimes };
        for (const [name, time] of Object.entries({ ...times, ...chain }))
          (found[name] ??= []).push(time);
      }
      await children.end(workers);
      const medians = Object.fromEntries(
        Object.entries(found).map(([name, list]) => [name, median(list)]),
      );
      const { wide, plain, chain, plainChain, keptChain, begin } = medians;
      rows.push({
        workers: count,
        "ms a task": wide.toFixed(3),
        "tasks a second": Math.round(1000 / wide),
        "plain, ms a job": plain.toFixed(3),
        "plain, jobs a second": Math.round(1000 / plain),
        "overhead, ms": (wide - plain).toFixed(3),
        ratio: (wide / plain).toFixed(2),
        "ms a link": chain.toFixed(2),
        "plain, ms a link": plainChain.toFixed(2),
        "plain and committed, ms a link": keptChain.toFixed(2),
        "ratio of links": (chain / plainChain).toFixed(2),
        "first task after, ms": Math.round(begin),
      });
    }
    await plainQueue.close();
    console.log(
      `\ncluster: ${tasks} tasks that do nothing, side by side, and a chain of ${links}; ${slots} at once a worker; median of ${rounds} in turns`,
    );
    console.table(rows);
  } finally {
    await children.end();
    rmSync(program, { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A queue of plain jobs. */
class PlainQueue {
  #queue;
  #events;

  constructor(port) {
    const connection = { host: "127.0.0.1", port };
    this.#queue = new Queue("plain", { connection });
    // From the first event on: by default those are missed that happen before it listens, and waited for forever.
    this.#events = new QueueEvents("plain", { connection, lastEventId: "0" });
  }

  /** A chain of jobs, each added when what the one before gave is in an SQLite file; gives how long a link took. */
  async runKept(links, folder) {
    const file = join(folder, "plain.sqlite");
    const database = new Database(file);
    database.pragma("journal_mode = WAL");
    database.pragma("synchronous = FULL");
    database.exec("CREATE TABLE IF NOT EXISTS kept (job TEXT, value TEXT)");
    const insert = database.prepare("INSERT INTO kept VALUES (?, ?)");
    const time = await this.run(links, 1, (job, value) =>
      insert.run(job, value),
    );
    database.close();
    return time / links;
  }

  /**
   * Adds jobs, `together` at once, and removes each when it is heard that it is done, and `keep` has done what it does with what
   * the job gave; gives how long that took.
   */
  async run(jobs, together, keep = () => {}) {
    const from = performance.now();
    let added = 0;
    let done = 0;
    const add = () => {
      const some = Math.min(together, jobs - added);
      const list = Array.from({ length: some }, (_, at) => ({
        name: "next",
        data: { x: added + at },
      }));
      added += some;
      return this.#queue.addBulk(list);
    };
    await new Promise((finish) => {
      this.#events.on("completed", ({ jobId, returnvalue }) => {
        keep(jobId, JSON.stringify(returnvalue));
        done += 1;
        void this.#queue.remove(jobId);
        if (done === jobs) finish();
        else if (done === added) void add();
      });
      void add();
    });
    this.#events.removeAllListeners("completed");
    return performance.now() - from;
  }

  async close() {
    await this.#events.close();
    await this.#queue.close();
  }
}

/** Processes that end with the measurement. */
class Children {
  #folder;
  #running = new Set();

  constructor(folder) {
    this.#folder = folder;
  }

  /** Starts a program, and resolves when it has said that it is ready; rejects if it ends before. */
  start(command, ready, args) {
    const child = spawn(command, args, {
      cwd: this.#folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#running.add(child);
    let said = "";
    return new Promise((found, fail) => {
      const look = (part) => {
        said += part;
        if (said.includes(ready)) found(child);
      };
      child.stdout.on("data", look);
      child.stderr.on("data", look);
      child.on("exit", () => {
        this.#running.delete(child);
        fail(new Error(`${command} ended: ${said}`));
      });
    });
  }

  /** Ends them, or all. */
  async end(some = [...this.#running]) {
    await Promise.all(
      some
        .filter((child) => this.#running.has(child))
        .map(
          (child) =>
            new Promise((done) => {
              child.on("exit", done);
              child.kill("SIGKILL");
            }),
        ),
    );
  }
}

function between(from, to) {
  return Date.parse(to) - Date.parse(from);
}

function median(list) {
  const sorted = list.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)];
}

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}
