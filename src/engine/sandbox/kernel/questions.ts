import { FlowError } from "../../../core/errors.ts";
import type { TriggerEnd } from "../../../core/events.ts";
import type { QuestionAnswer, ToWorker } from "../../protocol.ts";
import { copyValue } from "./copy.ts";
import type { Current } from "./current.ts";
import { findOptions } from "./findTask.ts";
import { inspect } from "./inspect.ts";
import { signalOf } from "./signals.ts";

export type AskMessage = Extract<ToWorker, { type: "ask" }>;

/** Answers what the engine wants to know of a task before it runs. */
export async function answerQuestion(
  current: Current,
  message: AskMessage,
): Promise<QuestionAnswer> {
  current.world!.refresh();
  const { question } = message;
  const options = await findOptions(current, message);
  if (question.type === "trigger")
    return await askTrigger(() =>
      options.trigger ? options.trigger(question.upstream) : true,
    );
  const { cacheKey } = options;
  const value: unknown =
    typeof cacheKey === "function"
      ? await cacheKey(...question.args)
      : cacheKey;
  return {
    type: "cache-key",
    value: copyValue(value, `the cache key of ${message.task}`, "key"),
  };
}

async function askTrigger(trigger: () => unknown): Promise<QuestionAnswer> {
  const end = (
    state: TriggerEnd["state"],
    message: string,
  ): QuestionAnswer => ({
    type: "end",
    state,
    message,
  });
  const failed = (message: string) => end("TriggerFailed", message);
  try {
    return (await trigger()) ? { type: "start" } : failed("Trigger failed.");
  } catch (thrown) {
    const signal = signalOf(thrown);
    switch (signal?.type) {
      case "skip":
        return end("Skipped", signal.message ?? "Its trigger skipped it.");
      case "fail":
        return end("Failed", signal.message ?? "Its trigger called fail().");
      case "pause":
        return end("Paused", signal.message ?? "Its trigger paused it.");
      case "success":
      case "retry":
      case "loop":
        return failed(
          `Its trigger called ${signal.type}(), which only a task can. A trigger returns true or false, or throws skip(...), fail(...) or pause(...).`,
        );
    }
    const what =
      thrown instanceof FlowError ? thrown.message : inspect([thrown], 1000);
    return failed(`Unexpected error while checking task trigger: ${what}`);
  }
}
