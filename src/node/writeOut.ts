import type { Terminal } from "./commands.ts";
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

/** Writes a value as JSON; whole numbers that JSON has no room for as text. */
export function writeJson(out: NodeJS.WriteStream, value: unknown): void {
  const plain = (_: string, part: unknown) =>
    typeof part === "bigint" ? String(part) : part;
  out.write(`${JSON.stringify(value, plain, 2)}\n`);
}
