import * as words from "../words/share.ts";

/** How far a link of this many characters gets. Chat programs and mail cut long links on the way. */
export interface LinkReach {
  level: "anywhere" | "most" | "few";
  /** What to expect of it, for people. */
  text: string;
}

/** The most characters that get everywhere, and in most places. */
export const reaches = { anywhere: 2_000, most: 8_000 };
/** The most characters of a link that a phone still reads from a screen. */
export const scannable = 1_200;

export function linkReach(length: number): LinkReach {
  if (length <= reaches.anywhere)
    return {
      level: "anywhere",
      text: words.shortLink,
    };
  if (length <= reaches.most)
    return {
      level: "most",
      text: words.mediumLink,
    };
  return {
    level: "few",
    text: words.longLink,
  };
}
