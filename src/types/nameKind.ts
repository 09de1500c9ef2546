import ts from "typescript";

/** What a name stands for at a place: a field, a value (or a type), or, as in `{ total }`, both with one name. */
type NameKind = "field" | "value" | "both";

/**
 * What a renamed name needs around it at a place; undefined where it stays, since only the field is renamed there, or only the
 * value. Where one name says both, one of the two gets the new name: `{ total }` becomes `{ fresh: total }`, or
 * `{ total: fresh }`.
 */
export function partsAround(
  service: ts.LanguageService,
  path: string,
  { start, length }: ts.TextSpan,
  isField: boolean,
): { before: string; after: string } | undefined {
  const node = nodeAt(service, path, start);
  const name = node?.getSourceFile().text.slice(start, start + length);
  switch (kindOf(node)) {
    case "both":
      return isField
        ? { before: "", after: `: ${name}` }
        : { before: `${name}: `, after: "" };
    case "field":
      return isField ? { before: "", after: "" } : undefined;
    case "value":
      if (isField) return undefined;
      return {
        before: node && isOfPackage(node) ? `${name} as ` : "",
        after: "",
      };
  }
}

/** Whether a place says a field and nothing else. */
export function isFieldAt(
  service: ts.LanguageService,
  path: string,
  at: number,
): boolean {
  return kindOf(nodeAt(service, path, at)) === "field";
}

function kindOf(node: ts.Node | undefined): NameKind {
  if (!node) return "value";
  // A text: `row["total"]`, or the name of a field in quotes.
  if (!ts.isIdentifier(node)) return "field";
  const { parent } = node;
  if (ts.isShorthandPropertyAssignment(parent)) return "both";
  if (ts.isBindingElement(parent)) {
    if (parent.propertyName === node) return "field";
    const isShorthand =
      parent.name === node &&
      !parent.propertyName &&
      !parent.dotDotDotToken &&
      ts.isObjectBindingPattern(parent.parent);
    return isShorthand ? "both" : "value";
  }
  const isName =
    ts.isPropertyAccessExpression(parent) ||
    ts.isPropertyAssignment(parent) ||
    ts.isClassElement(parent) ||
    ts.isTypeElement(parent) ||
    ts.isEnumMember(parent);
  return isName && parent.name === node ? "field" : "value";
}

/** Whether a name is imported of a package, which has the same name for it. */
function isOfPackage({ parent }: ts.Node): boolean {
  if (!ts.isImportSpecifier(parent) || parent.propertyName) return false;
  const { moduleSpecifier } = parent.parent.parent.parent;
  return (
    ts.isStringLiteral(moduleSpecifier) &&
    moduleSpecifier.text.startsWith("npm:")
  );
}

/** The name, or the text in quotes, that a place is in. */
function nodeAt(
  service: ts.LanguageService,
  path: string,
  at: number,
): ts.Node | undefined {
  const source = service.getProgram()?.getSourceFile(path);
  let found: ts.Node | undefined = source;
  while (found && !ts.isIdentifier(found) && !ts.isStringLiteralLike(found))
    found = ts.forEachChild(found, (child) =>
      child.pos <= at && at < child.end ? child : undefined,
    );
  return found;
}
