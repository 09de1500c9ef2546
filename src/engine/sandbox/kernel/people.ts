import { parseDuration } from "../../../core/duration.ts";
import { FlowError } from "../../../core/errors.ts";
import { plainOptions } from "../../../core/graph.ts";
import { makeParameter } from "../../../core/parameter.ts";
import { shorten, showValue } from "../../../core/words.ts";
import type { Current } from "./current.ts";
import { bodyTracer } from "./flowBody.ts";
import { refOf } from "./refs.ts";
import { isStructure } from "./template.ts";

/** Longer messages are cut for the graph. */
const longestName = 60;
const longestMessage = 10_000;

/** `approve(value, message, { timeout })`: a gate that a person opens. */
export function drawApprove(
  current: Current,
  value: unknown,
  message: unknown,
  options: unknown,
): unknown {
  const tracer = bodyTracer(
    current,
    "approve(...)",
    'Put it on the wire between two tasks: load("t", approve(rows, "Load these?")). Inside a task, use pause(message).',
  );
  const text = readMessage("approve", message);
  const timeout = readTimeout("approve", options);
  return tracer.addTask({
    task: "approve",
    name: shorten(text, longestName),
    options: plainOptions,
    args: [tracer.template(value, "the value of approve", "value")],
    inputs: ["value"],
    operator: { type: "approve", message: text, timeout },
  });
}

/** `ask(message, form, { timeout })`: a form that a person fills in. */
export function drawAsk(
  current: Current,
  message: unknown,
  form: unknown,
  options: unknown,
): unknown {
  const tracer = bodyTracer(
    current,
    "ask(...)",
    "Ask in a flow body, and hand the answers to the tasks. Inside a task, use pause(message).",
  );
  const text = readMessage("ask", message);
  if (!isStructure(form) || Array.isArray(form))
    throw new FlowError(
      "invalid-option",
      `ask takes a form, described like parameters: ask("How much?", { limit: 500 }), not ${showValue(form)}.`,
    );
  const timeout = readTimeout("ask", options);
  return tracer.addTask({
    task: "ask",
    name: shorten(text, longestName),
    options: plainOptions,
    args: [],
    inputs: [],
    operator: {
      type: "ask",
      message: text,
      form: Object.entries(form).map(([name, spec]) => {
        if (refOf(spec))
          throw new FlowError(
            "flow-body",
            `The field ${name} of ask is a ref, which has no value while the flow is drawn. Describe the field: { ${name}: { type: "number" } }.`,
          );
        return makeParameter(name, spec);
      }),
      timeout,
    },
  });
}

function readMessage(what: string, message: unknown): string {
  if (typeof message === "string" && message)
    return message.slice(0, longestMessage);
  throw new FlowError(
    "invalid-option",
    refOf(message)
      ? `The message of ${what} is a ref, which has no value while the flow is drawn. Write a text; the value itself can be shown by approve(value, ...).`
      : `${what} needs a message for the person who answers, such as ${what === "approve" ? 'approve(rows, "Load these?")' : 'ask("How much?", { limit: 500 })'}, not ${showValue(message)}.`,
  );
}

function readTimeout(what: string, options: unknown): number | undefined {
  if (options === undefined) return undefined;
  if (typeof options !== "object" || options === null)
    throw new FlowError(
      "invalid-option",
      `The options of ${what} are an object such as { timeout: "1d" }, not ${showValue(options)}.`,
    );
  for (const key of Object.keys(options))
    if (key !== "timeout")
      throw new FlowError(
        "invalid-option",
        `${what} has no option ${JSON.stringify(key)}. Its option is timeout.`,
      );
  const { timeout } = options as { timeout?: unknown };
  if (timeout === undefined) return undefined;
  const milliseconds = parseDuration(timeout);
  if (milliseconds > 0) return milliseconds;
  throw new FlowError(
    "invalid-option",
    `The timeout of ${what} must be longer than 0: no person is that fast.`,
  );
}
