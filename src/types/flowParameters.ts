import ts from "typescript";
import type { CellSpan, TypedCell } from "./protocol.ts";

/** A parameter of a flow, as it is declared in a cell. */
export interface FlowParameter {
  name: string;
  /** Its default value or its description, as written; undefined if there is none. */
  spec: string | undefined;
  /** Where its name stands. */
  span: CellSpan;
}

/** Parameters by name; several flows may have one of the same name. */
export type Parameters = ReadonlyMap<string, readonly FlowParameter[]>;

/** The parameters that a cell declares: by `param("name", ...)` and by the `parameters` of a flow's options. */
export function findParameters({
  id,
  kind,
  source,
}: TypedCell): FlowParameter[] {
  if ((kind !== "ts" && kind !== "js") || !source.includes("param")) return [];
  const target = ts.ScriptTarget.ES2023;
  const file = ts.createSourceFile(`cell.${kind}`, source, target, true);
  const found: FlowParameter[] = [];

  function add(name: ts.Node & { text: string }, spec?: ts.Expression): void {
    const quote = ts.isIdentifier(name) ? 0 : 1;
    const from = name.getStart(file) + quote;
    const to = name.getEnd() - quote;
    found.push({
      name: name.text,
      spec: spec?.getText(file),
      span: { cell: id, from, to },
    });
  }

  function visit(node: ts.Node): void {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
      const [first, second, third] = node.arguments;
      const called = node.expression.text;
      if (called === "param" && first && ts.isStringLiteralLike(first))
        add(first, second);
      if (called === "flow")
        for (const options of [second, third])
          if (options && ts.isObjectLiteralExpression(options))
            addOptions(options);
    }
    ts.forEachChild(node, visit);
  }

  function addOptions({ properties }: ts.ObjectLiteralExpression): void {
    for (const option of properties) {
      if (!ts.isPropertyAssignment(option)) continue;
      if (option.name.getText(file) !== "parameters") continue;
      if (!ts.isObjectLiteralExpression(option.initializer)) continue;
      for (const one of option.initializer.properties)
        if (
          ts.isPropertyAssignment(one) &&
          (ts.isIdentifier(one.name) || ts.isStringLiteral(one.name))
        )
          add(one.name, one.initializer);
    }
  }

  visit(file);
  return found;
}
