import type { Current } from "./current.ts";
import type { Callable } from "./definition.ts";
import { defineLibraryTask } from "./libraryTask.ts";
import { openRequests, requestOptions } from "./network.ts";
import { toOptions } from "./readerOptions.ts";

/** `fetchChanged(url, { previous })`: bytes from a URL, or those of last time if the server says that they are still the same. */
export function makeConditional(current: Current): Callable {
  return defineLibraryTask(
    current,
    "fetchChanged",
    ["url", "options"],
    async (url, given) => {
      const { previous, ...options } = toOptions(given, "fetchChanged", [
        "previous",
        ...requestOptions,
      ]);
      const opened = await openRequests(current, url);
      return opened.requests.fetchChanged(
        opened.requesting,
        opened.address,
        previous,
        options,
      );
    },
  );
}
