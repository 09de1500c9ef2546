import type { ErrorData } from "./errors.ts";
import { asSentence, shorten } from "./words.ts";

/** How many errors are told of those behind one; whoever threw them may have made endlessly many. */
export const mostCauses = 8;
/** Of an AggregateError so many. */
export const mostErrors = 3;

/** What is told of an error behind another one. */
type Describe = (thrown: unknown) => ErrorData;

/** What was behind an error, to be put into its data: causes, and the errors of an AggregateError; nothing that holds itself is told twice. */
export function causesOf(
  thrown: unknown,
  describe: Describe,
): Pick<ErrorData, "cause" | "errors"> {
  const seen = new Set<unknown>([thrown]);
  return causes(thrown);

  function causes(of: unknown): Pick<ErrorData, "cause" | "errors"> {
    const found: Pick<ErrorData, "cause" | "errors"> = {};
    if (!(of instanceof Error)) return found;
    try {
      const { errors } = of as { errors?: unknown };
      const told =
        of.name === "AggregateError" && Array.isArray(errors)
          ? errors.slice(0, mostErrors).flatMap((error) => tell(error) ?? [])
          : [];
      if (told.length > 0) found.errors = told;
      const cause = of.cause === undefined ? undefined : tell(of.cause);
      if (cause) found.cause = cause;
    } catch {
      // A getter that throws must not take the place of the error itself.
    }
    return found;
  }

  function tell(one: unknown): ErrorData | undefined {
    if (seen.size > mostCauses || seen.has(one)) return undefined;
    seen.add(one);
    const { code, name, message } = describe(one);
    return { ...(code ? { code } : {}), name, message, ...causes(one) };
  }
}

/** What is told of an error behind another one is no longer than this. */
const longestCause = 300;

/** What an error says, with what was behind it; of one that says nothing, that it does. */
export function reasonOf(data: ErrorData): string {
  const { name, cause, errors } = data;
  const message =
    data.message.trim() === ""
      ? `It threw ${name} without a message.`
      : data.message;
  let untold = cause;
  while (untold && says(message, untold.message)) untold = untold.cause;
  const tell = (one: ErrorData): string => shorten(reasonOf(one), longestCause);
  return [
    message,
    ...(errors?.length ? [`Errors: ${errors.map(tell).join("; ")}`] : []),
    ...(untold ? [`Cause: ${tell(untold)}`] : []),
  ].reduce((told, next) => `${asSentence(told)} ${next}`);
}

/** The error of a fallback that failed too: it tells as well what had failed before, which has no error of its own any more. */
export function ofFallback(error: ErrorData, before: ErrorData): ErrorData {
  return {
    ...error,
    message: `${asSentence(before.message)} The fallback failed too: ${error.message}`,
    cause: error.cause ?? before,
  };
}

/** Whether a message tells another one already, in its words. */
function says(message: string, other: string): boolean {
  const words = other.trim().replace(/\.$/, "");
  const at = words === "" ? -1 : message.indexOf(words);
  const isWithin = (around: string | undefined) =>
    around !== undefined && /[\p{L}\p{N}]/u.test(around);
  return (
    at >= 0 &&
    !isWithin(message[at - 1]) &&
    !isWithin(message[at + words.length])
  );
}
