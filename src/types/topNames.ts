import ts from "typescript";

/** The names at the top level of a cell. */
export interface TopNames {
  /** What it defines, types included, and whether it exports each of them itself. */
  declared: ReadonlyMap<string, boolean>;
  /** What it imports of the language: its own, and no other cell's. */
  imported: ReadonlySet<string>;
}

const blockScoped = ts.NodeFlags.BlockScoped;

/** Reads the names at the top level of a cell, also of one that is broken. */
export function topNames(source: string, file: string): TopNames {
  const declared = new Map<string, boolean>();
  const imported = new Set<string>();

  function declare(name: ts.BindingName, isExported: boolean): void {
    if (ts.isIdentifier(name)) declared.set(name.text, isExported);
    else
      for (const element of name.elements)
        if (ts.isBindingElement(element)) declare(element.name, isExported);
  }

  /** The variables that `var` gives to the cell from within a block or a loop. */
  function declareVars(node: ts.Node): void {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return;
    if (ts.isVariableDeclarationList(node) && !(node.flags & blockScoped))
      for (const { name } of node.declarations) declare(name, false);
    ts.forEachChild(node, declareVars);
  }

  const target = ts.ScriptTarget.ES2023;
  for (const statement of ts.createSourceFile(file, source, target).statements)
    if (ts.isImportDeclaration(statement)) {
      for (const name of importsOf(statement))
        if (isOfPackage(statement)) declared.set(name, false);
        else imported.add(name);
    } else if (ts.isVariableStatement(statement))
      for (const { name } of statement.declarationList.declarations)
        declare(name, isExported(statement));
    else if (isNamed(statement)) {
      if (statement.name) declare(statement.name, isExported(statement));
    } else declareVars(statement);
  return { declared, imported };
}

function isNamed(
  statement: ts.Statement,
): statement is ts.Statement & { name?: ts.Identifier } {
  return (
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isEnumDeclaration(statement) ||
    (ts.isModuleDeclaration(statement) && ts.isIdentifier(statement.name))
  );
}

function isExported(statement: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement)
    ? ts.getModifiers(statement)
    : undefined;
  return (
    modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false
  );
}

/** What a cell imports of a package is there for all cells. */
function isOfPackage({ moduleSpecifier }: ts.ImportDeclaration): boolean {
  return (
    ts.isStringLiteral(moduleSpecifier) &&
    moduleSpecifier.text.startsWith("npm:")
  );
}

function importsOf({ importClause }: ts.ImportDeclaration): string[] {
  const names = importClause?.name ? [importClause.name.text] : [];
  const bindings = importClause?.namedBindings;
  if (!bindings) return names;
  return ts.isNamespaceImport(bindings)
    ? [...names, bindings.name.text]
    : [...names, ...bindings.elements.map(({ name }) => name.text)];
}
