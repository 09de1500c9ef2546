/**
 * Reads as much of the types of a cell as tells whether a parameter can be an Error. What cannot be told, such as a type of
 * another cell, can be one.
 */
import type { CellScript } from "../script.ts";
import { parseCell } from "../parseCell.ts";
import { forEachChild, isNode } from "../tree.ts";
import type { FunctionNode, SyntaxNode } from "../tree.ts";

/** The cell with its types, and the types that it defines at its top level. */
interface TypedCell {
  tree: SyntaxNode;
  types: ReadonlyMap<string, SyntaxNode>;
}

const cells = new WeakMap<CellScript, TypedCell | undefined>();

/** The parameters of a function whose types leave no room for an Error, by their position, and those types as they are written. */
export function refusesErrors(
  script: CellScript,
  body: FunctionNode,
): Record<number, string> {
  const cell = typesOf(script);
  const typed = cell && findAt(cell.tree, body);
  const parameters = listOf(typed?.params);
  const found: Record<number, string> = {};
  for (const [index, { start }] of body.params.entries()) {
    const parameter = parameters.find((each) => each.start === start);
    const pattern =
      parameter?.type === "AssignmentPattern" ? parameter.left : parameter;
    const type =
      isNode(pattern) && isNode(pattern.typeAnnotation)
        ? pattern.typeAnnotation.typeAnnotation
        : undefined;
    // The annotation of `...rest` is of the list, not of what arrives.
    if (!cell || !isNode(type) || parameter?.type === "RestElement") continue;
    if (isStrict(type, cell.types, 0))
      found[index] = script.source
        .slice(type.start, type.end)
        .replace(/\s+/g, " ");
  }
  return found;
}

function typesOf(script: CellScript): TypedCell | undefined {
  if (cells.has(script)) return cells.get(script);
  // The tree that is worked with has no types any more.
  const parsed = parseCell(script.source, "ts");
  const cell =
    "tree" in parsed
      ? { tree: parsed.tree, types: definedTypes(parsed.tree) }
      : undefined;
  cells.set(script, cell);
  return cell;
}

function definedTypes(tree: SyntaxNode): Map<string, SyntaxNode> {
  const types = new Map<string, SyntaxNode>();
  for (const statement of listOf(tree.body)) {
    const node = isNode(statement.declaration)
      ? statement.declaration
      : statement;
    if (
      /^(TSTypeAliasDeclaration|TSInterfaceDeclaration|ClassDeclaration)$/.test(
        node.type,
      )
    )
      types.set(nameOf(node.id), node);
  }
  return types;
}

function findAt(
  node: SyntaxNode,
  wanted: FunctionNode,
): SyntaxNode | undefined {
  if (node.start === wanted.start && node.type === wanted.type) return node;
  let found: SyntaxNode | undefined;
  forEachChild<SyntaxNode>(node, (child) => {
    if (!found && child.start <= wanted.start && child.end >= wanted.end)
      found = findAt(child, wanted);
  });
  return found;
}

/** Lists and their like, which an Error never is. */
const strictNames =
  /^(Array|ReadonlyArray|Rows|Map|ReadonlyMap|Set|ReadonlySet|Date|URL|Uint8Array|ArrayBuffer|Blob|DateText|Record)$/;

function isStrict(
  type: SyntaxNode,
  types: TypedCell["types"],
  depth: number,
): boolean {
  const isInnerStrict = (inner: unknown) =>
    isNode(inner) && isStrict(inner, types, depth + 1);
  switch (type.type) {
    case "TSStringKeyword":
    case "TSNumberKeyword":
    case "TSBooleanKeyword":
    case "TSBigIntKeyword":
    case "TSNullKeyword":
    case "TSUndefinedKeyword":
    case "TSLiteralType":
    case "TSTemplateLiteralType":
    case "TSTupleType":
      return true;
    case "TSArrayType":
      // A list that has room for Errors is made for what a map gives.
      return isInnerStrict(type.elementType);
    case "TSTypeOperator":
    case "TSParenthesizedType":
    case "TSTypeAliasDeclaration":
      return isInnerStrict(type.typeAnnotation);
    case "TSUnionType":
      return listOf(type.types).every(isInnerStrict);
    case "TSIntersectionType":
      return listOf(type.types).some(isInnerStrict);
    case "TSTypeLiteral":
      return hasOwnField(listOf(type.members));
    case "TSInterfaceDeclaration": {
      const isExtended = listOf(type.extends).length > 0;
      return (
        !isExtended && isNode(type.body) && hasOwnField(listOf(type.body.body))
      );
    }
    case "TSTypeReference": {
      const name = nameOf(type.typeName);
      const defined = types.get(name);
      if (!defined) return strictNames.test(name);
      return depth < 20 && isInnerStrict(defined);
    }
    default:
      return false;
  }
}

/** Whether there is a field that an Error has not. */
function hasOwnField(members: readonly SyntaxNode[]): boolean {
  return members.some(
    ({ type, optional, key }) =>
      type === "TSPropertySignature" &&
      optional !== true &&
      !/^(name|message|stack|cause)?$/.test(nameOf(key)),
  );
}

function nameOf(node: unknown): string {
  return isNode(node) && typeof node.name === "string" ? node.name : "";
}

function listOf(nodes: unknown): SyntaxNode[] {
  return Array.isArray(nodes) ? nodes.filter(isNode) : [];
}
