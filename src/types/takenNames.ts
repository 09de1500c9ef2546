/**
 * The names that another one cannot be renamed to without a change of meaning: at one of its places they stand for something of
 * their own there, or they are used for something further out where the new name would come between.
 */
import ts from "typescript";
import type { CellFile } from "./cellFiles.ts";
import type { CellSpan } from "./protocol.ts";

/** Gives each name that is taken, with where. `locations` are those of the name that is renamed, its definition among them. */
export function findTakenNames(
  service: ts.LanguageService,
  files: readonly CellFile[],
  locations: readonly ts.RenameLocation[],
  toCell: (path: string, span: ts.TextSpan) => readonly CellSpan[],
): Record<string, CellSpan> {
  const program = service.getProgram();
  if (!program) return {};
  const checker = program.getTypeChecker();
  const taken = new Map<string, CellSpan>();
  const sources = files.flatMap(({ path, shift = 0 }) => {
    const source = program.getSourceFile(path);
    return source ? [{ source, shift }] : [];
  });
  const isOfCells = new Set<ts.Node>(sources.map(({ source }) => source));

  function take(name: string, node: ts.Node): void {
    if (taken.has(name) || name === nodes[0]?.text) return;
    const start = node.getStart();
    const { fileName } = node.getSourceFile();
    const [where] = toCell(fileName, { start, length: node.end - start });
    if (where) taken.set(name, where);
  }

  const nodes = locations.flatMap(({ fileName, textSpan }) => {
    const source = program.getSourceFile(fileName);
    return (source && identifierAt(source, textSpan.start)) ?? [];
  });
  const scopes = new Set(
    nodes.flatMap((node) => (isDefinition(node) ? scopeOf(node) : [])),
  );
  const isTop = [...scopes].every((scope) => ts.isSourceFile(scope));

  // What stands between a use and the definition.
  for (const node of nodes)
    for (const symbol of checker.getSymbolsInScope(
      node,
      ts.SymbolFlags.Value | ts.SymbolFlags.Type,
    ))
      for (const declaration of symbol.declarations ?? []) {
        const scope = isOfCells.has(declaration.getSourceFile())
          ? scopeOf(declaration)
          : undefined;
        const isBetween =
          scope &&
          !ts.isSourceFile(scope) &&
          (isTop || [...scopes].some((outer) => isWithin(scope, outer)));
        if (isBetween)
          take(
            symbol.name,
            ts.getNameOfDeclaration(declaration) ?? declaration,
          );
      }

  // What is used in the scope of the definition, and defined further out.
  function visit(node: ts.Node, shift: number): void {
    if (ts.isIdentifier(node) && node.getStart() >= shift && isUse(node)) {
      const [declaration] =
        checker.getSymbolAtLocation(node)?.declarations ?? [];
      const isOuter =
        declaration &&
        (isTop
          ? !isOfCells.has(declaration.getSourceFile())
          : ![...scopes].some((scope) => isWithin(declaration, scope)));
      if (isOuter) take(node.text, node);
    }
    ts.forEachChild(node, (child) => visit(child, shift));
  }
  for (const { source, shift } of sources)
    for (const scope of isTop ? [source] : scopes)
      if (isWithin(scope, source)) visit(scope, shift);
  return Object.fromEntries(taken);
}

/** The block, function or file in which a definition counts. */
function scopeOf(node: ts.Node): ts.Node {
  let scope = node.parent;
  while (
    scope &&
    !ts.isSourceFile(scope) &&
    !ts.isBlock(scope) &&
    !ts.isFunctionLike(scope) &&
    !ts.isForStatement(scope) &&
    !ts.isForInStatement(scope) &&
    !ts.isForOfStatement(scope) &&
    !ts.isCatchClause(scope) &&
    !ts.isCaseBlock(scope) &&
    !ts.isModuleBlock(scope)
  )
    scope = scope.parent;
  // The name of a function counts outside of it.
  const isOwnName =
    (ts.isFunctionDeclaration(scope) || ts.isMethodDeclaration(scope)) &&
    scope.name === node;
  return isOwnName ? scopeOf(scope) : scope;
}

function isWithin(node: ts.Node, outer: ts.Node): boolean {
  let each: ts.Node | undefined = node;
  while (each && each !== outer) each = each.parent;
  return each === outer;
}

/** Whether an identifier is what a definition names. */
function isDefinition(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent))
    return false;
  return (parent as { name?: ts.Node }).name === node && !isField(node);
}

/** Whether an identifier stands for a value or a type, and is no field and no definition. */
function isUse(node: ts.Identifier): boolean {
  return !isField(node) && !isDefinition(node);
}

function isField(node: ts.Identifier): boolean {
  const { parent } = node;
  return (
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    (ts.isPropertyAssignment(parent) && parent.name === node) ||
    (ts.isBindingElement(parent) && parent.propertyName === node) ||
    ts.isClassElement(parent) ||
    ts.isTypeElement(parent) ||
    ts.isEnumMember(parent)
  );
}

function identifierAt(node: ts.Node, at: number): ts.Identifier | undefined {
  return ts.forEachChild(node, (child) => {
    if (at < child.pos || at >= child.end) return undefined;
    return ts.isIdentifier(child) ? child : identifierAt(child, at);
  });
}
