import { FlowError } from "./errors.ts";
import type { Answer } from "./events.ts";
import type { Operator } from "./graph.ts";
import { showValue } from "./words.ts";

/**
 * What a person says of a task that waits, as that task can take it: a task that is no gate goes on when it is approved.
 * What says nothing to the task is a FlowError that tells how to answer it.
 */
export function checkAnswer(
  task: string,
  operator: Operator | undefined,
  answer: Answer,
): Answer {
  const { type } = answer;
  switch (type) {
    case "decline":
      return answer;
    case "approve":
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
