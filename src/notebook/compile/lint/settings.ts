/** Settings that the types let pass and that are refused when the cell is evaluated: durations, rates, times. */
import type { AnyNode } from "acorn";
import { parseDuration } from "../../../core/duration.ts";
import { FlowError } from "../../../core/errors.ts";
import { makeCron, makeEvery, nextTime } from "../../../core/schedule.ts";
import { isFunction } from "../tree.ts";
import { constantOf, settingOf, textOf } from "./constants.ts";
import { fieldName } from "./parts.ts";
import type { Linter } from "./linter.ts";

type Call = Extract<AnyNode, { type: "CallExpression" }>;

/** Checks the settings in a call of the language; other calls have none. */
export function checkSettings(linter: Linter, node: Call): void {
  const { callee, arguments: given } = node;
  const [first, second, third] = given;
  switch (linter.languageName(callee)) {
    case "task":
      return checkOptions(linter, second);
    case "resource":
    case "flow":
    case "approve":
    case "ask":
      return checkOptions(linter, third);
    case "exponentialBackoff":
      checkDuration(linter, first);
      return checkDuration(linter, settingOf(second, "max"));
    case "retry":
      return checkDuration(linter, settingOf(second, "after"));
    case "every":
      return check(linter, first, makeEvery);
    case "cron": {
      const timeZone = textOf(settingOf(second, "timeZone"));
      return check(linter, first, (line) => {
        const schedule = makeCron(
          line,
          timeZone === undefined ? {} : { timeZone },
        );
        if (nextTime(schedule, 0) === undefined)
          throw new FlowError(
            "invalid-option",
            `The times of ${JSON.stringify(line)} never come: no such month has such a day. Correct the third or the fourth field.`,
          );
      });
    }
    default:
      if (
        callee.type === "MemberExpression" &&
        fieldName(callee) === "with" &&
        linter.kindOf(callee.object) === "task"
      )
        checkOptions(linter, first);
  }
}

function checkOptions(linter: Linter, options: AnyNode | undefined): void {
  checkDuration(linter, settingOf(options, "timeout"));
  const cacheFor = settingOf(options, "cacheFor");
  if (textOf(cacheFor) !== "forever") checkDuration(linter, cacheFor);
  const retryDelay = settingOf(options, "retryDelay");
  for (const delay of retryDelay?.type === "ArrayExpression"
    ? retryDelay.elements
    : [retryDelay])
    checkDuration(linter, delay);
  const concurrency = settingOf(options, "concurrency");
  if (concurrency?.type === "ObjectExpression")
    for (const tag of concurrency.properties)
      if (tag.type === "Property") checkRate(linter, tag.value);
}

function checkDuration(linter: Linter, node: AnyNode | null | undefined): void {
  if (node?.type === "ConditionalExpression") {
    checkDuration(linter, node.consequent);
    checkDuration(linter, node.alternate);
  } else if (isFunction(node)) {
    // A function of the attempt.
    if (node.body.type !== "BlockStatement") checkDuration(linter, node.body);
  } else if (node) check(linter, node, parseDuration);
}

/** Reads a setting that is written out, and passes on what is said against it. */
function check(
  linter: Linter,
  node: AnyNode | undefined,
  read: (value: unknown) => unknown,
): void {
  const constant = constantOf(node);
  // Other types are for the types to refuse.
  if (!node || !constant || !/^(string|number)$/.test(typeof constant.value))
    return;
  try {
    read(constant.value);
  } catch (thrown) {
    if (!(thrown instanceof FlowError)) throw thrown;
    linter.report(node, thrown.message, "warning", thrown.code);
  }
}

function checkRate(linter: Linter, node: AnyNode): void {
  const rate = textOf(node);
  if (rate === undefined || /^0*[1-9]\d*\/[smh]$/.test(rate)) return;
  linter.report(
    node,
    `${JSON.stringify(rate)} is not a rate. Write "5/s", "100/m" or "1000/h" for how many may start per second, minute or hour, or a number for how many at once: whole numbers, no sign, no spaces.`,
    "warning",
    "invalid-option",
  );
}
