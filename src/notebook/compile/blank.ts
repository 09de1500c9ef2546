/**
 * TypeScript to JavaScript by replacing what is erased with spaces, so that everything else keeps its line and its column.
 *
 * A few characters are put where something was erased, since leaving it out alone would change what the rest means:
 * - `;` for a statement or class member, and behind a statement that ends in something erased and has no semicolon
 *   (`x as T`, then a line that starts with a bracket);
 * - the closing bracket of an arrow's parameters moves to the end of a return type that spans lines (no line may end before `=>`);
 * - the opening one moves to the start of type parameters (no line may end after `async` or `return`).
 *
 * What has a meaning at run time (enums, decorators, ...) is not erased but refused.
 */
import { exportProblem, readImport, type PackageImport } from "./imports.ts";
import { makeGuess } from "./nearest.ts";
import { problemAt } from "./problem.ts";
import type { Problem } from "./problem.ts";
import { forEachChild, isNode } from "./tree.ts";
import type { SyntaxNode } from "./tree.ts";
import { skipIdentifier, skipMarks, skipTrivia } from "./trivia.ts";

/** A cell as JavaScript. */
export interface BlankedCell {
  /** As long as the source, with the same line breaks. Of no use when `problems` has errors. */
  code: string;
  /** Names of the language that are imported, by the name that the cell gives them. */
  imported: ReadonlyMap<string, string>;
  /** What is imported of packages. */
  packages: readonly PackageImport[];
  problems: readonly Problem[];
}

const lineBreaks = "\n\r\u2028\u2029";

const memberModifiers = new Set([
  "public",
  "private",
  "protected",
  "readonly",
  "override",
  "declare",
  "abstract",
]);

const typeFields = new Set([
  "typeAnnotation",
  "returnType",
  "typeParameters",
  "typeArguments",
  "superTypeParameters",
]);

/** Statements that are erased as a whole. */
const typeStatements = new Set([
  "TSTypeAliasDeclaration",
  "TSInterfaceDeclaration",
  "TSDeclareFunction",
]);

/** Statements that a line break may end. */
const openEnded = new Set([
  "ExpressionStatement",
  "VariableDeclaration",
  "ReturnStatement",
  "ThrowStatement",
  "PropertyDefinition",
]);

export function blankTypes(source: string, program: SyntaxNode): BlankedCell {
  const text = source.split("");
  const imported = new Map<string, string>();
  const packages: PackageImport[] = [];
  const problems: Problem[] = [];
  const guess = makeGuess();

  function erase(from: number, to: number, first = " "): void {
    for (let at = from; at < to; at += 1)
      if (!lineBreaks.includes(text[at] ?? "")) text[at] = " ";
    if (from < to) text[from] = first;
  }

  function eraseStatement(node: SyntaxNode): void {
    erase(node.start, node.end, ";");
  }

  function refuse(node: SyntaxNode, message: string): void {
    problems.push(problemAt(node, "error", "not-erasable", message));
  }

  function visitStatement(node: SyntaxNode): void {
    if (isErased(node)) return eraseStatement(node);
    switch (node.type) {
      case "ImportDeclaration": {
        const reading = readImport(node, guess);
        for (const [local, name] of reading.names) imported.set(local, name);
        // Not as arguments: there may be very many.
        for (const one of reading.packages) packages.push(one);
        for (const one of reading.problems) problems.push(one);
        return eraseStatement(node);
      }
      case "ExportNamedDeclaration":
        if (isNode(node.declaration)) {
          if (isErased(node.declaration)) return eraseStatement(node);
          erase(node.start, node.start + "export".length);
          return visitStatement(node.declaration);
        }
        return visitExport(node);
      case "ExportDefaultDeclaration":
      case "ExportAllDeclaration":
        return visitExport(node);
      case "TSImportEqualsDeclaration":
      case "TSExportAssignment":
      case "TSNamespaceExportDeclaration":
        return refuse(
          node,
          'This form of import and export is not understood here. Write `import { task } from "flowbook"`, and leave out exports: other cells see every top-level name.',
        );
      case "TSEnumDeclaration":
        return refuse(node, enumAdvice(source, node));
      case "TSModuleDeclaration":
        return refuse(
          node,
          `A namespace that holds values cannot be used here: types are only taken out of a cell, nothing is made of them. Write an object instead, as in \`const ${nodeName(node.id, source)} = { ... }\`.`,
        );
    }
    visit(node);
    closeStatement(node);
  }

  function visitExport(node: SyntaxNode): void {
    const problem = exportProblem(node);
    if (problem) problems.push(problem);
    eraseStatement(node);
  }

  /** Puts a semicolon behind a statement whose end was erased and that has none, where its erased end begins. */
  function closeStatement(node: SyntaxNode): void {
    if (!openEnded.has(node.type)) return;
    const last = node.end - 1;
    if (text[last] === source[last]) return;
    let at = last;
    while (at > node.start && /\s/.test(text[at - 1] ?? "")) at -= 1;
    while (/\s/.test(source[at] ?? "")) at += 1;
    text[at] = ";";
  }

  function visitDecorators(node: SyntaxNode): void {
    for (const decorator of (node.decorators ?? []) as SyntaxNode[])
      refuse(
        decorator,
        "Browsers do not know decorators. Call the function yourself with what it would decorate.",
      );
  }

  function visitClass(node: SyntaxNode): void {
    visitDecorators(node);
    if (node.abstract) {
      const at = skipMarks(source, node.start, "");
      erase(at, skipIdentifier(source, at));
    }
    const parents = (node.implements ?? []) as SyntaxNode[];
    const last = parents.at(-1);
    if (last) {
      const before = [
        node.superTypeParameters,
        node.superClass,
        node.typeParameters,
        node.id,
      ].find(isNode);
      const at = before
        ? before.end
        : skipIdentifier(source, skipTrivia(source, node.start));
      erase(skipMarks(source, at, ")"), last.end);
    }
    for (const field of ["superTypeParameters", "typeParameters"]) {
      const types = node[field];
      if (isNode(types)) erase(types.start, types.end);
    }
    if (isNode(node.superClass)) visit(node.superClass);
    for (const member of (node.body as { body: SyntaxNode[] }).body)
      visitMember(member);
  }

  function visitMember(node: SyntaxNode): void {
    visitDecorators(node);
    if (
      node.type === "TSIndexSignature" ||
      node.declare ||
      node.abstract ||
      (isNode(node.value) && node.value.type === "TSDeclareMethod")
    )
      return eraseStatement(node);
    if (node.accessor)
      refuse(
        node,
        "Browsers do not know `accessor`. Write a field, or a pair of `get` and `set`.",
      );
    const key = node.key;
    if (isNode(key)) {
      eraseModifiers(node.start, key.start);
      const after = skipMarks(source, key.end, node.computed ? ")]" : "");
      if (node.optional || node.definite) erase(after, after + 1);
    }
    visitFields(node);
    closeStatement(node);
  }

  function eraseModifiers(from: number, to: number): void {
    for (let at = skipTrivia(source, from); at < to;) {
      const end = skipIdentifier(source, at);
      // The first may stand behind a field without a semicolon.
      if (memberModifiers.has(source.slice(at, end)))
        erase(at, end, at === from ? ";" : " ");
      at = skipTrivia(source, Math.max(end, at + 1));
    }
  }

  function visitParameters(node: SyntaxNode): void {
    for (const [index, parameter] of (node.params as SyntaxNode[]).entries()) {
      visitDecorators(parameter);
      if (parameter.type === "TSParameterProperty") {
        const name = nodeName(parameter.parameter, source);
        refuse(
          parameter,
          `A field cannot be declared among the parameters of a constructor here. Declare it in the class and write \`this.${name} = ${name}\` in the constructor.`,
        );
      } else if (index === 0 && parameter.name === "this") {
        const after = skipTrivia(source, parameter.end);
        erase(
          parameter.start,
          source[after] === "," ? after + 1 : parameter.end,
        );
      } else visit(parameter);
    }
  }

  function visitArrow(node: SyntaxNode): void {
    const { typeParameters, returnType } = node;
    const params = node.params as SyntaxNode[];
    if (isNode(typeParameters)) {
      const bracket = skipTrivia(source, typeParameters.end);
      erase(typeParameters.start, bracket + 1, "(");
    }
    visitParameters(node);
    if (isNode(returnType)) {
      const inside =
        params.at(-1)?.end ??
        1 +
          skipTrivia(
            source,
            isNode(typeParameters)
              ? typeParameters.end
              : node.async
                ? skipIdentifier(source, node.start)
                : node.start,
          );
      const bracket = skipMarks(source, inside, ",");
      erase(returnType.start, returnType.end);
      if (/[\n\r\u2028\u2029]/.test(source.slice(bracket, returnType.end))) {
        text[bracket] = " ";
        text[returnType.end - 1] = ")";
      }
    }
    visit(node.body as SyntaxNode);
  }

  function visit(node: SyntaxNode): void {
    switch (node.type) {
      case "ClassDeclaration":
      case "ClassExpression":
        return visitClass(node);
      case "ArrowFunctionExpression":
        return visitArrow(node);
      case "FunctionDeclaration":
      case "FunctionExpression":
        eraseTypes(node);
        visitParameters(node);
        return visit(node.body as SyntaxNode);
      case "TSAsExpression":
      case "TSSatisfiesExpression": {
        const expression = node.expression as SyntaxNode;
        visit(expression);
        return erase(skipMarks(source, expression.end, ")"), node.end);
      }
      case "TSNonNullExpression":
        visit(node.expression as SyntaxNode);
        return erase(node.end - 1, node.end);
      case "TSTypeAssertion":
        return refuse(
          node,
          "A type in angle brackets in front of a value is not understood here. Write `value as Type`.",
        );
      case "Identifier":
        if (node.optional) eraseMark(skipIdentifier(source, node.start));
        break;
      case "VariableDeclarator":
        if (node.definite)
          eraseMark(skipIdentifier(source, (node.id as SyntaxNode).start));
        break;
    }
    visitFields(node);
  }

  function eraseMark(from: number): void {
    const at = skipTrivia(source, from);
    // The parser calls the `a` of `a?.<T>()` optional too.
    if (!source.startsWith("?.", at)) erase(at, at + 1);
  }

  function eraseTypes(node: SyntaxNode): void {
    for (const field of typeFields) {
      const types = node[field];
      if (isNode(types)) erase(types.start, types.end);
    }
  }

  function visitFields(node: SyntaxNode): void {
    eraseTypes(node);
    forEachChild<SyntaxNode>(node, (child, field) => {
      if (typeFields.has(field) || field === "decorators") return;
      if (field === "body" || field === "consequent" || field === "alternate")
        visitStatement(child);
      else visit(child);
    });
  }

  for (const statement of program.body as SyntaxNode[])
    visitStatement(statement);
  return { code: text.join(""), imported, packages, problems };
}

/** Whether a statement says nothing at run time. */
function isErased(node: SyntaxNode): boolean {
  if (typeStatements.has(node.type) || node.declare === true) return true;
  if (node.type === "TSImportEqualsDeclaration")
    return node.importKind === "type";
  return (
    node.type === "TSModuleDeclaration" &&
    (node.global === true || !holdsValues(node.body))
  );
}

/** Whether the body of a namespace has anything but types. */
function holdsValues(body: unknown): boolean {
  if (!isNode(body)) return false;
  if (body.type === "TSModuleDeclaration") return holdsValues(body.body);
  return (body.body as SyntaxNode[]).some((statement) =>
    statement.type === "ExportNamedDeclaration"
      ? isNode(statement.declaration)
        ? !isErased(statement.declaration)
        : statement.exportKind !== "type"
      : !isErased(statement),
  );
}

function nodeName(node: unknown, source: string): string {
  if (!isNode(node)) return "name";
  if (typeof node.name === "string") return node.name;
  return isNode(node.left)
    ? nodeName(node.left, source)
    : source.slice(node.start, node.end);
}

function enumAdvice(source: string, node: SyntaxNode): string {
  const members = (node.members as SyntaxNode[]).slice(0, 2).map((member) => {
    const name = nodeName(member.id, source);
    const value = isNode(member.initializer)
      ? source.slice(member.initializer.start, member.initializer.end)
      : JSON.stringify(name);
    return `${name}: ${value}`;
  });
  const name = nodeName(node.id, source);
  return `An enum cannot be used here: types are only taken out of a cell, nothing is made of them. Write an object instead: \`const ${name} = { ${members.join(", ")}${members.length < (node.members as unknown[]).length ? ", ..." : ""} } as const\`.`;
}
