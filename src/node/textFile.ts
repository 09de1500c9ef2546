import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { FlowError } from "../core/errors.ts";

/** The text of a file. Rejects with what to do about it if it cannot be read. */
export async function readText(path: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
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
  const text = decode(bytes);
  if (text !== undefined) return text;
  throw new FlowError(
    "invalid-argument",
    `${path} is no text in UTF-8. Give a notebook, or save it as UTF-8.`,
  );
}

/** Writes a file. Rejects with its name if it cannot be written. */
export async function writeText(path: string, text: string): Promise<void> {
  await orSay(path, () => writeFile(path, text));
}

/** Writes a file, and its folder, so that it is there as a whole or as it was. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const unfinished = `${path}.${process.pid}.new`;
  await orSay(path, async () => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(unfinished, text);
    await rename(unfinished, path);
  });
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder("utf-8", {
      fatal: true,
      ignoreBOM: true,
    }).decode(bytes);
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}

async function orSay(path: string, write: () => Promise<void>) {
  try {
    await write();
  } catch (cause) {
    throw new FlowError(
      "storage-failed",
      `${path} cannot be written: ${(cause as Error).message}.`,
      { cause },
    );
  }
}
