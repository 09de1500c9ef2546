/** What the types of tasks say that their errors do not: results that cannot be kept, and tasks that nothing calls. */
import ts from "typescript";
import { word } from "./word.ts";

/** A task by its definition at the top of a cell. */
export interface TaskDefinition {
  name: string;
  /** Where its name stands in the file. */
  at: ts.TextRange;
  call: ts.CallExpression;
  isExported: boolean;
}

/** The tasks that a file defines with `const name = task(...)`. */
export function tasksOf(file: ts.SourceFile): TaskDefinition[] {
  return file.statements.flatMap((statement) => {
    if (!ts.isVariableStatement(statement)) return [];
    const isExported =
      statement.modifiers?.some(
        ({ kind }) => kind === ts.SyntaxKind.ExportKeyword,
      ) ?? false;
    return statement.declarationList.declarations.flatMap(
      ({ name, initializer }) =>
        ts.isIdentifier(name) && initializer && isCallOf("task", initializer)
          ? [
              {
                name: name.text,
                at: { pos: name.getStart(file), end: name.end },
                call: initializer,
                isExported,
              },
            ]
          : [],
    );
  });
}

function isCallOf(name: string, node: ts.Node): node is ts.CallExpression {
  return (
    ts.isCallExpression(node) &&
    ts.isIdentifier(node.expression) &&
    node.expression.text === name
  );
}

/**
 * The task that a problem which begins at a place is about: the one that is defined there, or else the innermost that is called
 * or mapped around it. `tasks` are those that the file defines, and `isTask` tells the names of all.
 */
export function taskAt(
  file: ts.SourceFile,
  at: number,
  tasks: readonly TaskDefinition[],
  isTask: (name: string) => boolean,
): string | undefined {
  const defined = tasks.find(({ call }) => call.pos <= at && at < call.end);
  if (defined) return defined.name;
  let found: string | undefined;
  const look = (node: ts.Node): void => {
    if (at < node.pos || at >= node.end) return;
    // A call that begins there is itself what does not fit.
    const name =
      ts.isCallExpression(node) &&
      node.getStart(file) < at &&
      rootOf(node.expression);
    if (name && isTask(name)) found = name;
    ts.forEachChild(node, look);
  };
  look(file);
  return found;
}

/** `name` of `name(...)`, `name.map(...)`, `name.with(...)(...)`. */
function rootOf(node: ts.Expression): string | undefined {
  if (ts.isIdentifier(node)) return node.text;
  return ts.isPropertyAccessExpression(node) || ts.isCallExpression(node)
    ? rootOf(node.expression)
    : undefined;
}

/** How often names stand in the texts of a notebook. */
export class Mentions {
  readonly #counts = new Map<string, number>();

  constructor(texts: readonly string[]) {
    for (const text of texts)
      for (const [name] of text.matchAll(word))
        this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  /** Whether a task stands nowhere but in its definition, in a notebook that has flows. One that is exported is for others. */
  isUnused({ name, isExported }: TaskDefinition): boolean {
    return (
      !isExported && this.#counts.has("flow") && this.#counts.get(name) === 1
    );
  }
}

export const inNoFlow = (name: string) =>
  `No flow calls ${name} yet. Call it in the body of a flow, or delete it.`;

const whatItIs = {
  function: "a function",
  symbol: "a symbol",
  promise: "a promise",
};

/** What will be said of a result when it is there, as far as its type tells. */
export function whyNotKept({
  path,
  what,
}: NonNullable<ReturnType<typeof notToBeKept>>): string {
  return `The result cannot be copied: ${path} is ${whatItIs[what]}. Return data, and compute in the task that uses it.`;
}

/** The part of a task's result, such as `result[].f`, that cannot be copied, and what it is; undefined if all can be, as far as types tell. */
export function notToBeKept(
  program: ts.Program,
  { call }: TaskDefinition,
): { path: string; what: "function" | "symbol" | "promise" } | undefined {
  const checker = program.getTypeChecker();
  const [body] = call.arguments;
  if (!body) return undefined;
  const signature = checker.getTypeAtLocation(body).getCallSignatures().at(0);
  const given = signature && checker.getReturnTypeOfSignature(signature);
  const result = given && checker.getAwaitedType(given);
  return result && find(result, "result", 0);

  function find(
    type: ts.Type,
    path: string,
    depth: number,
  ): ReturnType<typeof notToBeKept> {
    if (depth > 4) return undefined;
    if (type.flags & ts.TypeFlags.ESSymbolLike) return { path, what: "symbol" };
    if (type.isUnion())
      return first(type.types, (part) => find(part, path, depth));
    if (!(type.flags & ts.TypeFlags.Object)) return undefined;
    // A result that is one itself is an error of its type.
    if (type.getCallSignatures().length > 0)
      return depth > 0 ? { path, what: "function" } : undefined;
    if (checker.isArrayType(type) || checker.isTupleType(type))
      return first(checker.getTypeArguments(type as ts.TypeReference), (part) =>
        find(part, `${path}[]`, depth + 1),
      );
    if (type.symbol.name === "Promise") return { path, what: "promise" };
    // What the platform and the language declare is copied as they say, or refused when it is.
    if (!isOfNotebook(type)) return undefined;
    return first(checker.getPropertiesOfType(type).slice(0, 100), (property) =>
      isMethod(property)
        ? undefined
        : find(
            checker.getTypeOfSymbol(property),
            `${path}.${property.name}`,
            depth + 1,
          ),
    );
  }

  function isOfNotebook(type: ts.Type): boolean {
    const declared = type.symbol.declarations?.[0]?.getSourceFile();
    return declared !== undefined && !declared.isDeclarationFile;
  }
}

/** Whether objects have it from their class, or may: what is not their own is not copied with them. */
function isMethod({ valueDeclaration }: ts.Symbol): boolean {
  if (!valueDeclaration) return true;
  return (
    ts.isMethodSignature(valueDeclaration) ||
    ts.isAccessor(valueDeclaration) ||
    (ts.isMethodDeclaration(valueDeclaration) &&
      !ts.isObjectLiteralExpression(valueDeclaration.parent))
  );
}

function first<Item, Found>(
  items: readonly Item[],
  look: (item: Item) => Found | undefined,
): Found | undefined {
  for (const item of items) {
    const found = look(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
