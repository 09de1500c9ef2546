/** Errors that are there because of another one, or that others say better. */
import ts from "typescript";

const wrongCount = 2554;
const circularValue = 7022;
const circularResult = 7023;
/** The same of a function without a name. */
const circularReturn = 7024;

/** Whether an error says that a type is made of itself. */
export function isCircle({ code }: ts.Diagnostic): boolean {
  return code === circularValue || code === circularResult;
}

/** Whether an error is due to another among those of a file: what a function returns is a circle to TypeScript where the call that it is given to lacks arguments. */
export function isFollowUp(
  { code, start = 0 }: ts.Diagnostic,
  all: readonly ts.Diagnostic[],
  file: ts.SourceFile,
): boolean {
  return (
    code === circularReturn &&
    all.some(
      (other) =>
        other.code === wrongCount && isGivenTo(file, start, other.start ?? 0),
    )
  );
}

/** Whether a place is among the arguments of the call whose name begins, or stands, at another. */
function isGivenTo(file: ts.SourceFile, at: number, name: number): boolean {
  let isIn = false;
  const look = (node: ts.Node): void => {
    if (name < node.pos || name >= node.end) return;
    if (ts.isCallExpression(node) && name < node.expression.end)
      isIn = node.expression.end <= at && at < node.end;
    ts.forEachChild(node, look);
  };
  look(file);
  return isIn;
}
