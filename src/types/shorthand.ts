import ts from "typescript";

/**
 * What a renamed name needs around it. Where `{ total }` stands for `{ total: total }`, only one of the two gets the new name:
 * the field if it is the field that is renamed, otherwise the value.
 */
export function shorthandAt(
  service: ts.LanguageService,
  path: string,
  { start, length }: ts.TextSpan,
  isField: boolean,
): { before: string; after: string } {
  if (!isShorthand(service, path, start)) return { before: "", after: "" };
  const text = service.getProgram()?.getSourceFile(path)?.text ?? "";
  const name = text.slice(start, start + length);
  return isField
    ? { before: "", after: `: ${name}` }
    : { before: `${name}: `, after: "" };
}

/** Whether what stands at a place says a field and a value with one name. */
export function isShorthand(
  service: ts.LanguageService,
  path: string,
  at: number,
): boolean {
  const source = service.getProgram()?.getSourceFile(path);
  return source !== undefined && isShorthandIn(source, source, at);
}

function isShorthandIn(
  node: ts.Node,
  source: ts.SourceFile,
  at: number,
): boolean {
  const inner = ts.forEachChild(node, (child) =>
    child.pos <= at && at < child.end ? child : undefined,
  );
  if (inner && !ts.isIdentifier(inner)) return isShorthandIn(inner, source, at);
  if (!inner || inner.getStart(source) !== at) return false;
  if (ts.isShorthandPropertyAssignment(node)) return node.name === inner;
  return (
    ts.isBindingElement(node) &&
    node.name === inner &&
    !node.propertyName &&
    !node.dotDotDotToken &&
    ts.isObjectBindingPattern(node.parent)
  );
}
