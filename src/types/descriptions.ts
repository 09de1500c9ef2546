/** What the language service knows of a name or a call, in the words of TypeScript. */
import ts from "typescript";
import type { CallForm, Description } from "./protocol.ts";

export function describe(
  display: ts.SymbolDisplayPart[] | undefined,
  documentation: ts.SymbolDisplayPart[] | undefined,
): Description {
  return {
    signature: ts
      .displayPartsToString(display)
      // What other cells define is imported only behind the scenes.
      .replace(/\n?import \S+$/, "")
      .replace(/^\(alias\) /, ""),
    doc: plainDoc(documentation),
  };
}

/** What stands above the definition of a name: of a task that is called, it says more than what is true of all tasks. */
export function ownComment(
  service: ts.LanguageService,
  path: string,
  at: number,
): ts.SymbolDisplayPart[] | undefined {
  const program = service.getProgram();
  const source = program?.getSourceFile(path);
  const checker = program?.getTypeChecker();
  const node = source && identifierAt(source, at);
  const symbol = node && checker?.getSymbolAtLocation(node);
  if (!symbol || !checker) return undefined;
  const defined =
    symbol.flags & ts.SymbolFlags.Alias
      ? checker.getAliasedSymbol(symbol)
      : symbol;
  const comment = defined.getDocumentationComment(checker);
  return comment.length > 0 ? comment : undefined;
}

function identifierAt(node: ts.Node, at: number): ts.Node | undefined {
  return ts.forEachChild(node, (child) => {
    if (at < child.pos || at >= child.end) return undefined;
    return ts.isIdentifier(child) ? child : identifierAt(child, at);
  });
}

function plainDoc(parts: ts.SymbolDisplayPart[] | undefined): string {
  return ts
    .displayPartsToString(parts)
    .replace(/\{@link (\w+)\b[^{}]*\}/g, "$1")
    .trim();
}

export function toCallForm(item: ts.SignatureHelpItem): CallForm {
  return {
    before: ts.displayPartsToString(item.prefixDisplayParts),
    parameters: item.parameters.map(({ displayParts, documentation }) => ({
      text: ts.displayPartsToString(displayParts),
      doc: plainDoc(documentation),
    })),
    after: ts.displayPartsToString(item.suffixDisplayParts),
    doc: plainDoc(item.documentation),
  };
}
