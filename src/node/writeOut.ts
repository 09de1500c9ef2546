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
