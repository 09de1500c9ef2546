/** The classes of cells: their methods draw as functions do, and their fields hold refs as variables do. */
import type { AnyNode, Identifier } from "acorn";
import type { Binding } from "../scope.ts";
import { fieldName, keyName } from "./parts.ts";
import { forEachChild, isFunction } from "../tree.ts";
import type { FunctionNode } from "../tree.ts";

/** A class, as it is written. */
export type ClassNode = Extract<
  AnyNode,
  { type: "ClassDeclaration" | "ClassExpression" }
>;

/** Whether a node is a class. */
export function isClass(node: AnyNode | null | undefined): node is ClassNode {
  return node?.type === "ClassDeclaration" || node?.type === "ClassExpression";
}

/** What is to be known of the classes of cells. */
export interface Classes {
  readonly all: readonly ClassNode[];
  /** The class that a name is defined by; `id` is where it is defined. */
  namedAt(id: AnyNode): ClassNode | undefined;
  /** The class whose instances a `this` stands for. */
  ofThis(node: AnyNode): ClassNode | undefined;
  /** A field of the instances, as a variable of its own. */
  fieldOf(node: ClassNode, field: string): Binding;
  /** Whether a field is surely given something before a method is called. */
  isFilled(node: ClassNode, field: string): boolean;
}

/** Finds the classes of cells. */
export function findClasses(programs: readonly AnyNode[]): Classes {
  const named = new Map<AnyNode, ClassNode>();
  const owners = new Map<AnyNode, ClassNode>();
  const fields = new Map<ClassNode, Map<string, Binding>>();
  const filled = new Map<ClassNode, ReadonlySet<string>>();
  const all: ClassNode[] = [];

  function visit(node: AnyNode, owner: ClassNode | undefined): void {
    if (node.type === "ThisExpression" && owner) owners.set(node, owner);
    if (isClass(node)) {
      all.push(node);
      if (node.id) named.set(node.id, node);
      if (node.superClass) visit(node.superClass, owner);
      for (const member of node.body.body) {
        const isOfInstance = member.type !== "StaticBlock" && !member.static;
        forEachChild<AnyNode>(member, (child) =>
          visitMember(child, isOfInstance ? node : undefined),
        );
      }
      return;
    }
    const hasOwnThis =
      isFunction(node) && node.type !== "ArrowFunctionExpression";
    forEachChild<AnyNode>(node, (child) =>
      visit(child, hasOwnThis ? undefined : owner),
    );
  }

  /** The function of a method has the `this` of the class. */
  function visitMember(node: AnyNode, owner: ClassNode | undefined): void {
    if (node.type === "FunctionExpression")
      forEachChild<AnyNode>(node, (child) => visit(child, owner));
    else visit(node, owner);
  }

  for (const program of programs) visit(program, undefined);
  return {
    all,
    isFilled(node, field) {
      let own = filled.get(node);
      if (!own) filled.set(node, (own = new Set(filledFields(node))));
      return own.has(field);
    },
    namedAt: (id) => named.get(id),
    ofThis: (node) => owners.get(node),
    fieldOf(node, field) {
      const own = fields.get(node) ?? new Map<string, Binding>();
      fields.set(node, own);
      let binding = own.get(field);
      if (!binding) {
        // It stands for no identifier of the text.
        const { start, end } = node;
        const at: Identifier = { type: "Identifier", name: field, start, end };
        own.set(field, (binding = { name: field, isTop: false, node: at }));
      }
      return binding;
    },
  };
}

/** The fields that have a value, or that the constructor gives one in any case. */
function filledFields(node: ClassNode): string[] {
  const found: string[] = [];
  function add(expression: AnyNode): void {
    if (
      expression.type !== "AssignmentExpression" ||
      expression.operator !== "="
    )
      return;
    const { left, right } = expression;
    if (
      left.type === "MemberExpression" &&
      left.object.type === "ThisExpression"
    )
      found.push(fieldName(left) ?? "");
    add(right);
  }
  for (const member of node.body.body)
    if (member.type === "PropertyDefinition" && member.value)
      found.push(keyName(member) ?? "");
  const made = methodOf(node, "constructor", false)?.body;
  for (const statement of made?.type === "BlockStatement" ? made.body : [])
    if (statement.type === "ExpressionStatement") add(statement.expression);
  return found;
}

/** Whether a class has a method or a field of a name, whatever it is. */
export function hasMember(node: ClassNode, name: string): boolean {
  return node.body.body.some(
    (member) =>
      member.type !== "StaticBlock" &&
      !member.static &&
      (member.computed ||
        (member.key.type === "Identifier" && member.key.name === name)),
  );
}

/** A method of a class by its name; `constructor` is one too. */
export function methodOf(
  node: ClassNode,
  name: string,
  isStatic: boolean,
): FunctionNode | undefined {
  for (const member of node.body.body)
    if (
      (member.type === "MethodDefinition" ||
        member.type === "PropertyDefinition") &&
      member.static === isStatic &&
      !(member.type === "MethodDefinition" && /^[gs]et$/.test(member.kind)) &&
      !member.computed &&
      member.key.type === "Identifier" &&
      member.key.name === name &&
      isFunction(member.value)
    )
      return member.value;
  return undefined;
}
