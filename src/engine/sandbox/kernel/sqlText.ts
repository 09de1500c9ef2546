import { FlowError } from "../../../core/errors.ts";
import { toSqlInput, type SqlValue } from "../../../core/sqlInput.ts";
import { adviceOnCell } from "../../../notebook/compile/cellAsTable.ts";
import type { ProgramCell } from "../../../notebook/compile/program.ts";
import type { SentCall } from "../../protocol.ts";
import type { Current } from "./current.ts";
import type { Job } from "./job.ts";

/** The statement of a `` sql`...` `` template, with a `?` for each value; a list fills an `IN (...)`. */
export function joinSql(
  strings: readonly string[],
  values: readonly unknown[],
): { sql: string; parameters: SqlValue[] } {
  let sql = strings[0] ?? "";
  const parameters: SqlValue[] = [];
  const starts: number[] = [];
  values.forEach((value, index) => {
    starts.push(sql.length);
    const items: unknown[] = Array.isArray(value) ? value : [value];
    sql += items.map(() => "?").join(", ");
    for (const item of items)
      parameters.push(toSqlInput(item, `Value ${index + 1} of the statement`));
    sql += strings[index + 1] ?? "";
  });
  checkPlaces(sql, starts);
  return { sql, parameters };
}

/** Asks something of the database in the words of a task, which may take the name of a SQL cell for a table. */
export async function askDatabase(
  { world }: Pick<Current, "world">,
  { data }: Job,
  call: SentCall,
): Promise<unknown> {
  try {
    return await data.call(call);
  } catch (thrown) {
    const { message } = thrown as Error;
    const advice = adviceOnCell(message, world?.cells ?? []);
    throw advice && thrown instanceof FlowError
      ? new FlowError(thrown.code, `${message} ${advice}`)
      : thrown;
  }
}

/**
 * The query of a SQL cell with the values that it binds: of other cells, and of the parameters of the run, or of the form. `show`
 * gives what its script shows.
 */
export async function bindQuery(
  { name: cell, code, sql }: ProgramCell,
  inputs: Record<string, unknown>,
  { context, parameters }: Pick<Job, "context" | "parameters">,
  show: (inputs: Record<string, unknown>) => Promise<readonly unknown[]>,
): Promise<{ name: string; sql: string; parameters: SqlValue[] }> {
  if (!sql) return { name: cell, sql: code, parameters: [] };
  const given = context?.parameters ?? parameters ?? {};
  const taken = { ...inputs };
  for (const name of sql.parameters) {
    if (!Object.hasOwn(given, name))
      throw new FlowError(
        "unknown-name",
        `The query takes \`${name}\`, which no cell defines and which is no parameter of the flow. Correct the name, or give the flow a param(${JSON.stringify(name)}, ...); a sub-flow has only its own.`,
      );
    taken[name] = given[name];
  }
  return { name: cell, ...joinSql(sql.texts, await show(taken)) };
}

/** What holds no values: comments, texts and names in quotes. */
const noPlace =
  /--.*|\/\*[^]*?(?:\*\/|$)|'[^']*'?|"[^"]*"?|`[^`]*`?|\[[^\]]*\]?/g;

/** Refuses values where SQLite takes none; `starts` says where they are. */
function checkPlaces(sql: string, starts: readonly number[]): void {
  let next = 0;
  for (const { 0: found, index } of sql.matchAll(noPlace)) {
    while (next < starts.length && starts[next]! < index) next += 1;
    if (next === starts.length) return;
    if (starts[next]! >= index + found.length) continue;
    const what = `Value ${next + 1} of the statement stands in`;
    throw new FlowError(
      "sql-failed",
      /^[-/]/.test(found)
        ? `${what} a comment. Take it out there.`
        : found.startsWith("'")
          ? `${what} quotes, where it would be text like any other. Take the quotes away, and join texts with ||, as in '%' || \${...} || '%'.`
          : `${what} a quoted name: a statement takes values, not names. Write the name itself.`,
    );
  }
}
