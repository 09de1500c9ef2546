import type { Source } from "./previews.ts";
import * as words from "../words/preview.ts";

/** Where the notebook on show came from, as a sentence. */
export function sourceWords(source: Source): string {
  switch (source.type) {
    case "link":
      return words.cameWithLink;
    case "file":
      return words.isFile(source.name);
    case "paste":
      return words.wasPasted;
    case "hosted":
      return words.comesFrom(hostOf(source.url));
  }
}

/** The same of a notebook by its title, as what `Marked` shows. */
export function titledSource(
  source: Source,
  title: string,
): { text: string; values: Record<string, string> } {
  switch (source.type) {
    case "link":
      return { text: words.titleCameWithLink, values: { title } };
    case "file":
      return { text: words.titleIsFile, values: { title, file: source.name } };
    case "paste":
      return { text: words.titleWasPasted, values: { title } };
    case "hosted":
      return {
        text: words.titleComesFrom,
        values: { title, host: hostOf(source.url) },
      };
  }
}

function hostOf(url: string): string {
  return new URL(url, document.baseURI).host;
}
