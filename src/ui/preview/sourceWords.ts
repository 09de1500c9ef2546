import type { Source } from "./previews.ts";
import * as words from "../words/preview.ts";

/** Where a notebook came from, as the end of a sentence about it. */
export function sourceWords(source: Source): string {
  switch (source.type) {
    case "link":
      return words.cameWithALink;
    case "file":
      return words.isTheFile({ name: source.name });
    case "paste":
      return words.wasPasted;
    case "hosted":
      return words.comesFrom({
        host: new URL(source.url, document.baseURI).host,
      });
  }
}
