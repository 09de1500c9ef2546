import { openAsBlob } from "node:fs";
import { readFile, stat } from "node:fs/promises";

/** Stands for a file on its way from thread to thread: Node copies no Blob of a file there, and its bytes need not be copied. */
interface FileOnDisk {
  path: string;
}

/** What is sent in place of a Blob. */
export function sendFile(path: string): Blob {
  return { path } satisfies FileOnDisk as unknown as Blob;
}

/** Files up to this size are held in memory, in bytes: such a Blob can be a task's result. */
const heldSize = 32_000_000;

/** The Blob that was meant; of a large file only what is asked for is read. */
export async function receiveFile(sent: Blob): Promise<Blob> {
  if (sent instanceof Blob) return sent;
  const { path } = sent as unknown as FileOnDisk;
  const { size } = await stat(path);
  return size > heldSize ? openAsBlob(path) : new Blob([await readFile(path)]);
}
