import type { Parameter } from "../../core/parameter.ts";
import { plainText } from "../../core/parameterText.ts";

/** A parameter's value as the text in its field; the inverse of `parseParameter`. */
export function parameterText(parameter: Parameter, value: unknown): string {
  if (value === undefined || value === null) return "";
  if (parameter.type === "json" && !parameter.options)
    return JSON.stringify(value, null, 1).replace(/\n\s*/g, " ");
  if (value instanceof Date) return localMoment(value);
  if (parameter.type === "datetime") {
    const moment = new Date(String(value));
    return Number.isNaN(moment.getTime()) ? String(value) : localMoment(moment);
  }
  return plainText(parameter, value);
}

/** A moment as a `datetime-local` field holds it: in the reader's own time zone. */
function localMoment(moment: Date): string {
  const local = new Date(
    moment.getTime() - moment.getTimezoneOffset() * 60_000,
  );
  return local.toISOString().replace(/(:00)?\.000Z$|Z$/, "");
}
