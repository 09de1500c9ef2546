/** How far a link of this many characters gets. Chat programs and mail cut long links on the way. */
export interface LinkReach {
  level: "anywhere" | "most" | "few";
  /** What to expect of it, for people. */
  words: string;
}

/** The most characters that get everywhere, and in most places. */
export const reaches = { anywhere: 2_000, most: 8_000 };
/** The most characters of a link that a phone still reads from a screen. */
export const scannable = 1_200;

export function linkReach(length: number): LinkReach {
  if (length <= reaches.anywhere)
    return {
      level: "anywhere",
      words: "Short enough for anywhere: chats, mail, a printed page.",
    };
  if (length <= reaches.most)
    return {
      level: "most",
      words:
        "Works in most places. Some chat programs cut links of more than 2,000 characters; whoever opens a cut link is told so.",
    };
  return {
    level: "few",
    words:
      "Too long for most chat programs and mail, which would cut it. Send the file, or put the file on the web and share its address.",
  };
}
