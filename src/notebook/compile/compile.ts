import { hashText } from "../../core/hash.ts";
import type { Cell, Diagnostic, Notebook } from "../document.ts";
import { analyseCell } from "./analyseCell.ts";
import type { CellAnalysis, Span } from "./analyseCell.ts";
import { emitScript } from "./emit.ts";
import { findOwners, linkCells } from "./link.ts";
import type { LinkedCell } from "./link.ts";
import { lintFlows } from "./lint.ts";
import { positionAt } from "./position.ts";
import type { Problem } from "./problem.ts";
import type { Program, ProgramCell } from "./program.ts";
import { computeVersions, setOwn } from "./versions.ts";

/** What is remembered of cells from one compilation to the next, so that an edit costs about the cell that it changed. */
export interface CompileCache {
  /** By kind and source. Only what the last compilation used is kept. */
  analyses: Map<string, CellAnalysis>;
  /** What linting said, and for which tasks of other cells. */
  lints: WeakMap<CellAnalysis, { key: string; problems: readonly Problem[] }>;
}

export function createCache(): CompileCache {
  return { analyses: new Map(), lints: new WeakMap() };
}

/** Compiles a notebook. Never throws: what is wrong is in the program's diagnostics. */
export function compileNotebook(
  notebook: Pick<Notebook, "cells">,
  cache: CompileCache = createCache(),
): Program {
  const sources = new Map(notebook.cells.map((cell) => [cell.id, cell.source]));
  const analyses = analyseCells(notebook.cells, cache);
  const cells: LinkedCell[] = notebook.cells.flatMap((cell) => {
    const { id, name, kind } = cell;
    if (kind === "md") return [];
    const analysis = analyses.get(id) ?? describeSql(cell);
    const problems = [...analysis.problems];
    return {
      id,
      name,
      kind,
      analysis,
      problems,
      inputs: [],
      language: [],
      reason: undefined,
    };
  });
  lintCells(cells, analyses, cache);
  const order = linkCells(cells);

  const { versions, usesContext } = computeVersions(
    order.flatMap(
      (cell) =>
        analyses.get(cell.id)?.units ?? [
          {
            hash: hashText(sources.get(cell.id) ?? ""),
            defines: [cell.name],
            changes: [],
            refersTo: [],
          },
        ],
    ),
  );
  const broken: Record<string, string> = {};
  for (const { id, reason } of cells)
    if (reason !== undefined) setOwn(broken, id, reason);
  const programCells = order.map((cell) =>
    toProgramCell(cell, analyses.get(cell.id), sources.get(cell.id) ?? ""),
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
    broken,
  };
}

/** The analysis of each ts and js cell, by the cell's id. */
function analyseCells(
  cells: readonly Cell[],
  cache: CompileCache,
): Map<string, CellAnalysis> {
  const used = new Map<string, CellAnalysis>();
  const analyses = new Map<string, CellAnalysis>();
  for (const { id, kind, source } of cells) {
    if (kind !== "ts" && kind !== "js") continue;
    const key = `${kind} ${source}`;
    const analysis =
      used.get(key) ?? cache.analyses.get(key) ?? analyseCell(source, kind);
    used.set(key, analysis);
    analyses.set(id, analysis);
  }
  cache.analyses = used;
  return analyses;
}

/** A SQL cell, as linking sees it. */
function describeSql(cell: Cell): LinkedCell["analysis"] {
  return {
    problems: [],
    declared: new Map([[cell.name, { from: 0, to: 0 }]]),
    free: new Map(),
    imported: new Map(),
    flows: [],
    isReadable: true,
  };
}

/** Adds what is wrong in the bodies of flows. That depends on other cells, since their tasks make refs too. */
function lintCells(
  cells: readonly LinkedCell[],
  analyses: ReadonlyMap<string, CellAnalysis>,
  cache: CompileCache,
): void {
  const owners = findOwners(cells);
  function foreignKind(name: string): "task" | "value" | undefined {
    const owner = owners.get(name)?.[0];
    if (!owner) return undefined;
    return analyses.get(owner.id)?.callables.has(name) ? "task" : "value";
  }
  for (const cell of cells) {
    const analysis = analyses.get(cell.id);
    if (!analysis?.script) continue;
    const key = [...analysis.free.keys()]
      .map((name) => foreignKind(name) ?? "")
      .join();
    let lint = cache.lints.get(analysis);
    if (lint?.key !== key) {
      lint = { key, problems: lintFlows(analysis.script, foreignKind) };
      cache.lints.set(analysis, lint);
    }
    cell.problems.push(...lint.problems);
  }
}

function toProgramCell(
  cell: LinkedCell,
  analysis: CellAnalysis | undefined,
  source: string,
): ProgramCell {
  const { id, name, kind, inputs, language } = cell;
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
  const script = emitScript(cell, analysis, inputs);
  const { isView } = analysis;
  return { id, name, kind, ...script, declares, inputs, language, isView };
}

function locateTasks(
  cells: readonly LinkedCell[],
  analyses: ReadonlyMap<string, CellAnalysis>,
  sources: ReadonlyMap<string, string>,
): Pick<Program, "flows" | "tasks"> {
  const flows: Program["flows"][number][] = [];
  const tasks: Record<string, Program["tasks"][string]> = {};
  for (const { id } of cells) {
    const source = sources.get(id) ?? "";
    const locate = ({ from }: Span) => ({
      cell: id,
      ...positionAt(source, from),
    });
    const analysis = analyses.get(id);
    for (const flow of analysis?.flows ?? [])
      flows.push({ name: flow.name, ...locate(flow) });
    for (const [name, span] of analysis?.tasks ?? [])
      if (!Object.hasOwn(tasks, name)) setOwn(tasks, name, locate(span));
  }
  return { flows, tasks };
}

function toDiagnostics(cell: LinkedCell, source: string): Diagnostic[] {
  return cell.problems
    .map((problem) => ({
      cell: cell.id,
      ...problem,
      ...positionAt(source, problem.from),
    }))
    .sort((a, b) => a.from - b.from);
}
