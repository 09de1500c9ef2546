import { install } from "./install.ts";
import { sharedQuery, takeShared } from "./shared.ts";

interface LaunchParams {
  readonly files: readonly FileSystemFileHandle[];
}

/** What the page does with what the system tells it. */
export interface SystemListener {
  /** A newer version is there, and loaded next time. */
  updated(): void;
  /** Files were opened or shared with the app; of those that were shared so many were too many or too large. */
  opened(files: readonly File[], leftOut?: number): void;
}

/** Makes the page one that is installed, updated, and given files by the system; `search` is the query that it was opened with. */
export async function startPwa(
  listener: SystemListener,
  search: string,
): Promise<void> {
  const { launchQueue } = window as unknown as {
    launchQueue?: { setConsumer(take: (given: LaunchParams) => void): void };
  };
  launchQueue?.setConsumer(({ files }) => {
    void Promise.all(files.map((handle) => handle.getFile())).then((found) => {
      if (found.length > 0) listener.opened(found);
    });
  });
  await install(() => listener.updated());
  if (search !== sharedQuery) return;
  const { files, leftOut } = await takeShared();
  if (location.search === sharedQuery)
    history.replaceState(null, "", location.pathname + location.hash);
  if (files.length + leftOut > 0) listener.opened(files, leftOut);
}
