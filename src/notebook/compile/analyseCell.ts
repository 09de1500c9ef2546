/** All that can be known of a cell from its own text; what depends on other cells is in link.ts. */
import type { AnyNode } from "acorn";
import { hashText } from "../../core/hash.ts";
import { blankTypes } from "./blank.ts";
import type { PackageImport } from "./imports.ts";
import { fieldName } from "./lint/parts.ts";
import { pairParts } from "./lint/patterns.ts";
import { findDrawing } from "./lint/drawing.ts";
import { describeTasks } from "./lint/traits.ts";
import type { TaskTraits } from "./lint/traits.ts";
import { parseCell, parseScript, tooDeep } from "./parseCell.ts";
import { positionAt } from "./position.ts";
import type { Position } from "./position.ts";
import { problemAt } from "./problem.ts";
import type { Problem } from "./problem.ts";
import { analyseScopes } from "./scope.ts";
import type { Misuse } from "./scope.ts";
import { freeName } from "./script.ts";
import type { CellScript } from "./script.ts";
import { findShown, isWorthViewing } from "./shown.ts";
import { forEachChild, isFunction } from "./tree.ts";
import { findUnits } from "./versions.ts";
import type { VersionUnit } from "./versions.ts";

/** A part of the source. */
export interface Span {
  from: number;
  to: number;
}

/** A name that a cell uses and does not define. */
export interface FreeName extends Span {
  /** True if it only stands after `typeof`. */
  isSoft: boolean;
  /** Where it is assigned to. */
  written: Span | undefined;
}

/** What a ts or js cell says by itself. */
export interface CellAnalysis {
  problems: readonly Problem[];
  /** False when the text is no TypeScript, or has something in it that cannot be erased. */
  isReadable: boolean;
  /** The cell as JavaScript; undefined when it is not readable. */
  script: CellScript | undefined;
  /** The JavaScript, as long as the source. */
  code: string;
  /** Text to put into the code, by offset. */
  inserts: readonly { at: number; text: string }[];
  /** What the script calls the function that shows a value: a name that the cell does not use. */
  showName: string;
  isView: boolean;
  /** Top-level names, and where they are defined. For a cell that cannot be read, a guess. */
  declared: ReadonlyMap<string, Span>;
  free: ReadonlyMap<string, FreeName>;
  /** Names of the language that it imports, whatever other cells define. */
  imported: ReadonlyMap<string, string>;
  /** What it imports of packages; these names are its own. */
  packages: readonly PackageImport[];
  units: readonly VersionUnit[];
  /** Calls of `flow` with a literal name; `body` is the function that is written in the call, if one is. */
  flows: readonly (Span &
    Position & { name: string; body: Span | undefined })[];
  /** Top-level names bound to calls of `task` or `resource`. */
  tasks: ReadonlyMap<string, Position>;
  /** Top-level names that are called in the body of a flow, or stand for another name that may be. */
  callables: ReadonlyMap<string, Callable>;
  /** What is to be known of the tasks among them. */
  traits: ReadonlyMap<string, TaskTraits>;
  /** Top-level names through which a flow of another cell may come to a function of this one. */
  drawing: ReadonlySet<string>;
}

/** A task or resource, a flow, or what another name is, perhaps with other options. */
export type Callable = "task" | "flow" | { of: string };

export function analyseCell(source: string, kind: "ts" | "js"): CellAnalysis {
  try {
    return analyse(source, kind);
  } catch (thrown) {
    if (thrown instanceof RangeError) return unreadable(source, [tooDeep]);
    throw thrown;
  }
}

function analyse(source: string, kind: "ts" | "js"): CellAnalysis {
  const parsed = parseCell(source, kind);
  if ("problem" in parsed) return unreadable(source, [parsed.problem]);
  const blanked = blankTypes(source, parsed.tree);
  const { code, imported, packages } = blanked;
  if (blanked.problems.length > 0) return unreadable(source, blanked.problems);
  const result = parseScript(code);
  if ("problem" in result) return unreadable(source, [result.problem]);

  const program = result.tree;
  const scopes = analyseScopes(program);
  const script: CellScript = { source, program, scopes, imported };
  const shown = findShown(script);
  return {
    problems: [...scopes.misuses.map(explainMisuse), ...findReserved(script)],
    isReadable: true,
    script,
    code,
    inserts: shown ? showInserts(code, shown, freshName(code)) : [],
    showName: freshName(code),
    isView: shown !== undefined || isWorthViewing(script),
    declared: new Map([
      ...[...scopes.declared].map(
        ([name, { node }]) => [name, spanOf(node)] as const,
      ),
      ...packages.map(({ local, from, to }) => [local, { from, to }] as const),
    ]),
    free: findFree(script, packages),
    imported,
    packages,
    units: [
      ...findUnits(scopes, imported, shown),
      ...packages.map(({ local, specifier, name }) => ({
        hash: hashText(`import ${name} from ${specifier}`),
        defines: [local],
        refersTo: [],
      })),
    ],
    flows: findFlows(script),
    ...findTasks(script),
    drawing: findDrawing(script),
  };
}

function unreadable(
  source: string,
  problems: readonly Problem[],
): CellAnalysis {
  return {
    problems,
    isReadable: false,
    script: undefined,
    code: "",
    inserts: [],
    showName: "",
    isView: false,
    declared: guessDeclared(source),
    free: new Map(),
    imported: new Map(),
    packages: [],
    units: [],
    flows: [],
    tasks: new Map(),
    callables: new Map(),
    traits: new Map(),
    drawing: new Set(),
  };
}

/**
 * Names that a cell which cannot be read most likely defines: what stands behind `const` and its like at the start of a line.
 * They keep cells that use them from being told that there is no such name.
 */
function guessDeclared(source: string): Map<string, Span> {
  const names = new Map<string, Span>();
  const definition =
    /^(?:export\s+)?(?:(?:const|let|var)\s*(?:\{([^{}=]*)\}|\[([^[\]=]*)\]|([\p{ID_Start}$_][\p{ID_Continue}$]*))|(?:async\s+)?(?:function(?:\s*\*)?|(?:abstract\s+)?class|(?:const\s+)?enum|namespace)\s*([\p{ID_Start}$_][\p{ID_Continue}$]*))/gmu;
  for (const match of source.matchAll(definition)) {
    const list = match[1] ?? match[2] ?? match[3] ?? match[4] ?? "";
    for (const part of list.split(",")) {
      const name =
        /(?<![\p{ID_Continue}$])([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*$/u.exec(
          part,
        )?.[1];
      if (name)
        names.set(name, {
          from: match.index,
          to: match.index + match[0].length,
        });
    }
  }
  return names;
}

function explainMisuse({ type, node }: Misuse): Problem {
  const message = {
    this: "`this` means nothing at the top level of a cell. Name the value that you mean, or write a function or a class with a `this` of its own.",
    arguments:
      "`arguments` means nothing at the top level of a cell and in arrow functions there. Write `(...values) =>` and use `values`.",
    eval: "Text cannot be evaluated in a cell: nobody could tell which names it needs. Write a function instead.",
    "import.meta":
      "`import.meta` is not known in a cell, which is no file of its own. Read attachments with readText(...) and its like.",
    "import()":
      'A module cannot be imported while a cell or a task runs. Import a package of npm at the top of the cell, as in `import { sum } from "npm:d3-array@3.2.4"`, write what you need in a cell, or load data with the fetch and read functions.',
  }[type];
  return type === "import()"
    ? problemAt(node, "warning", "not-yet", message)
    : problemAt(node, "error", "cell-syntax", message);
}

/** Uses and definitions of names that are ours. */
function findReserved({ scopes }: CellScript): Problem[] {
  const nodes = [
    ...scopes.bindings.keys(),
    ...scopes.references.map(({ node }) => node),
  ];
  return [...new Set(nodes)].flatMap((node) =>
    node.type === "Identifier" && node.name.startsWith("$flowbook")
      ? problemAt(
          node,
          "error",
          "cell-syntax",
          "Names that begin with $flowbook are reserved. Choose another one.",
        )
      : [],
  );
}

/** Wraps a statement's expression in a call. Brackets and comments around the expression stay inside, a semicolon behind it does not. */
function showInserts(
  code: string,
  shown: AnyNode,
  name: string,
): { at: number; text: string }[] {
  const isList =
    shown.type === "ExpressionStatement" &&
    shown.expression.type === "SequenceExpression";
  const end = code[shown.end - 1] === ";" ? shown.end - 1 : shown.end;
  return [
    { at: shown.start, text: `${name}(${isList ? "(" : ""}` },
    { at: end, text: isList ? "))" : ")" },
  ];
}

function freshName(code: string): string {
  let name = "$show";
  for (let number = 2; code.includes(name); number += 1)
    name = `$show${number}`;
  return name;
}

function findFree(
  { scopes }: CellScript,
  packages: readonly PackageImport[],
): Map<string, FreeName> {
  const free = new Map<string, FreeName>();
  const own = new Set(packages.map(({ local }) => local));
  for (const { node, binding, isWrite, isSoft } of scopes.references) {
    if (binding || own.has(node.name)) continue;
    const known = free.get(node.name);
    const written = known?.written ?? (isWrite ? spanOf(node) : undefined);
    if (!known) free.set(node.name, { ...spanOf(node), isSoft, written });
    else if (known.isSoft && !isSoft)
      free.set(node.name, { ...spanOf(node), isSoft, written });
    else known.written = written;
  }
  return free;
}

function findFlows(script: CellScript): CellAnalysis["flows"] {
  const flows: CellAnalysis["flows"][number][] = [];
  function visit(node: AnyNode): void {
    if (
      node.type === "CallExpression" &&
      freeName(script, node.callee) === "flow"
    ) {
      const name = literalText(node.arguments[0]);
      if (name !== undefined)
        flows.push({
          name,
          ...spanOf(node),
          body: bodyOf(node.arguments[1]),
          ...positionAt(script.source, node.start),
        });
    }
    forEachChild<AnyNode>(node, visit);
  }
  visit(script.program);
  return flows;
}

function bodyOf(node: AnyNode | undefined): Span | undefined {
  return node && isFunction(node) ? spanOf(node) : undefined;
}

function literalText(node: AnyNode | undefined): string | undefined {
  if (node?.type === "Literal" && typeof node.value === "string")
    return node.value;
  if (node?.type === "TemplateLiteral" && node.expressions.length === 0)
    return node.quasis[0]?.value.cooked ?? undefined;
  return undefined;
}

function findTasks(
  script: CellScript,
): Pick<CellAnalysis, "tasks" | "callables" | "traits"> {
  const tasks = new Map<string, Position>();
  const callables = new Map<string, Callable>();
  function find(pattern: AnyNode, value: AnyNode | null | undefined): void {
    for (const [part, own] of (value && pairParts(pattern, value)) ?? [])
      find(part, own);
    if (pattern.type !== "Identifier") return;
    const { name, start } = pattern;
    let init = value;
    while (
      init?.type === "CallExpression" &&
      init.callee.type === "MemberExpression" &&
      fieldName(init.callee) === "with"
    )
      init = init.callee.object;
    if (init?.type === "Identifier")
      callables.set(name, { of: script.imported.get(init.name) ?? init.name });
    if (init?.type !== "CallExpression") return;
    const callee = freeName(script, init.callee);
    if (callee === "flow") callables.set(name, "flow");
    if (callee !== "task" && callee !== "resource") return;
    callables.set(name, "task");
    if (init === value) tasks.set(name, positionAt(script.source, start));
  }
  for (const { node } of script.scopes.units)
    if (node.type === "VariableDeclarator") find(node.id, node.init);
  const traits =
    callables.size > 0 ? describeTasks(script) : new Map<string, TaskTraits>();
  return { tasks, callables, traits };
}

function spanOf(node: { start: number; end: number }): Span {
  return { from: node.start, to: node.end };
}
