import { FlowError } from "./errors.ts";
import {
  checkParameter,
  invalid,
  isDay,
  isOfType,
  type Parameter,
} from "./parameter.ts";
import { showValue } from "./words.ts";

/**
 * The value that a text from a form or a URL query stands for. Empty text is no value (null) for an optional parameter;
 * a moment without a time zone is in the reader's own.
 */
export function parseParameter(parameter: Parameter, text: string): unknown {
  if (text === "" && parameter.default === null) return null;
  const value = readText(parameter, text);
  // Text that says nothing of the wanted type is shown as it was written.
  return checkParameter(parameter, value === undefined ? text : value);
}

/**
 * A value that is neither a moment nor JSON as the text that `parseParameter` reads back. A long whole number has all its
 * digits: JavaScript's own text may round them, which would be refused.
 */
export function plainText({ options }: Parameter, value: unknown): string {
  const text = String(value);
  const isRounded =
    !options &&
    Number.isInteger(value) &&
    !Number.isSafeInteger(value) &&
    !text.includes("e");
  return isRounded ? String(BigInt(value as number)) : text;
}

function readText(parameter: Parameter, text: string): unknown {
  if (parameter.options)
    return parameter.options.find((option) => String(option) === text);
  const trimmed = text.trim();
  switch (parameter.type) {
    case "string":
      return text;
    case "number": {
      if (!/^[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?$/i.test(trimmed))
        return undefined;
      const number = Number(trimmed);
      if (
        /^[-+]?\d{16,308}$/.test(trimmed) &&
        BigInt(trimmed) !== BigInt(number)
      )
        throw invalid(
          parameter,
          `has no place for all digits of ${trimmed}: it would be ${BigInt(number)}. Long numbers are texts`,
        );
      return number;
    }
    case "boolean":
      if (trimmed === "true" || trimmed === "1") return true;
      return trimmed === "false" || trimmed === "0" ? false : undefined;
    case "date":
      return trimmed;
    case "datetime": {
      const isMoment =
        /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[-+]\d\d:\d\d)?)?$/.test(
          trimmed,
        ) && isDay(trimmed.slice(0, 10));
      const moment = new Date(isMoment ? trimmed : NaN);
      if (isOfType("datetime", moment)) return moment;
      throw invalid(
        parameter,
        `must be a moment such as 2026-05-31T10:00, not ${showValue(text)}`,
      );
    }
    case "json":
      try {
        return JSON.parse(text) as unknown;
      } catch (cause) {
        throw new FlowError(
          "invalid-parameter",
          `The parameter ${parameter.name} takes JSON, such as {"a": [1, 2]}. ${showValue(text)} is none: ${(cause as Error).message}.`,
          { cause },
        );
      }
  }
}
