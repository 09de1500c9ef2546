import { FlowError } from "../core/errors.ts";
import { parseQuery } from "../engine/database/execute.ts";
import { adviceOn } from "../engine/database/sqlAdvice.ts";
import { findPlace } from "../engine/database/sqlError.ts";
import type { Connection } from "../engine/database/sqlite.ts";
import { positionAt } from "../notebook/compile/position.ts";
import { readSqlTemplate } from "../notebook/compile/sqlTemplate.ts";
import type { Notebook } from "../notebook/document.ts";
import { loadDriver } from "./driver.ts";
import { lineIn, type Problem, type Starts } from "./problems.ts";

/** What SQLite says of a text whatever tables there are. */
const ofText = /syntax error|^incomplete input|^unrecognized token/;

/** What is wrong with the queries of a notebook, as far as that can be told without the tables that they read. */
export function checkQueries(
  { cells }: Notebook,
  starts: Starts,
): readonly Problem[] {
  const queries = cells.filter(({ kind }) => kind === "sql");
  if (queries.length === 0) return [];
  const connection = loadDriver().open(":memory:");
  try {
    return queries.flatMap(({ name, source }) => {
      const template = readSqlTemplate(source);
      // What cannot be read is told of by the compiler.
      if (template && !template.analysis.isReadable) return [];
      const text = template?.texts.join("?") ?? source;
      const found = text.trim() === "" ? undefined : wrongIn(text, connection);
      if (!found) return [];
      const position = positionAt(text, found.offset);
      return {
        severity: "error" as const,
        cell: name,
        ...position,
        fileLine: lineIn(starts, name, position.line),
        message: found.message,
      };
    });
  } finally {
    connection.close();
  }
}

function wrongIn(text: string, connection: Connection) {
  let from = 0;
  let statement = text;
  try {
    const { from: start, to } = parseQuery(text);
    from = start;
    statement = text.slice(from, to);
    connection.prepare(statement).free();
    return undefined;
  } catch (thrown) {
    const { message } = thrown as Error;
    if (thrown instanceof FlowError) return { message, offset: from };
    if (!ofText.test(message)) return undefined;
    const offset = findPlace(message, statement, connection);
    const advice = adviceOn({ message, sql: statement, offset, connection });
    const told = advice === undefined ? "" : ` ${advice}`;
    return {
      message: `SQLite: ${message}.${told}`,
      offset: from + (offset ?? 0),
    };
  }
}
