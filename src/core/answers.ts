import { FlowError } from "./errors.ts";
import type { Answer } from "./events.ts";
import type { Operator } from "./graph.ts";
import { listNames, showValue } from "./words.ts";

/**
 * What a person says of a task that waits, as that task can take it: a task that is no gate goes on when it is approved,
 * and a form is approved with `values`, those of its fields. What says nothing to the task is a FlowError that tells how to
 * answer it.
 */
export function checkAnswer(
  task: string,
  operator: Operator | undefined,
  answer: Answer,
  values?: unknown,
): Answer {
  const { type } = answer;
  switch (type) {
    case "decline":
      return answer;
    case "approve":
      if (operator?.type === "ask" && values === undefined)
        throw new FlowError(
          "invalid-argument",
          `${task} is a form: approve it with the values of its fields (${listNames(
            operator.form.map(({ name }) => name),
            Infinity,
          )}), or decline it. It still waits.`,
        );
      if (operator?.type !== "ask") refuseValues(task, values);
      return operator ? answer : { type: "resume" };
    case "resume":
      if (!operator) return answer;
      throw new FlowError(
        "invalid-argument",
        `${task} cannot just go on: ${operator.type === "ask" ? "approve it with the values of its form" : "approve it"}, or decline it. It still waits.`,
      );
    default:
      throw new FlowError(
        "invalid-argument",
        `The type of an answer is "approve", "decline" or "resume", not ${showValue(type)}. ${task} still waits.`,
      );
  }
}

/** Values that nobody would be given are not taken without a word. */
function refuseValues(task: string, values: unknown): void {
  const names = Object.keys(Object(values) as object);
  if (names.length === 0) return;
  throw new FlowError(
    "invalid-argument",
    `${task} has no form, so it takes no values (${listNames(names)}): approve it without any. It still waits.`,
  );
}
