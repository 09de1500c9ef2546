import { stagingFolder } from "./staging.ts";

/**
 * Why a database cannot be opened: of a full disk Chromium (156) says at times only that it has failed. What is found to be one
 * has the mark `isDiskFull`, which no error of a quota has.
 */
export async function findReason(
  thrown: DOMException | null,
): Promise<unknown> {
  if (thrown?.name !== "UnknownError" || !/backing store/.test(thrown.message))
    return thrown;
  return (await takesFiles(1))
    ? thrown
    : Object.assign(new DOMException(thrown.message, "QuotaExceededError"), {
        isDiskFull: true,
      });
}

/**
 * What goes wrong though there is room: the file is not to be had, or somebody else was at it. Not InvalidStateError: Chromium
 * calls failures of the disk that.
 */
const otherFaults = [
  "NotFoundError",
  "NoModificationAllowedError",
  "NotAllowedError",
  "SecurityError",
  "TypeMismatchError",
  "TypeError",
];

/** Whether the browser has room for a file of so many megabytes; true if that cannot be tried. */
export async function takesFiles(megabytes: number): Promise<boolean> {
  const root = await navigator.storage?.getDirectory?.().catch(() => null);
  // Workers of this page and other tabs may try it at this moment.
  const name = `is-there-room-${crypto.getRandomValues(new Uint32Array(2)).join("-")}`;
  let folder: FileSystemDirectoryHandle | undefined;
  let writable: FileSystemWritableFileStream | undefined;
  try {
    // What is left there by a try that was killed is dropped (clearStaged).
    folder = await root?.getDirectoryHandle(stagingFolder, { create: true });
    const file = await folder?.getFileHandle(name, { create: true });
    writable = await file?.createWritable?.();
    for (let written = 0; written < megabytes; written += 1)
      await writable?.write(new Uint8Array(1_000_000));
    return true;
  } catch (thrown) {
    return thrown instanceof Error && otherFaults.includes(thrown.name);
  } finally {
    // As long as it is open it cannot be removed.
    await writable?.abort().catch(() => undefined);
    await folder?.removeEntry(name).catch(() => undefined);
  }
}
