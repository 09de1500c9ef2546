import { toErrorData } from "../core/errors.ts";
import { readAddress } from "./address.ts";
import type { Session } from "./session.svelte.ts";

/** Opens what the address names, or the example on the first visit. `prepare` is done before anything is read. */
export async function openAddress(
  session: Session,
  prepare: () => Promise<void>,
): Promise<void> {
  const { opens, query } = readAddress(location.search, location.hash);
  if (session.isEmbedded || opens.type === "link" || opens.type === "hosted") {
    const { openForeignAddress } = await import("./preview/openForeign.ts");
    return openForeignAddress(session, opens, query, prepare);
  }
  try {
    await prepare();
    if (opens.type === "notebook")
      return await session.openNotebook(opens.id, query);
    await session.refreshLibrary();
    if (session.library?.length === 0 && session.losses.notebooks.length === 0)
      return await session.openExample("aircraft-etl");
  } catch (thrown) {
    session.notices.refuse(toErrorData(thrown).message);
  }
  await session.goHome();
}
