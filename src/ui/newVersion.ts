/** What the page says when a newer version is there; fetched when that is so. */
import type { Notices } from "./notices.svelte.ts";
import type { RunDesk } from "./runDesk.svelte.ts";
import * as words from "./words/newVersion.ts";

/** Offers to load the page again. Whoever wants that during a run is told, and asked again when it is over. */
export function offerReload(
  session: {
    readonly notices: Pick<Notices, "all" | "add" | "addStaying" | "close">;
    readonly desk: Pick<RunDesk, "running" | "runs" | "settled">;
  },
  reload: () => void,
): void {
  const { notices, desk } = session;
  const run = (): void => {
    if (!desk.running) return reload();
    const running = desk.runs.find(({ state }) => state === "Running");
    const warning = notices.add("info", words.runGoesOn(running?.flow), {
      label: words.reloadNow,
      run: reload,
    });
    void desk.settled().then(() => {
      notices.close(warning);
      offerReload(session, reload);
    });
  };
  // It stays, since nothing else on the page says so; a page that stays open is told of each version.
  for (const { id, message } of notices.all)
    if (message === words.newVersion) notices.close(id);
  notices.addStaying("info", words.newVersion, { label: words.reload, run });
}
