/**
 * A process that makes queries on a notebook's file, one after the other: `<file> <id of the process that started it>`. It can be
 * ended in the middle of one, which a thread cannot.
 */
import { Worker } from "node:worker_threads";
import { toErrorData } from "../core/errors.ts";
import { query, type QueryRows } from "../engine/database/execute.ts";
import { withAdvice } from "../engine/database/sqlError.ts";
import { loadDriver } from "./driver.ts";
import type { FromReader, ToReader } from "./readerMessages.ts";

/** How long another process may be in the way, in milliseconds. */
const patience = 5_000;

const [, , path, parent] = process.argv;

// A terminal interrupts all its processes; when this one ends, the one that started it says.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(signal, () => {});
process.on("disconnect", () => process.exit());

// In the middle of a query it does not hear that the other process is gone.
new Worker(
  `const parent = ${Number(parent)};
   setInterval(() => {
     let isThere = process.ppid === parent;
     try {
       process.kill(parent, 0);
     } catch (thrown) {
       if (thrown.code === "ESRCH") isThere = false;
     }
     if (!isThere) process.kill(process.pid, "SIGKILL");
   }, 500);`,
  { eval: true, name: "watch" },
).unref();

const connection = loadDriver().open(path!, { readOnly: true, patience });
connection.run("PRAGMA query_only = ON");

async function read(asked: ToReader): Promise<QueryRows> {
  const { sql, parameters, limit, cells } = asked;
  if (!cells) return query(connection, sql, parameters, limit);
  const { readingCells } = await import("../engine/database/cellTables.ts");
  return readingCells(cells)(connection, sql, parameters, limit);
}

async function answer(asked: ToReader): Promise<FromReader> {
  try {
    const found = await withAdvice(read(asked));
    return { type: "rows", found, hasBytes: hasBytes(found) };
  } catch (thrown) {
    return { type: "failed", error: toErrorData(thrown) };
  }
}

function hasBytes({ rows, columns }: QueryRows): boolean {
  return columns.some((name) =>
    rows.some((row) => ArrayBuffer.isView(row[name])),
  );
}

function send(message: FromReader): void {
  // Nobody hears it if the other process is gone.
  process.send!(message, undefined, undefined, () => {});
}

process.on("message", (asked: ToReader) => void answer(asked).then(send));
send({ type: "ready" });
