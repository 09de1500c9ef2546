/**
 * Versions of names: what a name stands for, as a hash of its code and of all that it refers to in any cell.
 *
 * A unit is a top-level statement, or one variable of a declaration. A name's version covers the units that define it, the
 * units that change it from outside (`config.x = 1`, `rows.push(...)`), and, over and over, the units of every name that
 * those refer to. Units are hashed by their syntax tree, so layout, comments, brackets without effect and types do not count.
 */
import type { AnyNode } from "acorn";
import { hashText } from "../../core/hash.ts";
import type { ScopeAnalysis } from "./scope.ts";
import { forEachChild, isFunction, isNode } from "./tree.ts";

/** A unit of code as far as versions need it. */
export interface VersionUnit {
  hash: string;
  defines: readonly string[];
  /** Top-level names, of any cell, whose value it changes from outside. */
  changes: readonly string[];
  /** Names that it takes from the top level of any cell, or from the language. */
  refersTo: readonly string[];
}

/**
 * The units of a cell. `imported` are names of the language under names of the cell's own; `shown` is the statement whose
 * value the cell shows, if it does.
 */
export function findUnits(
  scopes: ScopeAnalysis,
  imported: ReadonlyMap<string, string>,
  shown: AnyNode | undefined,
): VersionUnit[] {
  const refersTo = scopes.units.map(() => new Set<string>());
  for (const { node, binding, unit } of scopes.references)
    if (!binding || binding.isTop)
      refersTo[unit]?.add((!binding && imported.get(node.name)) || node.name);
  return scopes.units.map((unit, index) => {
    const names = refersTo[index] ?? new Set();
    const renamed = [...imported].filter(
      ([local, name]) => local !== name && names.has(name),
    );
    return {
      hash: hashText(
        `${unit.kind ?? ""} ${printTree(unit.node)} ${renamed.join(" ")}`,
      ),
      defines: unit.declares,
      changes: [...findChanges(unit.node, scopes, shown)],
      refersTo: [...names],
    };
  });
}

/** The version of every name, and the names whose closure mentions `context`. */
export function computeVersions(units: readonly VersionUnit[]): {
  versions: Record<string, string>;
  usesContext: string[];
} {
  const unitsOf = new Map<string, VersionUnit[]>();
  const defined = new Set<string>();
  for (const unit of units) {
    for (const name of unit.defines) defined.add(name);
    const names =
      unit.changes.length === 0
        ? unit.defines
        : new Set([...unit.defines, ...unit.changes]);
    for (const name of names) {
      const list = unitsOf.get(name);
      if (list) list.push(unit);
      else unitsOf.set(name, [unit]);
    }
  }
  const isContextTheirs = defined.has("context");
  const versions: [string, string][] = [];
  const usesContext: string[] = [];
  for (const name of defined) {
    const closure = new Set(unitsOf.get(name));
    for (const unit of closure)
      for (const further of unit.refersTo)
        for (const next of unitsOf.get(further) ?? []) closure.add(next);
    const hashes = Array.from(closure, ({ hash }) => hash);
    // A name that refers to nothing else is what its own unit is.
    const [only = ""] = hashes;
    versions.push([
      name,
      hashes.length === 1 ? only : hashText(`${name} ${hashes.sort().join()}`),
    ]);
    if (
      !isContextTheirs &&
      [...closure].some(({ refersTo }) => refersTo.includes("context"))
    )
      usesContext.push(name);
  }
  // Unlike an assignment, this makes a field of a name such as __proto__ too.
  return { versions: Object.fromEntries(versions), usesContext };
}

const layoutFields = new Set([
  "type",
  "start",
  "end",
  "raw",
  "shorthand",
  "directive",
  "range",
  "loc",
]);

/** A tree as text: the same for two texts exactly if they differ in layout only. */
export function printTree(node: AnyNode): string {
  const parts: string[] = [];
  function print(value: unknown): void {
    if (Array.isArray(value)) {
      parts.push("[");
      for (const item of value) if (!isEmpty(item)) print(item);
      parts.push("]");
    } else if (isNode(value)) {
      parts.push("(", value.type);
      for (const field in value)
        if (!layoutFields.has(field)) {
          parts.push(" ", field, ":");
          print(value[field]);
        }
      parts.push(")");
    } else if (typeof value === "bigint") parts.push(`${value}n`);
    else parts.push(JSON.stringify(value) ?? "undefined", " ");
  }
  print(node);
  return parts.join("");
}

function isEmpty(node: unknown): boolean {
  return isNode(node) && node.type === "EmptyStatement";
}

/** Methods of the language's own objects that change the object. */
const changingMethods = new Set(
  "push pop shift unshift splice sort reverse fill copyWithin set add delete clear append".split(
    " ",
  ),
);

/** Functions that change their first argument. */
const changingFunctions =
  /^(?:Object|Reflect)\.(?:assign|definePropert(?:y|ies)|set|setPrototypeOf|deleteProperty|freeze)$/;

/** Top-level names whose value a unit changes when it is evaluated, other than by defining them. */
function findChanges(
  unit: AnyNode,
  scopes: ScopeAnalysis,
  shown: AnyNode | undefined,
): Set<string> {
  const changed = new Set<string>();
  const isDefinition =
    unit.type === "VariableDeclarator" ||
    unit.type === "FunctionDeclaration" ||
    unit.type === "ClassDeclaration";

  function change(target: AnyNode | undefined): void {
    let root = target;
    while (
      root?.type === "MemberExpression" ||
      root?.type === "ChainExpression"
    )
      root = root.type === "MemberExpression" ? root.object : root.expression;
    if (root?.type !== "Identifier") return;
    const binding = scopes.bindings.get(root);
    if (!binding || binding.isTop) changed.add(root.name);
  }

  function visit(node: AnyNode): void {
    // A function that a definition holds changes something when it is called, not when it is defined.
    if (isDefinition && isFunction(node)) return;
    switch (node.type) {
      case "AssignmentExpression":
        for (const target of assignedTargets(node.left)) change(target);
        break;
      case "UpdateExpression":
        change(node.argument);
        break;
      case "UnaryExpression":
        if (node.operator === "delete") change(node.argument);
        break;
      case "ForInStatement":
      case "ForOfStatement":
        if (node.left.type !== "VariableDeclaration")
          for (const target of assignedTargets(node.left)) change(target);
        break;
      case "ExpressionStatement": {
        if (node === shown) break;
        // The value of the call is not used, so it is made for its effect.
        const call =
          node.expression.type === "AwaitExpression"
            ? node.expression.argument
            : node.expression;
        if (call.type === "CallExpression" && isOwnMethod(call.callee, scopes))
          change(call.callee);
        break;
      }
      case "CallExpression": {
        const { callee } = node;
        if (callee.type !== "MemberExpression" || callee.computed) break;
        if (callee.property.type !== "Identifier") break;
        const method = callee.property.name;
        if (changingMethods.has(method)) change(callee.object);
        const owner = callee.object;
        if (
          owner.type === "Identifier" &&
          changingFunctions.test(`${owner.name}.${method}`)
        )
          change(node.arguments[0]);
        break;
      }
    }
    forEachChild<AnyNode>(node, visit);
  }
  visit(unit);
  return changed;
}

/** Whether a callee is a method of something that this cell defines: methods of `console` or `db` change no name. */
function isOwnMethod(callee: AnyNode, scopes: ScopeAnalysis): boolean {
  let root = callee;
  while (root.type === "MemberExpression") root = root.object;
  return (
    callee.type === "MemberExpression" &&
    root.type === "Identifier" &&
    scopes.bindings.get(root)?.isTop === true
  );
}

function assignedTargets(pattern: AnyNode): AnyNode[] {
  switch (pattern.type) {
    case "ObjectPattern":
      return pattern.properties.flatMap((property) =>
        assignedTargets(
          property.type === "RestElement" ? property.argument : property.value,
        ),
      );
    case "ArrayPattern":
      return pattern.elements.flatMap((element) =>
        element ? assignedTargets(element) : [],
      );
    case "AssignmentPattern":
      return assignedTargets(pattern.left);
    case "RestElement":
      return assignedTargets(pattern.argument);
    default:
      return [pattern];
  }
}
