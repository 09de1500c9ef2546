/** Why a database cannot be opened: of a full disk Chromium (156) says at times only that it has failed. */
export async function findReason(
  thrown: DOMException | null,
): Promise<unknown> {
  if (thrown?.name !== "UnknownError" || !/backing store/.test(thrown.message))
    return thrown;
  return (await takesFiles(1))
    ? thrown
    : new DOMException(thrown.message, "QuotaExceededError");
}

/** Whether the browser has room for a file of so many megabytes; true if that cannot be tried. */
export async function takesFiles(megabytes: number): Promise<boolean> {
  const folder = await navigator.storage?.getDirectory?.().catch(() => null);
  const name = "is-there-room";
  try {
    const file = await folder?.getFileHandle(name, { create: true });
    const writable = await file?.createWritable?.();
    for (let written = 0; written < megabytes; written += 1)
      await writable?.write(new Uint8Array(1_000_000));
    await writable?.abort();
    return true;
  } catch {
    return false;
  } finally {
    await folder?.removeEntry(name).catch(() => undefined);
  }
}
