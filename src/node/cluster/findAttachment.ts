import { stat } from "node:fs/promises";
import { dirname, isAbsolute, join, normalize, resolve, sep } from "node:path";
import type { OpenProgram } from "../program.ts";

/** Where an attachment of a notebook is on this machine, if it is here; never outside the notebook's folder. */
export async function findAttachment(
  { path, notebook }: OpenProgram,
  name: string,
): Promise<string | undefined> {
  const { attachments } = notebook;
  const place = attachments.find((one) => one.name === name)?.url ?? name;
  const inside = normalize(place);
  if (isAbsolute(inside) || inside === ".." || inside.startsWith(`..${sep}`))
    return undefined;
  const file = join(dirname(resolve(path)), inside);
  const found = await stat(file).catch(() => undefined);
  return found?.isFile() ? file : undefined;
}
