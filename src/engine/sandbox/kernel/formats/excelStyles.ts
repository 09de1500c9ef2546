import { strFromU8, strToU8, unzipSync } from "fflate";

const styleOfCell = /(<(?:\w+:)?c\b[^>]*?)\ss=["']([^"']*)["']/g;

/** An .xlsx file without the styles of cells that it has no style for, which some programs write: the library refuses all of such a file. */
export async function leaveOutUnknownStyles(file: Blob): Promise<Blob> {
  const parts = unzipSync(new Uint8Array(await file.arrayBuffer()));
  const styles = strFromU8(parts["xl/styles.xml"] ?? new Uint8Array());
  const [, list = ""] = /<(?:\w+:)?cellXfs\b(.*?)cellXfs>/s.exec(styles) ?? [];
  const count = list.match(/<(?:\w+:)?xf\b/g)?.length ?? 0;
  for (const [path, part] of Object.entries(parts))
    if (/^xl\/worksheets\/[^/]*\.xml$/.test(path))
      parts[path] = strToU8(
        strFromU8(part).replace(
          styleOfCell,
          (whole, cell: string, style: string) =>
            /^\d+$/.test(style) && Number(style) < count ? whole : cell,
        ),
      );
  return pack(parts);
}

/** Where a format counts hours, minutes or seconds beyond a day, an hour or a minute. */
const elapsed = /\[(?:h+|m+|s+)\]/i;

/**
 * The styles of a file as the library has to read them. Its own number formats count, also under an id below 164, which other
 * programs write, and Excel reads. Durations are numbers, as they are in the cells: the library takes them for times of days
 * around 1900.
 */
export function correctFormats(styles: Uint8Array): Uint8Array {
  const text = strFromU8(styles);
  const shown = raiseOwnIds(text)
    .replace(/\bformatCode=("[^"]*"|'[^']*')/g, (whole, code: string) =>
      elapsed.test(code) ? 'formatCode="General"' : whole,
    )
    // The one of them that is Excel's own, [h]:mm:ss.
    .replace(/\bnumFmtId=(["'])46\1/g, 'numFmtId="0"');
  return shown === text ? styles : strToU8(shown);
}

/** What is added to an id that is a file's own, so that it is one for the library, too. */
const raise = 100_000;

function raiseOwnIds(styles: string): string {
  const [list = ""] =
    /<(?:\w+:)?numFmts\b.*?<\/(?:\w+:)?numFmts>/s.exec(styles) ?? [];
  const id = /\bnumFmtId=(["'])(\d+)\1/g;
  const own = new Set(Array.from(list.matchAll(id), ([, , found]) => found));
  return styles.replace(id, (whole, _quote, found: string) =>
    own.has(found) ? `numFmtId="${Number(found) + raise}"` : whole,
  );
}

/** A ZIP file of parts as they are. It has no checksums, for which the library does not look: what packs with them is large. */
function pack(parts: Record<string, Uint8Array>): Blob {
  const files: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const [path, part] of Object.entries(parts)) {
    const name = strToU8(path);
    const { length } = part;
    files.push(
      header(30, { 0: 0x04034b50, 18: length, 22: length, 26: name.length }),
      ...[name, part],
    );
    directory.push(
      header(46, {
        ...{ 0: 0x02014b50, 20: length, 24: length, 28: name.length },
        42: offset,
      }),
      name,
    );
    offset += 30 + name.length + length;
  }
  const count = directory.length / 2;
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = header(22, {
    ...{ 0: 0x06054b50, 8: count | (count << 16), 12: size, 16: offset },
  });
  return new Blob([...files, ...directory, end] as Uint8Array<ArrayBuffer>[]);
}

function header(
  size: number,
  fields: Readonly<Record<number, number>>,
): Uint8Array {
  const view = new DataView(new ArrayBuffer(size));
  for (const [at, value] of Object.entries(fields))
    view.setUint32(+at, value, true);
  return new Uint8Array(view.buffer);
}
