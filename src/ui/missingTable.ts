import { toErrorData } from "../core/errors.ts";
import * as words from "./words/session.ts";

/** What a SQL cell says instead of an error when its table is one that no run has made yet; undefined for every other error. */
export function tellMissingTable(
  thrown: unknown,
  { hasRun, flow }: { hasRun: boolean; flow: string | undefined },
): string | undefined {
  if (hasRun || flow === undefined) return undefined;
  const { code, message } = toErrorData(thrown);
  const table = /no such table: ([^\s.]+)/i.exec(message)?.[1];
  if (code !== "sql-failed" || table === undefined) return undefined;
  return words.missingTable({ table, flow });
}
