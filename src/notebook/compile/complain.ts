import type { Span } from "./analyseCell.ts";
import type { Problem } from "./problem.ts";

const wholeCell: Span = { from: 0, to: 0 };

/** Adds a problem to those of a cell, at a place in it or about the whole; `instead` is what may stand there. */
export function complain(
  cell: { problems: Problem[] },
  span: Span | undefined,
  severity: Problem["severity"],
  code: Problem["code"],
  message: string,
  instead?: string | undefined,
): void {
  const { from, to } = span ?? wholeCell;
  const problem = { severity, code, message, from, to };
  cell.problems.push(instead === undefined ? problem : { ...problem, instead });
}
