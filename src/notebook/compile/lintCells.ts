/**
 * Lints the cells of a notebook. Cells of which one uses functions of the other are read together if a flow is among them: what
 * a flow draws is decided in both.
 */
import type { CellAnalysis } from "./analyseCell.ts";
import { findOwners } from "./link.ts";
import type { LinkedCell, Owners } from "./link.ts";
import { lintFlows } from "./lint.ts";
import { joinCells } from "./lint/joined.ts";
import { languageTasks } from "./lint/kinds.ts";
import type { ForeignKind } from "./lint/kinds.ts";
import type { Problem } from "./problem.ts";
import { analyseRefs } from "./refs.ts";

/** What linting said of a cell, with which others it was read, and for which tasks of the rest. */
export type LintCache = WeakMap<
  CellAnalysis,
  {
    key: string;
    group: readonly CellAnalysis[];
    problems: readonly Problem[];
  }
>;

/** Adds what is wrong in the bodies of flows. That depends on other cells, since their tasks make refs too. */
export function lintCells(
  cells: readonly LinkedCell[],
  analyses: ReadonlyMap<string, CellAnalysis>,
  cache: LintCache,
): void {
  const owners = findOwners(cells);
  const analysisOf = (name: string): CellAnalysis | undefined => {
    const owner = owners.get(name)?.[0];
    return owner && analyses.get(owner.id);
  };
  const foreign = foreignKinds(owners, analysisOf);
  const foreignTraits = (name: string) => analysisOf(name)?.traits.get(name);

  const readable = [
    ...new Set(cells.flatMap(({ id }) => analyses.get(id) ?? [])),
  ].filter(({ script }) => script);
  for (const group of findGroups(readable, analysisOf)) {
    const key = JSON.stringify(
      group.map(({ free }) =>
        [...free.keys()].map((name) => [foreign(name), foreignTraits(name)]),
      ),
    );
    const isKnown = group.every((analysis) => {
      const known = cache.get(analysis);
      return known?.key === key && areSame(known.group, group);
    });
    if (isKnown) continue;
    const scripts = group.flatMap(({ script }) => script ?? []);
    const refs = analyseRefs(joinCells(scripts), foreign);
    for (const analysis of group) {
      const { script } = analysis;
      if (!script) continue;
      const problems = lintFlows(script, refs, foreignTraits);
      cache.set(analysis, { key, group, problems });
    }
  }
  for (const cell of cells) {
    const analysis = analyses.get(cell.id);
    const lint = analysis && cache.get(analysis);
    if (lint && analysis.script)
      cell.problems = [...cell.problems, ...lint.problems];
  }
}

function areSame(
  one: readonly CellAnalysis[],
  other: readonly CellAnalysis[],
): boolean {
  return (
    one.length === other.length &&
    one.every((analysis, index) => analysis === other[index])
  );
}

/** What names are to cells that do not define them. */
function foreignKinds(
  owners: Owners,
  analysisOf: (name: string) => CellAnalysis | undefined,
): ForeignKind {
  return function kindOf(name, depth = 0): ReturnType<ForeignKind> {
    if (!owners.has(name)) return undefined;
    const callable = analysisOf(name)?.callables.get(name);
    if (typeof callable === "string") return callable;
    if (!callable || depth > 20) return "value";
    const isLanguage = !owners.has(callable.of);
    if (isLanguage) return languageTasks.has(callable.of) ? "task" : "value";
    return kindOf(callable.of, depth + 1);
  } as (name: string, depth?: number) => ReturnType<ForeignKind>;
}

/** The cells that are to be read together, in their order; most stand alone. */
function findGroups(
  cells: readonly CellAnalysis[],
  analysisOf: (name: string) => CellAnalysis | undefined,
): CellAnalysis[][] {
  const first = new Map<CellAnalysis, CellAnalysis>();
  function rootOf(cell: CellAnalysis): CellAnalysis {
    let root = cell;
    for (let next = first.get(root); next; next = first.get(root)) root = next;
    if (root !== cell) first.set(cell, root);
    return root;
  }
  for (const cell of cells)
    for (const name of cell.free.keys()) {
      const owner = cell.imported.has(name) ? undefined : analysisOf(name);
      if (!owner?.script || !owner.drawing.has(name)) continue;
      const [one, other] = [rootOf(cell), rootOf(owner)];
      if (one !== other) first.set(one, other);
    }
  const groups = new Map<CellAnalysis, CellAnalysis[]>();
  for (const cell of cells) {
    const root = rootOf(cell);
    const group = groups.get(root);
    if (group) group.push(cell);
    else groups.set(root, [cell]);
  }
  return [...groups.values()].flatMap((group) =>
    group.some(hasFlow) ? [group] : group.map((cell) => [cell]),
  );
}

function hasFlow({ free, imported }: CellAnalysis): boolean {
  return free.has("flow") || [...imported.values()].includes("flow");
}
