import type { Operator, TaskNode } from "../core/graph.ts";

/** What becomes of an operator node. */
export type OperatorOutcome =
  | { type: "returned"; value: unknown }
  | { type: "skipped"; message: string }
  | { type: "paused"; message: string; timeout: number | undefined };

/**
 * Carries out what the engine does itself.
 *
 * @param args resolves arguments of the node, all or one of them
 * @param skipped for each option of a merge, whether it was skipped
 */
export async function operate(
  node: TaskNode & { operator: Operator },
  args: (which?: number) => unknown[] | Promise<unknown[]>,
  skipped: () => readonly boolean[],
): Promise<OperatorOutcome> {
  const { operator } = node;
  switch (operator.type) {
    case "case": {
      const [condition] = await args();
      return passes(operator.test, condition)
        ? { type: "returned", value: true }
        : { type: "skipped", message: "The condition chose another branch." };
    }
    case "merge": {
      // Only what is chosen is looked at: the others may lead into values that are not there.
      const [value] = await args(skipped().indexOf(false));
      return { type: "returned", value };
    }
    case "flow": {
      const [value] = await args();
      return { type: "returned", value };
    }
    case "approve":
    case "ask":
      return {
        type: "paused",
        message: operator.message,
        timeout: operator.timeout,
      };
  }
}

function passes(
  test: (Operator & { type: "case" })["test"],
  value: unknown,
): boolean {
  switch (test.type) {
    case "truthy":
      return Boolean(value);
    case "falsy":
      return !value;
    case "is":
      return String(value) === test.name;
    case "other":
      return !test.names.includes(String(value));
  }
}
