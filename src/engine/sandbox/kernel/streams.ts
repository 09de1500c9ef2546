import { type Current, jobOutside } from "./current.ts";
import { streamFormats } from "./fileFormats.ts";
import { checkNames, toOptions } from "./readerOptions.ts";
import { RowStream } from "./rowStream.ts";
import { openStream } from "./sources.ts";

/** `streamCsv` and its like: rows as they are read, for files that are larger than memory. */
export function makeStreams(current: Current): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(streamFormats).map(([name, format]) => {
      const reader = `stream${name}`;
      return [
        reader,
        (source: unknown, given?: unknown) => {
          const job = jobOutside(current, reader);
          const options = toOptions(given);
          checkNames(options, reader, format.options);
          return new RowStream(async function* () {
            const opened = await openStream(job, source);
            yield* await format.open({ current, job }, opened, options);
          }, job);
        },
      ];
    }),
  );
}
