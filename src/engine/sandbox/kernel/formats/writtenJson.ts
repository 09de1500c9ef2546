import { FlowError } from "../../../../core/errors.ts";
import { toJsonValue } from "./jsonValue.ts";

/** A value as JSON text, for a cell of a file; `where` is what a message calls the cell. */
export function writeJson(value: unknown, where: string): string {
  const refuse = (reason: string, cause?: unknown) =>
    new FlowError(
      "row-mismatch",
      `${where} cannot be written as JSON: ${reason}. Write data only, or leave it out.`,
      { cause },
    );
  let text: string | undefined;
  try {
    text = JSON.stringify(value, toJsonValue);
  } catch (cause) {
    const [reason] = String((cause as Error).message).split("\n");
    throw refuse(reason!, cause);
  }
  // Its own `toJSON` may say that it is nothing.
  if (text === undefined) return "";
  // What has a text of its own, as an address has, is that text.
  return text.startsWith('"') ? (JSON.parse(text) as string) : text;
}
