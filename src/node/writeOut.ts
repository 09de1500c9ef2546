import { toErrorData, type ErrorCode } from "../core/errors.ts";
import { UsageError } from "./arguments.ts";
import type { Terminal } from "./commands.ts";
import { toPlainJson } from "../core/plainJson.ts";
import { writeText } from "./textFile.ts";

/** Writes a text to a file, or to the terminal if none was given. */
export async function put(
  text: string,
  file: string | undefined,
  { out }: Terminal,
) {
  if (file === undefined) out.write(text);
  else await writeText(file, text);
}

/** Writes a value as JSON, what that has no word for as {@link toPlainJson} says it. */
export function writeJson(out: NodeJS.WriteStream, value: unknown): void {
  out.write(`${JSON.stringify(toPlainJson(value), null, 2)}\n`);
}

/** A wrong command is told in its own way to who reads it, so that it is no error of Flowbook's own. */
function codeOf(thrown: unknown): ErrorCode | undefined {
  return thrown instanceof UsageError ? "invalid-argument" : undefined;
}

/** Writes as JSON why there is nothing else to write: `{ "error": { "code", "message", "problems" } }`, problems as `check` has them. */
export function writeJsonError(out: NodeJS.WriteStream, thrown: unknown): void {
  const { code = codeOf(thrown), message } = toErrorData(thrown);
  const { problems } = thrown as { problems?: unknown };
  writeJson(out, {
    error: {
      ...(code ? { code } : {}),
      message,
      ...(problems ? { problems } : {}),
    },
  });
}
