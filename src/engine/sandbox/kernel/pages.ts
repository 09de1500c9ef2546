import { type Current, jobOutside } from "./current.ts";
import type { Callable } from "./definition.ts";
import { defineLibraryTask } from "./libraryTask.ts";
import { request, requestOptions } from "./network.ts";
import { toOptions } from "./readerOptions.ts";
import { RowStream } from "./rowStream.ts";

const pageOptions = ["next", "items", "mostPages"];

/** `fetchPages` and `streamPages`: what an API gives page by page. */
export function makePages(current: Current): {
  fetchPages: Callable;
  streamPages: Callable;
} {
  async function* open(url: unknown, given: unknown, name: string) {
    const job = jobOutside(current, name);
    const options = toOptions(given, name, [...requestOptions, ...pageOptions]);
    const { readPages } = await current.formats.use(job, "json");
    const sent = Object.fromEntries(
      Object.entries(options).filter(([one]) => requestOptions.includes(one)),
    );
    yield* readPages(
      (address, query, expected) =>
        request(
          current,
          address,
          { ...sent, query },
          (answer) => answer.text(),
          expected,
        ),
      url,
      options,
      (what) => job.log("info", [what]),
    );
  }
  return {
    fetchPages: defineLibraryTask(
      current,
      "fetchPages",
      ["url", "options"],
      async (url, given) => {
        const items: unknown[] = [];
        for await (const page of open(url, given, "fetchPages"))
          for (const item of page) items.push(item);
        return items;
      },
    ),
    streamPages: (url, given) => {
      const job = jobOutside(current, "streamPages");
      const pages = () => open(url, given, "streamPages");
      return new RowStream({ rows: pages }, job);
    },
  };
}
