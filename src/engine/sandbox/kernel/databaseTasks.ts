import { FlowError } from "../../../core/errors.ts";
import { toParameters } from "../../../core/sqlInput.ts";
import { showValue } from "../../../core/words.ts";
import { type Current, jobOutside } from "./current.ts";
import type { Callable } from "./definition.ts";
import { adoptError, type FormatLibraries } from "./formats.ts";
import type { Row, Statements } from "./formats/tableCopies.ts";
import { askDatabase } from "./sqlText.ts";
import { defineBuiltIn } from "./task.ts";
import { toOptions } from "./readerOptions.ts";

/** The tasks about the notebook's database: queries and statements by their text, and copies of tables. */
export function makeDatabaseTasks(current: Current): Record<string, Callable> {
  const define = (name: string, inputs: readonly string[], fn: Callable) =>
    defineBuiltIn(current, { name, inputs, isTracked: true }, fn);
  const call = async (
    what: string,
    method: "query" | "exec",
    sql: unknown,
    parameters?: unknown,
  ) => {
    const job = jobOutside(current, what);
    if (typeof sql === "string")
      return askDatabase(current, job, {
        ...{ method, sql, parameters: toParameters(parameters) },
      });
    throw new FlowError(
      "sql-failed",
      `${what} takes the statement as a text, not ${showValue(sql)}.`,
    );
  };
  /** Does something with what copies tables, which is there when the first is to be copied. */
  const copying = async <T>(
    what: string,
    work: (
      library: FormatLibraries["tableCopies"],
      statements: Statements,
    ) => Promise<T>,
  ): Promise<T> => {
    const job = jobOutside(current, what);
    const library = await current.formats.use(job, "tableCopies");
    try {
      return await work(library, {
        query: async (sql, parameters) =>
          (await call(what, "query", sql, parameters)) as Row[],
        exec: (sql) => call(what, "exec", sql),
      });
    } catch (thrown) {
      throw adoptError(thrown);
    }
  };

  return {
    querySql: define("querySql", ["query", "parameters"], (sql, parameters) =>
      call("querySql", "query", sql, parameters),
    ),
    execSql: define("execSql", ["statement", "parameters"], (sql, parameters) =>
      call("execSql", "exec", sql, parameters),
    ),
    copyTable: define("copyTable", ["from", "to"], (from, to) =>
      copying("copyTable", (library, statements) =>
        library.copyTable(statements, from, to),
      ),
    ),
    snapshotTable: define(
      "snapshotTable",
      ["table", "options"],
      (table, given) =>
        copying("snapshotTable", (library, statements) => {
          const { keep } = toOptions(given, "snapshotTable", ["keep"]);
          const at = current.platform.now();
          return library.snapshotTable(statements, table, keep, at);
        }),
    ),
  };
}
