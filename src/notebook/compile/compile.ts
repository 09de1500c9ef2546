import { hashText } from "../../core/hash.ts";
import { fold } from "../../core/sqliteRules.ts";
import type { Cell, Diagnostic, Notebook } from "../document.ts";
import { analyseCell } from "./analyseCell.ts";
import type { CellAnalysis } from "./analyseCell.ts";
import { neededBy } from "./circles.ts";
import { emitScript } from "./emit.ts";
import { isIn, linkCells } from "./link.ts";
import type { LinkedCell } from "./link.ts";
import { lintCells } from "./lintCells.ts";
import type { LintCache } from "./lintCells.ts";
import { positionAt } from "./position.ts";
import type { Program, ProgramCell } from "./program.ts";
import { queryTables } from "./queryTables.ts";
import type { NamedTable } from "./queryTables.ts";
import { quotedValues, readSqlTemplate } from "./sqlTemplate.ts";
import type { SqlTemplate } from "./sqlTemplate.ts";
import { findWrittenTables } from "./writtenTables.ts";
import { computeVersions } from "./versions.ts";

/** What is remembered of cells from one compilation to the next, so that an edit costs about the cell that it changed. */
export interface CompileCache {
  /** By source, for each kind. Only what the last compilation used is kept. */
  analyses: { ts: Map<string, CellAnalysis>; js: Map<string, CellAnalysis> };
  /** What SQL cells take and read, by source. */
  queries: Map<string, Query>;
  /** The tables that code writes, in small letters. */
  written: WeakMap<CellAnalysis, readonly string[]>;
  lints: LintCache;
  /** The last script of a cell, and for which name and inputs. */
  scripts: WeakMap<CellAnalysis, { key: string; script: CellCode }>;
}

type CellCode = ReturnType<typeof emitScript>;

/** A SQL cell by itself. */
interface Query {
  /** What it takes; undefined if it takes nothing. */
  template: SqlTemplate | undefined;
  tables: readonly NamedTable[];
}

export function createCache(): CompileCache {
  return {
    analyses: { ts: new Map(), js: new Map() },
    queries: new Map(),
    written: new WeakMap(),
    lints: new WeakMap(),
    scripts: new WeakMap(),
  };
}

/** Compiles a notebook. Never throws: what is wrong is in the program's diagnostics. */
export function compileNotebook(
  notebook: Pick<Notebook, "cells">,
  cache: CompileCache = createCache(),
): Program {
  const sources = new Map(notebook.cells.map((cell) => [cell.id, cell.source]));
  const analyses = analyseCells(notebook.cells, cache);
  const queries = readQueries(notebook.cells, cache);
  const cells: LinkedCell[] = notebook.cells.flatMap((cell) => {
    const { id, name, kind } = cell;
    if (kind === "md") return [];
    const analysis = analyses.get(id) ?? describeSql(cell, queries.get(id)!);
    const problems = [...analysis.problems];
    return {
      id,
      name,
      kind,
      analysis,
      problems,
      inputs: [],
      language: [],
      reads: new Map(),
      parameters: [],
      foreign: new Map(),
      reason: undefined,
    };
  });
  lintCells(cells, analyses, cache.lints);
  const order = linkCells(
    cells,
    writtenTables(notebook.cells, analyses, cache),
  );

  const { versions, usesContext } = computeVersions(
    order.flatMap(
      (cell) =>
        analyses.get(cell.id)?.units ?? [
          {
            hash: hashText(sources.get(cell.id) ?? ""),
            defines: [cell.name],
            // What binds a parameter depends on the parameters.
            refersTo:
              cell.parameters.length > 0
                ? [...neededBy(cell), "context"]
                : neededBy(cell),
          },
        ],
    ),
  );
  const broken = cells.flatMap(({ id, reason }) =>
    reason === undefined ? [] : [[id, reason] as const],
  );
  const programCells = withReads(
    order,
    order.map((cell) =>
      toProgramCell(
        cell,
        analyses.get(cell.id) ?? queries.get(cell.id)?.template?.analysis,
        sources.get(cell.id) ?? "",
        cache,
        queries.get(cell.id)?.template?.texts,
      ),
    ),
  );
  return {
    cells: programCells,
    versions,
    hash: hashText(
      programCells
        .map(({ name, hash }) => `${name} ${hash}`)
        .sort()
        .join("\n"),
    ),
    usesContext,
    ...locateTasks(cells, analyses, sources),
    diagnostics: cells.flatMap((cell) =>
      toDiagnostics(cell, sources.get(cell.id) ?? ""),
    ),
    broken: Object.fromEntries(broken),
  };
}

/** The analysis of each ts and js cell, by the cell's id. */
function analyseCells(
  cells: readonly Cell[],
  cache: CompileCache,
): Map<string, CellAnalysis> {
  const used: CompileCache["analyses"] = { ts: new Map(), js: new Map() };
  const analyses = new Map<string, CellAnalysis>();
  for (const { id, kind, source } of cells) {
    if (kind !== "ts" && kind !== "js") continue;
    const analysis =
      used[kind].get(source) ??
      cache.analyses[kind].get(source) ??
      analyseCell(source, kind);
    used[kind].set(source, analysis);
    analyses.set(id, analysis);
  }
  cache.analyses = used;
  return analyses;
}

/** What SQL cells take and read, by the cell's id. */
function readQueries(
  cells: readonly Cell[],
  cache: CompileCache,
): Map<string, Query> {
  const used: CompileCache["queries"] = new Map();
  const queries = new Map<string, Query>();
  for (const { id, kind, source } of cells) {
    if (kind !== "sql") continue;
    const query =
      used.get(source) ?? cache.queries.get(source) ?? readQuery(source);
    used.set(source, query);
    queries.set(id, query);
  }
  cache.queries = used;
  return queries;
}

function readQuery(source: string): Query {
  const template = readSqlTemplate(source);
  if (template && !template.analysis.isReadable)
    return { template, tables: [] };
  const text = template?.texts.join("?") ?? source;
  return { template, tables: queryTables(text) };
}

/** A SQL cell, as linking sees it. */
function describeSql(
  cell: Cell,
  { template, tables }: Query,
): LinkedCell["analysis"] {
  const values = template?.analysis;
  return {
    problems: [...(values?.problems ?? []), ...quotedValues(cell.source)],
    declared: new Map([[cell.name, { from: 0, to: 0 }]]),
    free: values?.free ?? new Map(),
    imported: new Map(),
    flows: [],
    isReadable: values?.isReadable ?? true,
    tables,
  };
}

/** Whether code of the notebook writes a table; it is looked at when a query first names a SQL cell. */
function writtenTables(
  cells: readonly Cell[],
  analyses: ReadonlyMap<string, CellAnalysis>,
  cache: CompileCache,
): (table: string) => boolean {
  let all: Set<string> | undefined;
  const find = () =>
    cells.flatMap((cell) => {
      const analysis = analyses.get(cell.id);
      if (!analysis) return [];
      let names = cache.written.get(analysis);
      if (!names) {
        names = findWrittenTables([cell]).names.map(fold);
        cache.written.set(analysis, names);
      }
      return names;
    });
  return (table) => (all ??= new Set(find())).has(table);
}

/** Adds what SQL cells read over others, and what those take. Each cell comes after what it reads. */
function withReads(
  order: readonly LinkedCell[],
  cells: readonly ProgramCell[],
): ProgramCell[] {
  const known = new Map<string, ProgramCell>();
  return cells.map((cell, index) => {
    const reads = [...order[index]!.reads.keys()].flatMap((name) => [
      ...(known.get(name)?.reads ?? []),
      name,
    ]);
    if (cell.kind !== "sql") return cell;
    const inputs = reads.flatMap((name) => known.get(name)?.inputs ?? []);
    const linked =
      reads.length === 0
        ? cell
        : {
            ...cell,
            inputs: [...new Set([...cell.inputs, ...inputs])],
            reads: [...new Set(reads)],
          };
    known.set(cell.name, linked);
    return linked;
  });
}

function toProgramCell(
  cell: LinkedCell,
  analysis: CellAnalysis | undefined,
  source: string,
  cache: CompileCache,
  texts?: readonly string[],
): ProgramCell {
  const { id, name, kind, inputs, language, parameters } = cell;
  const declares = [...cell.analysis.declared.keys()];
  if (!analysis)
    return {
      id,
      name,
      kind,
      code: source,
      shift: 0,
      inserts: [],
      declares,
      inputs,
      language,
      isView: source.trim() !== "",
      hash: hashText(source),
    };
  const taken = [...inputs, ...parameters];
  const key = [kind, name, ...taken].join();
  let made = cache.scripts.get(analysis);
  if (made?.key !== key) {
    made = { key, script: emitScript(cell, analysis, taken) };
    cache.scripts.set(analysis, made);
  }
  const { script } = made;
  const { isView } = analysis;
  const packages = [
    ...new Set(analysis.packages.map(({ specifier }) => specifier)),
  ];
  const linked = {
    ...{ id, name, kind, declares, inputs, language, isView },
    ...(packages.length > 0 ? { packages } : {}),
    ...(cell.foreign.size > 0
      ? { foreign: Object.fromEntries(cell.foreign) }
      : {}),
  };
  if (!texts) return { ...linked, ...script };
  // The script has the values only.
  const hash = hashText([script.hash, ...texts].join("\0"));
  return { ...linked, ...script, hash, sql: { texts, parameters } };
}

function locateTasks(
  cells: readonly LinkedCell[],
  analyses: ReadonlyMap<string, CellAnalysis>,
  sources: ReadonlyMap<string, string>,
): Pick<Program, "flows" | "tasks"> {
  const flows: Program["flows"][number][] = [];
  const tasks = new Map<string, Program["tasks"][string]>();
  for (const { id, problems } of cells) {
    const analysis = analyses.get(id);
    for (const flow of analysis?.flows ?? []) {
      const { name, line, column } = flow;
      const problem = problems
        .filter((one) => one.severity === "error" && isIn(flow, one))
        .sort((a, b) => a.from - b.from)
        .map(({ code, message, from }) => ({
          ...{ code, message },
          ...positionAt(sources.get(id) ?? "", from),
        }))[0];
      flows.push({
        ...{ name, cell: id, line, column },
        ...(problem ? { problem } : {}),
      });
    }
    for (const [name, position] of analysis?.tasks ?? [])
      if (!tasks.has(name)) tasks.set(name, { cell: id, ...position });
  }
  return { flows, tasks: Object.fromEntries(tasks) };
}

function toDiagnostics(cell: LinkedCell, source: string): Diagnostic[] {
  return cell.problems
    .toSorted((a, b) => a.from - b.from)
    .map((problem) => ({
      cell: cell.id,
      ...problem,
      ...positionAt(source, problem.from),
    }));
}
