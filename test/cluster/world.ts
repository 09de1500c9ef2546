/** A Redis, workers and coordinators as processes of their own, which a test can kill. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Redis } from "ioredis";
import { build, type Plugin } from "vite";
import { findRedis } from "../../scripts/redis.mjs";
import type { RunReport } from "../../src/core/report.ts";
import { readAll } from "../../src/engine/database/execute.ts";
import { loadDriver } from "../../src/node/driver.ts";

/** What is open of what tests have opened. */
const opened = new Set<{ close(): Promise<void> }>();

/** Closes what tests that failed have left open: processes of theirs would go on, and take what others put into a queue. */
export async function closeAll(): Promise<void> {
  for (const one of [...opened]) await one.close();
}

/** Builds the command line program; gives its path. A plugin may change what it is made of. */
export async function buildProgram(plugin?: Plugin): Promise<string> {
  const cache = resolve("node_modules/.cache");
  mkdirSync(cache, { recursive: true });
  const outDir = mkdtempSync(join(cache, "cluster-"));
  await build({
    configFile: "vite.node.config.ts",
    plugins: plugin ? [plugin] : [],
    build: { outDir },
  });
  return join(outDir, "cli.mjs");
}

/** Whether there is a Redis to test with; says so if not. */
export function hasRedis(): boolean {
  if (process.env.REDIS_URL || findRedis()) return true;

  console.warn(
    "Runs on many machines are not tested: there is no redis-server here, none could be installed, and REDIS_URL names none.",
  );
  return false;
}

/** A Redis that the tests start, or the one that REDIS_URL names, which is left alone. */
export class RedisServer {
  readonly url: string;
  readonly #port: number;
  readonly #folder: string;
  readonly #more: readonly string[];
  #child: ChildProcess | undefined;

  private constructor(
    port: number,
    folder: string,
    more: readonly string[],
    url = `bullmq://127.0.0.1:${port}`,
  ) {
    this.#port = port;
    this.#folder = folder;
    this.#more = more;
    this.url = url;
  }

  /** Settings as on Redis' command line. */
  static async open(...settings: string[]): Promise<RedisServer> {
    const given = process.env.REDIS_URL;
    if (given && settings.length === 0)
      return new RedisServer(0, "", [], given);
    const folder = mkdtempSync(join(tmpdir(), "flowbook-redis-"));
    const server = new RedisServer(await freePort(), folder, settings);
    opened.add(server);
    await server.start();
    return server;
  }

  /** Whether it may be killed. */
  get isOwn(): boolean {
    return this.#folder !== "";
  }

  async start(): Promise<void> {
    const args = ["--port", `${this.#port}`, "--bind", "127.0.0.1"];
    this.#child = spawn(
      findRedis()!,
      [...args, "--save", "", "--dir", this.#folder, ...this.#more],
      { stdio: "ignore" },
    );
    const client = this.connect();
    await client.ping();
    client.disconnect();
  }

  connect(): Redis {
    const client = new Redis(this.url.replace(/^bullmq/, "redis"), {
      maxRetriesPerRequest: null,
      retryStrategy: () => 20,
    });
    client.on("error", () => {});
    return client;
  }

  async kill(): Promise<void> {
    await kill(this.#child);
  }

  async close(): Promise<void> {
    opened.delete(this);
    if (!this.isOwn) return;
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A process of the program, and what it has said. */
export interface Process {
  child: ChildProcess;
  said(): string;
  out(): string;
  ended: Promise<number | null>;
  /** Resolves when it has said that; rejects if it ends before. */
  until(text: string): Promise<void>;
}

/** What a run left. */
export interface Outcome {
  state: string;
  result: unknown;
  tasks: unknown;
  rows: unknown[][];
}

/** A folder with notebooks, and the processes that work on them. */
export class Site {
  readonly folder = mkdtempSync(join(tmpdir(), "flowbook-cluster-"));
  readonly #cli: string;
  readonly #processes = new Set<Process>();
  #isClosed = false;

  constructor(cli: string) {
    this.#cli = cli;
    opened.add(this);
  }

  notebook(name: string, cells: string): string {
    const file = `${name}.flow.md`;
    writeFileSync(
      join(this.folder, file),
      `---\nflowbook: 1\ntitle: ${name}\n---\n\n\`\`\`ts main\n${cells}\n\`\`\`\n`,
    );
    return file;
  }

  start(...given: string[]): Process {
    return this.startWith({}, ...given);
  }

  /** Starts it with more in its environment. */
  startWith(environment: NodeJS.ProcessEnv, ...given: string[]): Process {
    if (this.#isClosed) throw new Error("The test is over.");
    const child = spawn(process.execPath, [this.#cli, ...given], {
      cwd: this.folder,
      env: { ...process.env, ...environment },
    });
    let said = "";
    let out = "";
    const waiting = new Set<() => void>();
    child.stdout.on("data", (part: Buffer) => (out += String(part)));
    child.stderr.on("data", (part: Buffer) => {
      said += String(part);
      for (const look of waiting) look();
    });
    const ended = new Promise<number | null>((done) =>
      child.on("close", (code) => {
        this.#processes.delete(started);
        done(code);
      }),
    );
    const started: Process = {
      child,
      said: () => said,
      out: () => out,
      ended,
      until: (text) =>
        new Promise((found, fail) => {
          const look = () => {
            if (!said.includes(text)) return;
            waiting.delete(look);
            found();
          };
          waiting.add(look);
          look();
          void ended.then(() =>
            fail(new Error(`It ended without "${text}": ${said}`)),
          );
        }),
    };
    this.#processes.add(started);
    return started;
  }

  /** Starts a worker, and resolves when it takes jobs. */
  async work(url: string, ...more: string[]): Promise<Process> {
    const usual = { "--slots": "2", "--patience": "2s" };
    const rest = Object.entries(usual).filter(([name]) => !more.includes(name));
    const worker = this.start("worker", url, ...rest.flat(), ...more);
    await worker.until("Working for");
    return worker;
  }

  /** Runs the command to its end. */
  async run(...given: string[]): Promise<Process & { code: number | null }> {
    const started = this.start(...given);
    const code = await started.ended;
    return { ...started, code };
  }

  rows(database: string, sql: string): unknown[][] {
    const connection = loadDriver().open(join(this.folder, database), {
      readOnly: true,
      patience: 5_000,
    });
    try {
      return readAll(connection, sql);
    } finally {
      connection.close();
    }
  }

  /** Kills what is running. */
  async clear(): Promise<void> {
    for (const { child } of this.#processes) await kill(child);
  }

  async close(): Promise<void> {
    opened.delete(this);
    this.#isClosed = true;
    await this.clear();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What of a report is the same wherever tasks run. */
export function essence({ state, result, tasks }: RunReport) {
  return {
    state,
    result,
    tasks: tasks.map(({ id, state: of, message, result: value, children }) => ({
      id,
      state: of,
      message,
      value,
      children: children?.map((child) => [
        child.index,
        child.state,
        child.message,
        child.result,
      ]),
    })),
  };
}

/** Kills it as a power cut would, and resolves when it is gone. */
export async function kill(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child.once("exit", done));
  child.kill("SIGKILL");
  await gone;
}

/** Resolves when something holds. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await wait(20);
}

/** A port of this machine that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}
