import { type Current, jobOutside } from "./current.ts";
import { type Reading, streamFormats } from "./fileFormats.ts";
import { type Options, toOptions } from "./readerOptions.ts";
import { RowStream } from "./rowStream.ts";
import { openStream, type Source } from "./sources.ts";

/** `streamCsv` and its like: rows as they are read, for files that are larger than memory. */
export function makeStreams(current: Current): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(streamFormats).map(([name, format]) => {
      const reader = `stream${name}`;
      return [
        reader,
        (source: unknown, given?: unknown) => {
          const job = jobOutside(current, reader);
          const options = toOptions(given, reader, format.options);
          const { openGroups } = format;
          const open = async function* <T>(
            how: (
              reading: Reading,
              source: Source,
              options: Options,
            ) => Promise<AsyncIterable<T>>,
          ) {
            const reading = { current, job };
            const opened = await openStream(reading, source, reader);
            yield* await how(reading, opened, options);
          };
          return new RowStream(
            {
              rows: () => open(format.open),
              groups: openGroups && (() => open(openGroups)),
            },
            job,
          );
        },
      ];
    }),
  );
}
