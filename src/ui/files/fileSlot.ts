import type { Session } from "../session.svelte.ts";

/**
 * The name under which a file is kept that comes by this one: that of the only missing file which is called so in some folder,
 * unless the notebook knows a file of just this name.
 */
export function fileSlot(
  name: string,
  { missingFiles, files }: Pick<Session, "missingFiles" | "files">,
): string {
  const isKnown =
    missingFiles.includes(name) || files.some((file) => file.name === name);
  const slots = missingFiles.filter((slot) => slot.endsWith(`/${name}`));
  return isKnown || slots.length !== 1 ? name : slots[0]!;
}
