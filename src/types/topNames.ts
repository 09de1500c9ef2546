import ts from "typescript";

/** What a cell defines by a name: a value, a type, or both. */
export interface TopName {
  isValue: boolean;
  isType: boolean;
  /** Whether the cell exports it itself. */
  isExported: boolean;
}

/** The names at the top level of a cell. */
export interface TopNames {
  /** What it defines, types included. */
  declared: ReadonlyMap<string, TopName>;
  /** What it imports of the language: its own, and no other cell's. */
  imported: ReadonlySet<string>;
}

const blockScoped = ts.NodeFlags.BlockScoped;

/** Reads the names at the top level of a cell, also of one that is broken. */
export function topNames(source: string, file: string): TopNames {
  const declared = new Map<string, TopName>();
  const imported = new Set<string>();

  function declare(
    name: ts.BindingName,
    isExported: boolean,
    means: "value" | "type" | "both" = "value",
  ): void {
    if (ts.isIdentifier(name)) {
      const known = declared.get(name.text);
      declared.set(name.text, {
        isValue: means !== "type" || !!known?.isValue,
        isType: means !== "value" || !!known?.isType,
        isExported,
      });
    } else
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
        if (isOfPackage(statement)) declare(name, false, "both");
        else imported.add(name.text);
    } else if (ts.isVariableStatement(statement))
      for (const { name } of statement.declarationList.declarations)
        declare(name, isExported(statement));
    else if (isNamed(statement)) {
      if (statement.name)
        declare(statement.name, isExported(statement), meaningOf(statement));
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

function meaningOf(statement: ts.Statement): "value" | "type" | "both" {
  if (ts.isFunctionDeclaration(statement)) return "value";
  return ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement)
    ? "type"
    : "both";
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

function importsOf({ importClause }: ts.ImportDeclaration): ts.Identifier[] {
  const names = importClause?.name ? [importClause.name] : [];
  const bindings = importClause?.namedBindings;
  if (!bindings) return names;
  return ts.isNamespaceImport(bindings)
    ? [...names, bindings.name]
    : [...names, ...bindings.elements.map(({ name }) => name)];
}
