import { FlowError } from "../../../core/errors.ts";
import { listNames, showValue } from "../../../core/words.ts";

/** Options of a reader or a writer, as they were given. */
export type Options = Readonly<Record<string, unknown>>;

/** The options of a call, without those that are undefined. */
export function toOptions(given: unknown): Options {
  if (given === undefined || given === null) return {};
  if (typeof given === "object")
    return Object.fromEntries(
      Object.entries(given).filter(([, value]) => value !== undefined),
    );
  throw new FlowError(
    "invalid-option",
    `The options are an object such as { header: true }, not ${showValue(given)}.`,
  );
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
      `${fn} has no option ${JSON.stringify(unknown)}. ${names.length === 0 ? "It has none" : `Its options are ${listNames(names, 99)}`}.`,
    );
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
