import { readFile } from "node:fs/promises";
import { FlowError } from "../core/errors.ts";

/** The text of a file. Rejects with what to do about it if it cannot be read. */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    const { code } = cause as { code?: string };
    throw new FlowError(
      "invalid-argument",
      code === "ENOENT"
        ? `There is no file ${path}.`
        : `${path} cannot be read: ${(cause as Error).message}.`,
      { cause },
    );
  }
}
