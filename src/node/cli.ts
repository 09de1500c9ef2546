#!/usr/bin/env node
import { setImmediate } from "node:timers/promises";
import packageJson from "../../package.json" with { type: "json" };
import { FlowError, toErrorData, type ErrorCode } from "../core/errors.ts";
import { carryErrors } from "../engine/carryErrors.ts";
import { UsageError, wantsJson } from "./arguments.ts";
import { commands, exitCodes, runCommand, type Terminal } from "./commands.ts";
import { Output } from "./output.ts";
import { writeJsonError } from "./writeOut.ts";

const badNotebook = new Set<ErrorCode>([
  "notebook-syntax",
  "cell-syntax",
  "cell-failed",
  "duplicate-name",
  "cell-cycle",
  "unknown-name",
  "not-erasable",
  "flow-body",
  "flow-cycle",
  "missing-package",
]);
/** What was typed does not fit the notebook, which is good: also one without a flow is. */
const misused = new Set<ErrorCode>([
  "unknown-flow",
  "unknown-parameter",
  "invalid-parameter",
  "unknown-task",
  "invalid-argument",
  "nothing-to-resume",
]);

const help = `Flowbook ${packageJson.version}: runs notebooks of data flows.

  flowbook <command> <notebook.flow.md> [options]

${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(8)}${summary}`)
  .join("\n")}

  --flow <name>          the flow; else the only or first one
  --param <name=value>   a parameter of the flow (several times)
  --db <file.sqlite>     where rows, results and history are kept; else beside the notebook
  --resume               goes on with the last run: successes whose code and inputs are the same stay
  --from, --to <task>    only from, or up to, a task
  --answer <task=value>  answers a task that waits: approve, decline, or the fields of a form as JSON; of a map 'task[1]=value'
                         is one element, from 0, and without its place the first that waits
  --allow-host <host>    tasks may contact this host and no other (several times)
  --workers <n>          how many tasks at once
  --executor <address>   tasks run on other machines, by way of a queue: bullmq://host:6379
  --store <url>          what all machines reach, for what is too large for the queue: file:///mnt/shared or
                         s3://bucket/folder[?endpoint=https://host:9000&region=...], keys from AWS_ACCESS_KEY_ID and so on
  --slots <n>            of worker: how many tasks at once
  --notebook <file>      of worker: works for this notebook and no other
  --patience <10s>       of worker: how long one may be silent until others make its tasks; the same for all
  --format <name>        of graph: mermaid (unless told otherwise), svg or json
  --output, -o <file>    of graph and convert: the file to write; of convert it ends in .flow.md, .ipynb, .html or .ts
  --json                 of run, plan and check: machine-readable, also if nothing runs: {"error": {"code", "message", "problems"}}

A notebook is a program: running one here trusts it as any other program on this machine. So do plan, graph, check, convert
to .html and worker --notebook, which run no task but evaluate its cells and the bodies of its flows to draw them. --allow-host
limits what its tasks fetch, not what they could do by other means; open what you do not trust in the browser.

flowbook worker <address> makes tasks for runs that were started with --executor <address>. Whoever can write to that Redis
can run programs on every worker: give it a password, and use rediss:// between machines.

Ends with 0 for Success, 1 for Failed or if output could not be written, 2 for a wrong command, also if it names what the
notebook does not have, 3 for a bad notebook, 4 if a task waits for an answer, 5 if another process works on the notebook,
130 for Cancelled.
`;

carryErrors();

const output = new Output(process.stdout, process.stderr);

const terminal: Terminal = {
  out: process.stdout,
  error: process.stderr,
  onInterrupt(stop) {
    let count = 0;
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
    const stopListening = () => {
      for (const signal of signals) process.off(signal, listener);
    };
    const listener = (signal: NodeJS.Signals) => {
      count += 1;
      // The first asks, the second does not.
      if (count === 1) stop();
      else endBy(signal, stopListening);
    };
    for (const signal of signals) process.on(signal, listener);
    return stopListening;
  },
};

/** Ends the process as the signal does where nobody listens: an exit would wait for a thread that is in a query which does not end. */
function endBy(signal: NodeJS.Signals, stopListening: () => void): void {
  process.once("exit", () => {
    stopListening();
    process.kill(process.pid, signal);
  });
  process.exit(exitCodes.cancelled);
}

const code = await main(process.argv.slice(2));
// Of what was written last a stream tells a little later.
await setImmediate();
const isLost = output.tellLost();
process.exitCode = isLost && code === exitCodes.ok ? exitCodes.failed : code;

async function main([name, ...given]: readonly string[]): Promise<number> {
  const isHelp = (one: string) => one === "--help" || one === "-h";
  if (name === undefined || name === "help" || [name, ...given].some(isHelp)) {
    terminal.out.write(help);
    return name === undefined ? exitCodes.usage : exitCodes.ok;
  }
  if (name === "--version") {
    terminal.out.write(`${packageJson.version}\n`);
    return exitCodes.ok;
  }
  try {
    return await runCommand(name, given, terminal);
  } catch (thrown) {
    // Who reads JSON gets some, whatever happens before there is a run.
    if (wantsJson(given) && !output.hasOut)
      writeJsonError(terminal.out, thrown);
    if (thrown instanceof UsageError) {
      terminal.error.write(`${thrown.message}\nflowbook help says more.\n`);
      return exitCodes.usage;
    }
    const { code, message, stack } = toErrorData(thrown);
    terminal.error.write(`${code ? message : (stack ?? message)}\n`);
    if (!(thrown instanceof FlowError)) return exitCodes.failed;
    if (badNotebook.has(thrown.code)) return exitCodes.badNotebook;
    if (thrown.code === "storage-conflict") return exitCodes.inUse;
    return misused.has(thrown.code) ? exitCodes.usage : exitCodes.failed;
  }
}
