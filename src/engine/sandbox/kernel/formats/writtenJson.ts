import { FlowError } from "../../../../core/errors.ts";
import { base64Of, toJsonValue } from "./jsonValue.ts";

/** A value as JSON; undefined if its own `toJSON` says that it is nothing. `where` is what a message calls it. */
export function writeJson(value: unknown, where: string): string | undefined {
  try {
    return JSON.stringify(value, toJsonValue) as string | undefined;
  } catch (cause) {
    const [reason] = String((cause as Error).message).split("\n");
    throw new FlowError(
      "row-mismatch",
      `${where} cannot be written as JSON: ${reason}. Write data only, or leave it out.`,
      { cause },
    );
  }
}

/** A value as the text of a cell of a file: bytes as base64, what has a text of its own, as an address has, as that, else as JSON. */
export function writeText(value: unknown, where: string): string {
  const bytes = base64Of(value);
  if (bytes !== undefined) return bytes;
  const text = writeJson(value, where) ?? "";
  return text.startsWith('"') ? (JSON.parse(text) as string) : text;
}
