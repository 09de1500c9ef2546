import { FlowError } from "../../../core/errors.ts";
import { listNames, showValue } from "../../../core/words.ts";

/** Options of a reader or a writer, as they were given. */
export type Options = Readonly<Record<string, unknown>>;

/** The options of a call of a function, without those that are undefined. `names` are those that it has, if that is known here. */
export function toOptions(
  given: unknown,
  fn: string,
  names?: readonly string[],
): Options {
  if (typeof (given ?? {}) !== "object")
    throw new FlowError(
      "invalid-option",
      `The options of ${fn} are an object, not ${showValue(given)}.${names ? ` ${tellNames(names)}` : ""}`,
    );
  const options = Object.fromEntries(
    Object.entries(given ?? {}).filter(([, value]) => value !== undefined),
  );
  if (names) checkNames(options, fn, names);
  return options;
}

/** Refuses options that a function does not have. */
export function checkNames(
  options: Options,
  fn: string,
  names: readonly string[],
): void {
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new FlowError(
      "invalid-option",
      `${fn} has no option ${JSON.stringify(unknown)}. ${tellNames(names)}`,
    );
}

function tellNames(names: readonly string[]): string {
  return names.length === 0
    ? "It has none."
    : `Its options are ${listNames(names, 99)}.`;
}

/** An option that is a text. */
export function textOption(options: Options, name: string): string | undefined {
  const value = options[name];
  if (value === undefined || typeof value === "string") return value;
  throw new FlowError(
    "invalid-option",
    `${name} must be a text, not ${showValue(value)}.`,
  );
}

/** The option `encoding`: of text that is not UTF-8 and does not begin with a mark. */
export function encodingOption({ encoding }: Options): string | undefined {
  if (encoding === undefined) return undefined;
  try {
    return new TextDecoder(encoding as string).encoding;
  } catch {
    throw new FlowError(
      "invalid-option",
      `encoding must be one that browsers know, such as "windows-1252" or "utf-16le", not ${showValue(encoding)}.`,
    );
  }
}
