import { compileNotebook } from "../../../src/notebook/compile/compile.ts";
import type { CompileCache } from "../../../src/notebook/compile/compile.ts";
import type { Program } from "../../../src/notebook/compile/program.ts";
import type { Cell } from "../../../src/notebook/document.ts";

/** Cells by name: `{ a: "const x = 1", "q.sql": "SELECT 1" }`. The id of cell `a` is `#a`; a name without a kind is a ts cell. */
export function cellsOf(sources: Record<string, string>): Cell[] {
  return Object.entries(sources).map(([key, source]) => {
    const [name = "", kind = "ts"] = key.split(".");
    return {
      id: `#${name}`,
      name,
      kind: kind as Cell["kind"],
      source,
      flags: "",
    };
  });
}

export function compile(
  sources: Record<string, string>,
  cache?: CompileCache,
): Program {
  return compileNotebook({ cells: cellsOf(sources) }, cache);
}

/** What is wrong, one line each: `a 1:7 error unknown-name`. */
export function complaints(program: Program): string[] {
  return program.diagnostics.map(
    ({ cell, line, column, severity, code }) =>
      `${cell?.slice(1)} ${line}:${column} ${severity} ${code}`,
  );
}

/** The messages on a cell. */
export function messages(program: Program, cell: string): string[] {
  return program.diagnostics
    .filter((diagnostic) => diagnostic.cell === `#${cell}`)
    .map(({ message }) => message);
}

/** The text that a diagnostic marks. */
export function marked(
  program: Program,
  sources: Record<string, string>,
): string[] {
  return program.diagnostics.map(({ cell, from, to }) =>
    (sources[cell?.slice(1) ?? ""] ?? "").slice(from, to),
  );
}
