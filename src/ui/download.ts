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

/** A title as a file name without its extension: `Aircraft ETL` gives `aircraft-etl`. */
export function fileNameOf(title: string): string {
  const name = title
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]+/gu, "-")
    .replace(/^-+|-+$/g, "");
  return name === "" ? "notebook" : name;
}
