/** Hands a file to the reader. */
export function download(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // the browser reads the address a moment after the click
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** So many bytes of a name leave room for the ending and a number, of the 255 that file systems take. */
const longestName = 200;

/** A title as a file name without its extension: `Aircraft ETL` gives `aircraft-etl`. Letters and the accents on them stay. */
export function fileNameOf(title: string): string {
  const words = title
    .normalize("NFKC")
    .toLowerCase()
    .match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu);
  const name = new Uint8Array(longestName);
  const { written } = new TextEncoder().encodeInto(
    words?.join("-") ?? "notebook",
    name,
  );
  return new TextDecoder().decode(name.subarray(0, written)).replace(/-$/, "");
}
