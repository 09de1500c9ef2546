// What a task costs on many machines, beside plain BullMQ jobs that do the same: the same Redis, processes and tasks.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Queue, QueueEvents } from "bullmq";
import { build } from "vite";
import { root } from "../../scripts/dependencies.mjs";
import { findRedis } from "../../scripts/redis.mjs";

const tasks = 2_000;
const links = 200;
const rounds = 2;

const notebook = `---
flowbook: 1
---

\`\`\`ts main
const numbers = task(() => Array.from({ length: ${tasks} }, (_, at) => at))
const next = task((x: number) => x + 1)
flow("wide", () => next.map(numbers()))
flow("chain", () => { let x = next(0); for (let at = 1; at < ${links}; at += 1) x = next(x); return x })
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
  const children = new Set();
  const start = (command, args) => {
    const child = spawn(command, args, { cwd: folder });
    children.add(child);
    child.on("exit", () => children.delete(child));
    return child;
  };
  try {
    await build({
      configFile: join(root, "vite.node.config.ts"),
      logLevel: "error",
      build: { outDir: program },
    });
    writeFileSync(join(folder, "bench.flow.md"), notebook);
    start(redis, [
      ...["--port", `${port}`, "--bind", "127.0.0.1", "--save", ""],
      ...["--appendonly", "yes", "--dir", folder],
    ]);
    const cli = join(program, "cli.mjs");
    const url = `bullmq://127.0.0.1:${port}`;
    // The list that is mapped over is too large for the queue.
    const store = ["--store", `file://${folder}/store`];
    const rows = [];
    for (const count of [1, 2, 4]) {
      const found = { ours: [], plain: [], chain: [], plainChain: [] };
      for (let round = 0; round < rounds; round += 1) {
        const workers = Array.from({ length: count }, () =>
          start(process.execPath, [
            cli,
            "worker",
            url,
            "--slots",
            "4",
            ...store,
          ]),
        );
        await Promise.all(workers.map((one) => says(one.stderr, "Working")));
        found.ours.push((await runFlow("wide")) / tasks);
        if (count === 1) found.chain.push((await runFlow("chain")) / links);
        await end(workers);
        const plain = Array.from({ length: count }, () =>
          start(process.execPath, [
            ...[join(root, "test/bench/plainWorker.mjs"), `${port}`, "plain"],
          ]),
        );
        await Promise.all(plain.map((one) => says(one.stdout, "ready")));
        found.plain.push((await runPlain(tasks, tasks)) / tasks);
        if (count === 1)
          found.plainChain.push((await runPlain(links, 1)) / links);
        await end(plain);
      }
      const ours = best(found.ours);
      const plain = best(found.plain);
      rows.push({
        workers: count,
        "ms a task": ours.toFixed(3),
        "plain BullMQ": plain.toFixed(3),
        ratio: (ours / plain).toFixed(2),
        "ms a link": count === 1 ? best(found.chain).toFixed(2) : "",
        "plain, one at a time":
          count === 1 ? best(found.plainChain).toFixed(2) : "",
      });
    }
    console.log(
      `\ncluster: ${tasks} tasks that do nothing, side by side; a chain of ${links}; best of ${rounds}`,
    );
    console.table(rows);

    async function runFlow(flow) {
      const child = start(process.execPath, [
        ...[cli, "run", "bench.flow.md", "--flow", flow, "--json"],
        ...["--executor", url, "--db", `${flow}.sqlite`, ...store],
      ]);
      let out = "";
      child.stdout.on("data", (part) => (out += part));
      await new Promise((done) => child.on("close", done));
      const report = JSON.parse(out);
      if (report.state !== "Success") throw new Error(out);
      const mapped = report.tasks.find(({ name }) => name === "next");
      const [from, to] =
        flow === "wide"
          ? [mapped.startedAt, mapped.endedAt]
          : [report.startedAt, report.endedAt];
      return Date.parse(to) - Date.parse(from);
    }

    /** Adds jobs, `together` at once, and removes each when it is heard that it is done. */
    async function runPlain(jobs, together) {
      const connection = { host: "127.0.0.1", port };
      const queue = new Queue("plain", { connection });
      const events = new QueueEvents("plain", { connection });
      await events.waitUntilReady();
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
        return queue.addBulk(list);
      };
      await new Promise((finish) => {
        events.on("completed", ({ jobId }) => {
          done += 1;
          void queue.remove(jobId);
          if (done === jobs) finish();
          else if (done === added) void add();
        });
        void add();
      });
      const took = performance.now() - from;
      await events.close();
      await queue.close();
      return took;
    }
  } finally {
    await end([...children]);
    rmSync(program, { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
  }
}

const best = (times) => Math.min(...times);

async function end(children) {
  await Promise.all(
    children.map(
      (child) =>
        new Promise((done) => {
          child.on("exit", done);
          child.kill("SIGKILL");
        }),
    ),
  );
}

function says(stream, text) {
  return new Promise((done) =>
    stream.on("data", (part) => String(part).includes(text) && done()),
  );
}

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}
