import type { Source } from "./previews.ts";

/** Where a notebook came from, as the end of a sentence about it. */
export function sourceWords(source: Source): string {
  switch (source.type) {
    case "link":
      return "came with a link";
    case "file":
      return `is the file ${source.name}`;
    case "paste":
      return "was pasted";
    case "hosted":
      return `comes from ${new URL(source.url, document.baseURI).host}`;
  }
}
