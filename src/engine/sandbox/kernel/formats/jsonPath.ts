import { query } from "json-p3";
import { FlowError } from "../../../../core/errors.ts";
import { showValue } from "../../../../core/words.ts";

/** All values that a JSONPath (RFC 9535) finds in a value. */
export function findAll(value: unknown, path: unknown): unknown[] {
  if (typeof path === "string")
    try {
      return query(path, value as Parameters<typeof query>[1]).values();
    } catch (cause) {
      throw new FlowError(
        "invalid-argument",
        `${showValue(path)} is no JSONPath: ${(cause as Error).message}. It begins with $, as "$.items[*].name".`,
        { cause },
      );
    }
  throw new FlowError(
    "invalid-argument",
    `jsonPath takes a path such as "$.items[*].name", not ${showValue(path)}.`,
  );
}
