import { get, set, type UseStore } from "idb-keyval";
import type { StoredFile } from "../engine/services.ts";
import { isNamed } from "./useStore.ts";

/** What is kept of a file. */
interface FileEntry {
  meta: StoredFile;
  /** Its bytes alone where the browser's store takes no Blob. */
  blob: Blob | ArrayBuffer;
}

/** Keeps a file under its name. */
export async function putFile(
  meta: StoredFile,
  blob: Blob,
  use: UseStore,
): Promise<void> {
  const put = (entry: FileEntry) => set(["file", meta.name], entry, use);
  try {
    await put({ meta, blob });
  } catch (thrown) {
    if (isNamed(thrown, "QuotaExceededError")) throw thrown;
    // WebKit keeps no Blob in a private window, and says it with one error or another, or with none (webkit.org/b/156347).
    await put({ meta, blob: await blob.arrayBuffer() });
  }
}

/** The file of that name, if it is kept. */
export async function getFile(
  name: string,
  use: UseStore,
): Promise<Blob | undefined> {
  const blob = (await get<FileEntry>(["file", name], use))?.blob;
  return blob instanceof ArrayBuffer ? new Blob([blob]) : blob;
}
