/**
 * Which names a cell defines, which it takes from elsewhere, and what each name in it stands for.
 *
 * A scope knows all its names before anything in it is visited (`var` and functions are hoisted, and a use before a `let`
 * still means that `let`), so every use is resolved the moment it is seen. The tree is plain JavaScript in strict mode.
 */
import type { AnyNode, Identifier, Program } from "acorn";
import { boundNames, forEachChild } from "./tree.ts";
import type { FunctionNode } from "./tree.ts";

/** A name that the cell defines somewhere. */
export interface Binding {
  name: string;
  /** True for the names that other cells see. */
  isTop: boolean;
  /** Where it is defined first. */
  node: Identifier;
}

/** A use of a name as a value. */
export interface Reference {
  node: Identifier;
  /** What it stands for; undefined for a name that the cell does not define. */
  binding: Binding | undefined;
  isWrite: boolean;
  /** True for `typeof name`, which needs no definition. */
  isSoft: boolean;
  /** The index of the unit that it is in. */
  unit: number;
}

/** A top-level statement, or one variable of a top-level declaration: what has a version of its own. */
export interface Unit {
  node: AnyNode;
  /** How its variables are declared (`const`), for a variable. */
  kind: string | undefined;
  declares: readonly string[];
}

/** Something that does not work in a cell, or only by accident. */
export interface Misuse {
  type: "this" | "arguments" | "eval" | "import.meta" | "import()";
  node: AnyNode;
}

/** All that there is to know about the names of a cell. */
export interface ScopeAnalysis {
  /** Top-level names, in the order of their definitions. */
  declared: ReadonlyMap<string, Binding>;
  references: readonly Reference[];
  /** What the identifiers that are references or definitions stand for. */
  bindings: ReadonlyMap<AnyNode, Binding>;
  units: readonly Unit[];
  misuses: readonly Misuse[];
}

interface Scope {
  parent: Scope | undefined;
  names: Map<string, Binding>;
}

export function analyseScopes(program: Program): ScopeAnalysis {
  const references: Reference[] = [];
  const bindings = new Map<AnyNode, Binding>();
  const units: Unit[] = [];
  const misuses: Misuse[] = [];
  const top: Scope = { parent: undefined, names: new Map() };
  let scope = top;
  /** How many functions (arrows do not count) or class bodies have a `this` of their own here. */
  let owners = 0;

  function declare(node: Identifier): void {
    let binding = scope.names.get(node.name);
    if (!binding) {
      binding = { name: node.name, isTop: scope === top, node };
      scope.names.set(node.name, binding);
    }
    bindings.set(node, binding);
  }

  function declareLexical(statements: readonly AnyNode[]): void {
    for (const statement of statements) {
      if (statement.type === "VariableDeclaration") {
        if (statement.kind !== "var") declarePatterns(statement);
      } else if (
        (statement.type === "FunctionDeclaration" ||
          statement.type === "ClassDeclaration") &&
        statement.id
      )
        declare(statement.id);
    }
  }

  function declarePatterns(
    node: Extract<AnyNode, { type: "VariableDeclaration" }>,
  ): void {
    for (const { id } of node.declarations) boundNames(id).forEach(declare);
  }

  function declareBody(statements: readonly AnyNode[]): void {
    for (const statement of statements)
      for (const node of hoistedVars(statement)) declare(node);
    declareLexical(statements);
  }

  function within(visitInside: () => void): void {
    const outer = scope;
    scope = { parent: outer, names: new Map() };
    visitInside();
    scope = outer;
  }

  function refer(node: Identifier, isWrite: boolean, isSoft = false): void {
    let from: Scope | undefined = scope;
    while (from && !from.names.has(node.name)) from = from.parent;
    const binding = from?.names.get(node.name);
    if (!binding && node.name === "arguments") {
      if (owners === 0) misuses.push({ type: "arguments", node });
      return;
    }
    if (binding) bindings.set(node, binding);
    const unit = units.length - 1;
    references.push({ node, binding, isWrite, isSoft, unit });
  }

  function visitPattern(pattern: AnyNode, isDeclaration: boolean): void {
    switch (pattern.type) {
      case "Identifier":
        if (!isDeclaration) refer(pattern, true);
        break;
      case "ObjectPattern":
        for (const property of pattern.properties) {
          if (property.type === "RestElement")
            visitPattern(property.argument, isDeclaration);
          else {
            if (property.computed) visit(property.key);
            visitPattern(property.value, isDeclaration);
          }
        }
        break;
      case "ArrayPattern":
        for (const element of pattern.elements)
          if (element) visitPattern(element, isDeclaration);
        break;
      case "AssignmentPattern":
        visitPattern(pattern.left, isDeclaration);
        visit(pattern.right);
        break;
      case "RestElement":
        visitPattern(pattern.argument, isDeclaration);
        break;
      default:
        visit(pattern);
    }
  }

  function visitVariable(
    node: Extract<AnyNode, { type: "VariableDeclarator" }>,
  ): void {
    visitPattern(node.id, true);
    if (node.init) visit(node.init);
  }

  function visitFunction(node: FunctionNode): void {
    const isArrow = node.type === "ArrowFunctionExpression";
    if (!isArrow) owners += 1;
    within(() => {
      if (node.type === "FunctionExpression" && node.id) declare(node.id);
      // Defaults of parameters do not see the body's variables, so parameters have a scope of their own.
      within(() => {
        for (const parameter of node.params)
          boundNames(parameter).forEach(declare);
        for (const parameter of node.params) visitPattern(parameter, true);
        const body = node.body;
        if (body.type !== "BlockStatement") visit(body);
        else
          within(() => {
            declareBody(body.body);
            body.body.forEach(visit);
          });
      });
    });
    if (!isArrow) owners -= 1;
  }

  function visitClass(
    node: Extract<AnyNode, { type: "ClassDeclaration" | "ClassExpression" }>,
  ): void {
    within(() => {
      if (node.id) declare(node.id);
      if (node.superClass) visit(node.superClass);
      for (const member of node.body.body) {
        if (member.type !== "StaticBlock" && member.computed)
          visit(member.key as AnyNode);
        owners += 1;
        if (member.type === "StaticBlock")
          within(() => {
            declareBody(member.body);
            member.body.forEach(visit);
          });
        else if (member.value) visit(member.value as AnyNode);
        owners -= 1;
      }
    });
  }

  function visitLoop(
    node: Extract<
      AnyNode,
      { type: "ForStatement" | "ForInStatement" | "ForOfStatement" }
    >,
  ): void {
    within(() => {
      const head = node.type === "ForStatement" ? node.init : node.left;
      if (head?.type === "VariableDeclaration") {
        declareLexical([head]);
        visit(head);
      } else if (head && node.type === "ForStatement") visit(head);
      else if (head) visitPattern(head, false);
      if (node.type === "ForStatement") {
        if (node.test) visit(node.test);
        if (node.update) visit(node.update);
      } else visit(node.right);
      visit(node.body);
    });
  }

  function visit(node: AnyNode): void {
    switch (node.type) {
      case "Identifier":
        refer(node, false);
        break;
      case "VariableDeclaration":
        node.declarations.forEach(visitVariable);
        break;
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        visitFunction(node);
        break;
      case "ClassDeclaration":
      case "ClassExpression":
        visitClass(node);
        break;
      case "BlockStatement":
        within(() => {
          declareLexical(node.body);
          node.body.forEach(visit);
        });
        break;
      case "ForStatement":
      case "ForInStatement":
      case "ForOfStatement":
        visitLoop(node);
        break;
      case "SwitchStatement":
        visit(node.discriminant);
        within(() => {
          for (const { consequent } of node.cases) declareLexical(consequent);
          node.cases.forEach(visit);
        });
        break;
      case "CatchClause":
        within(() => {
          if (node.param) {
            boundNames(node.param).forEach(declare);
            visitPattern(node.param, true);
          }
          visit(node.body);
        });
        break;
      case "LabeledStatement":
        visit(node.body);
        break;
      case "BreakStatement":
      case "ContinueStatement":
        break;
      case "MetaProperty":
        if (node.meta.name === "import")
          misuses.push({ type: "import.meta", node });
        break;
      case "ImportExpression":
        misuses.push({ type: "import()", node });
        visit(node.source);
        break;
      case "ThisExpression":
        if (owners === 0) misuses.push({ type: "this", node });
        break;
      case "MemberExpression":
        visit(node.object);
        if (node.computed) visit(node.property);
        break;
      case "Property":
        if (node.computed) visit(node.key);
        visit(node.value);
        break;
      case "UnaryExpression":
        if (node.operator === "typeof" && node.argument.type === "Identifier")
          refer(node.argument, false, true);
        else visit(node.argument);
        break;
      case "CallExpression":
        if (node.callee.type === "Identifier" && node.callee.name === "eval")
          misuses.push({ type: "eval", node });
        visit(node.callee);
        node.arguments.forEach(visit);
        break;
      case "AssignmentExpression":
        visitPattern(node.left, false);
        visit(node.right);
        break;
      case "UpdateExpression":
        visitPattern(node.argument, false);
        break;
      default:
        forEachChild<AnyNode>(node, visit);
    }
  }

  declareBody(program.body);
  for (const statement of program.body) {
    if (statement.type === "VariableDeclaration") {
      for (const node of statement.declarations) {
        const declares = boundNames(node.id).map(({ name }) => name);
        units.push({ node, kind: statement.kind, declares });
        visitVariable(node);
      }
      continue;
    }
    const declares =
      (statement.type === "FunctionDeclaration" ||
        statement.type === "ClassDeclaration") &&
      statement.id
        ? [statement.id.name]
        : hoistedVars(statement).map(({ name }) => name);
    units.push({ node: statement, kind: undefined, declares });
    visit(statement);
  }
  return { declared: top.names, references, bindings, units, misuses };
}

/** The identifiers that `var` declares in a statement, however deep in blocks and loops. */
function hoistedVars(node: AnyNode, found: Identifier[] = []): Identifier[] {
  switch (node.type) {
    case "VariableDeclaration":
      if (node.kind === "var")
        for (const { id } of node.declarations) boundNames(id, found);
      break;
    case "BlockStatement":
      for (const statement of node.body) hoistedVars(statement, found);
      break;
    case "IfStatement":
      hoistedVars(node.consequent, found);
      if (node.alternate) hoistedVars(node.alternate, found);
      break;
    case "ForStatement":
      if (node.init) hoistedVars(node.init, found);
      hoistedVars(node.body, found);
      break;
    case "ForInStatement":
    case "ForOfStatement":
      hoistedVars(node.left, found);
      hoistedVars(node.body, found);
      break;
    case "WhileStatement":
    case "DoWhileStatement":
    case "LabeledStatement":
      hoistedVars(node.body, found);
      break;
    case "TryStatement":
      hoistedVars(node.block, found);
      if (node.handler) hoistedVars(node.handler.body, found);
      if (node.finalizer) hoistedVars(node.finalizer, found);
      break;
    case "SwitchStatement":
      for (const { consequent } of node.cases)
        for (const statement of consequent) hoistedVars(statement, found);
      break;
  }
  return found;
}
