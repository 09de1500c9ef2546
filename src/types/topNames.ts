import ts from "typescript";

/** The names at the top level of a cell. */
export interface TopNames {
  /** What it defines, types included, and whether it exports each of them itself. */
  declared: ReadonlyMap<string, boolean>;
  /** What it imports: its own, and no other cell's. */
  imported: ReadonlySet<string>;
}

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

  const target = ts.ScriptTarget.ES2023;
  for (const statement of ts.createSourceFile(file, source, target).statements)
    if (ts.isImportDeclaration(statement))
      for (const name of importsOf(statement)) imported.add(name);
    else if (ts.isVariableStatement(statement))
      for (const { name } of statement.declarationList.declarations)
        declare(name, isExported(statement));
    else if (isNamed(statement) && statement.name)
      declare(statement.name, isExported(statement));
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

function importsOf({ importClause }: ts.ImportDeclaration): string[] {
  const names = importClause?.name ? [importClause.name.text] : [];
  const bindings = importClause?.namedBindings;
  if (!bindings) return names;
  return ts.isNamespaceImport(bindings)
    ? [...names, bindings.name.text]
    : [...names, ...bindings.elements.map(({ name }) => name.text)];
}
