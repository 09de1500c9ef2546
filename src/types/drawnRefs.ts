/**
 * Refs where a flow is drawn that only their types tell: what comes out of a Map, of `.at()` and `.find()`, or of a helper of
 * another cell. The rules are those of the compiler, which knows refs by the text alone.
 */
import ts from "typescript";
import { analyseCell } from "../notebook/compile/analyseCell.ts";
import { lintFlows } from "../notebook/compile/lint.ts";
import { joinCells } from "../notebook/compile/lint/joined.ts";
import { analyseRefs } from "../notebook/compile/refs.ts";
import type { Problem } from "../notebook/compile/problem.ts";

/** A node of the cell's text; offsets into it. */
interface TextPlace {
  start: number;
  end: number;
}

/**
 * What the compiler would say of the flow bodies of a cell if it knew types. `parsed` is the cell's file, in which `shift`
 * characters stand before its `source`; `isOwned` tells the names that cells define.
 */
export function findDrawnRefs(
  program: ts.Program,
  parsed: ts.SourceFile,
  shift: number,
  source: string,
  isOwned: (name: string) => boolean,
): readonly Problem[] {
  if (!/\bflow\b/.test(source)) return [];
  const { script } = analyseCell(source, "ts");
  if (!script) return [];
  const checker = program.getTypeChecker();
  const refs = analyseRefs(joinCells([script]), (name) =>
    isOwned(name) ? "value" : undefined,
  );
  const lint = (isTypedRef: (place: TextPlace) => boolean) =>
    lintFlows(script, refs, () => undefined, isTypedRef);
  const untyped = new Set(lint(() => false).map(keyOf));
  return lint(({ start, end }) => {
    const node = nodeAt(parsed, shift + start, shift + end);
    return node !== undefined && isRef(checker.getTypeAtLocation(node));
  }).filter((problem) => !untyped.has(keyOf(problem)));
}

const keyOf = ({ from, to, message }: Problem) => `${from} ${to} ${message}`;

/** The innermost expression that stands exactly there. */
function nodeAt(
  file: ts.SourceFile,
  start: number,
  end: number,
): ts.Node | undefined {
  let found: ts.Node | undefined;
  const look = (node: ts.Node): void => {
    if (node.pos > start || node.end < end) return;
    if (
      ts.isExpression(node) &&
      node.getStart(file) === start &&
      node.end === end
    )
      found = node;
    ts.forEachChild(node, look);
  };
  look(file);
  return found;
}

/** Whether all that a value may be are refs: what may also be missing can be tested for that. */
function isRef(type: ts.Type): boolean {
  if (type.isUnion()) return type.types.every(isRef);
  if (type.isIntersection()) return type.types.some(isRef);
  return type.symbol?.name === "AnyRef";
}
