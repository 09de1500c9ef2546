import { FlowError } from "../../../core/errors.ts";
import { toParameters } from "../../../core/sqlInput.ts";
import { formatSize, showValue } from "../../../core/words.ts";
import { type Current, jobOutside } from "./current.ts";
import { adoptError } from "./formats.ts";
import { evaluate } from "./library.ts";
import { refOf } from "./refs.ts";
import { RowStream } from "./rowStream.ts";
import { realColumns, sourceColumns } from "./rowTypes.ts";
import { askDatabase, joinSql } from "./sqlText.ts";
import { defineBuiltIn } from "./task.ts";

/** `db`, `sql` and `load`: the notebook's database. */
export function makeDatabase(current: Current): Record<string, unknown> {
  const run = (method: "query" | "exec", sql: unknown, parameters: unknown) => {
    const job = jobOutside(current, `db.${method}`);
    const call = async () => {
      if (typeof sql !== "string")
        throw new FlowError(
          "sql-failed",
          `db.${method} takes the statement as a text, not ${showValue(sql)}.`,
        );
      return askDatabase(current, job, {
        ...{ method, sql, parameters: toParameters(parameters) },
      });
    };
    return job.track(call());
  };

  const sql = defineBuiltIn(
    current,
    {
      name: "sql",
      inputs: ["text", "values"],
      isTracked: true,
      noMap:
        "sql has no map: it is written in front of a template. Write a task that runs the query, and map that.",
      // As a tag it is called with the texts and each value; its function takes the values as a list.
      arrange: ([strings, ...values]) => {
        if (!Array.isArray(strings))
          throw new FlowError(
            "sql-failed",
            "sql is written in front of a template: sql`SELECT * FROM airline`. For a text, use db.query(text).",
          );
        return [[...(strings as string[])], values];
      },
    },
    async (strings, values) => {
      const job = jobOutside(current, "sql");
      const { sql: text, parameters } = joinSql(
        strings as string[],
        values as unknown[],
      );
      const done = (await askDatabase(current, job, {
        ...{ method: "sql", sql: text, parameters },
      })) as unknown[] | { rows?: unknown[] } | undefined;
      return Array.isArray(done) ? done : (done?.rows ?? []);
    },
  );

  const load = defineBuiltIn(
    current,
    {
      name: "load",
      inputs: ["table", "rows", "options"],
      isTracked: true,
      nameNode: ([table]) =>
        typeof table === "string" ? `load ${table}` : undefined,
    },
    async (table, rows, options) => {
      const job = jobOutside(current, "load");
      const library = await current.formats.use(job, "loading");
      const encoders = (current.encoders ??= new library.Encoders(
        (expression) => evaluate(current.platform, expression),
      ));
      try {
        return await library.loadRows(
          {
            ...{ data: job.data, encoders, typesOf: realColumns },
            namesOf: (given) => sourceColumns.get(given)?.names ?? [],
            isRef: (value) => refOf(value) !== undefined,
            groupsOf: (given) =>
              given instanceof RowStream ? given.groups() : undefined,
          },
          table,
          rows,
          options,
          ({ rows: done, bytes, total }) => {
            // A task that tells how far it is knows better than we do.
            if (!job.tellsProgress)
              job.progress(done, total, `rows, ${formatSize(bytes)}`);
          },
        );
      } catch (thrown) {
        throw adoptError(thrown);
      }
    },
  );

  return {
    db: Object.freeze({
      query: (sql: unknown, parameters?: unknown) =>
        run("query", sql, parameters),
      exec: (sql: unknown, parameters?: unknown) =>
        run("exec", sql, parameters),
    }),
    sql,
    load,
  };
}
