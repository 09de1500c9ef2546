import type { AnyNode } from "acorn";
import { shorten } from "../../../core/words.ts";
import { problemAt } from "../problem.ts";
import type { Problem } from "../problem.ts";
import type { RefAnalysis } from "../refs.ts";
import type { CellScript } from "../script.ts";
import { forEachChild, isFunction } from "../tree.ts";
import type { FunctionNode } from "../tree.ts";
import type { ForeignTraits } from "./traits.ts";

/**
 * Where a piece of code runs: while the cell is evaluated, while a flow is drawn, in a task, in an async function (so not while
 * a flow is drawn), or where its caller is.
 */
export type Surroundings = "cell" | "drawing" | "task" | "async" | "function";

/** What the rules have in common. */
export interface Linter extends RefAnalysis {
  readonly script: CellScript;
  /** What is known of the tasks of other cells. */
  readonly foreignTraits: ForeignTraits;
  readonly problems: readonly Problem[];
  report(
    node: { start: number; end: number },
    message: string,
    severity?: Problem["severity"],
    code?: Problem["code"],
  ): void;
  /** Reports that a value is asked for which is not there yet, and what to write instead. */
  refuse(node: AnyNode, instead: string, severity?: Problem["severity"]): void;
  /** Whether a function stands in the cell itself, and not in one that it is read with. */
  isOwn(body: FunctionNode): boolean;
  isRef<Node extends AnyNode>(node: Node | null | undefined): node is Node;
  /** Whether it is a ref that cannot be missing, so that a test whether it is there says nothing. */
  isSureRef<Node extends AnyNode>(node: Node | null | undefined): node is Node;
  /** Tests by which a function refuses to go on without something. */
  readonly guards: Set<AnyNode>;
  /** Tests by which a function ends early without something. */
  readonly exits: Set<AnyNode>;
  /** Branches that are taken by what kind of value a function was given: what is wrong in them may never be run. */
  readonly doubtful: AnyNode[];
  /** A piece of the source as it can stand in a message, in backticks. */
  show(node: AnyNode): string;
  /** The same without the backticks. */
  plain(node: AnyNode): string;
}

function functionsIn(program: AnyNode): Set<AnyNode> {
  const found = new Set<AnyNode>();
  function visit(node: AnyNode): void {
    if (isFunction(node)) found.add(node);
    forEachChild<AnyNode>(node, visit);
  }
  visit(program);
  return found;
}

export function createLinter(
  script: CellScript,
  refs: RefAnalysis,
  foreignTraits: ForeignTraits,
): Linter {
  const problems: Problem[] = [];
  const doubtful: AnyNode[] = [];
  let ownFunctions: ReadonlySet<AnyNode> | undefined;

  function isOwn(body: FunctionNode): boolean {
    if (refs.cells.scripts.length === 1) return true;
    ownFunctions ??= functionsIn(script.program);
    return ownFunctions.has(body);
  }

  function report(
    node: { start: number; end: number },
    message: string,
    severity: Problem["severity"] = "error",
    code: Problem["code"] = "flow-body",
  ): void {
    const isDoubtful =
      code === "flow-body" &&
      doubtful.some(({ start, end }) => start <= node.start && node.end <= end);
    problems.push(
      problemAt(node, isDoubtful ? "warning" : severity, code, message),
    );
  }

  function plain(node: AnyNode): string {
    const text = script.source.slice(node.start, node.end);
    return shorten(text.replace(/\s+/g, " "), 40);
  }

  const show = (node: AnyNode) => `\`${plain(node)}\``;

  function isRef<Node extends AnyNode>(
    node: Node | null | undefined,
  ): node is Node {
    const kind = node ? refs.kindOf(node) : undefined;
    return kind === "ref" || kind === "optional";
  }

  function isSureRef<Node extends AnyNode>(
    node: Node | null | undefined,
  ): node is Node {
    return !!node && refs.kindOf(node) === "ref";
  }

  function refuse(
    node: AnyNode,
    instead: string,
    severity?: Problem["severity"],
  ): void {
    report(
      node,
      `${show(node)} has no value yet: nothing has run while the flow is drawn. ${instead}`,
      severity,
    );
  }

  return {
    ...refs,
    script,
    foreignTraits,
    problems,
    report,
    refuse,
    isOwn,
    isRef,
    isSureRef,
    guards: new Set(),
    exits: new Set(),
    doubtful,
    show,
    plain,
  };
}
