/** How far a link of this many characters gets. Chat programs and mail cut long links on the way. */
export interface LinkReach {
  level: "anywhere" | "most" | "few";
  /** What to expect of it, for people. */
  words: string;
}

export function linkReach(length: number): LinkReach {
  if (length <= 2_000)
    return { level: "anywhere", words: "Short enough for anywhere." };
  if (length <= 8_000)
    return {
      level: "most",
      words:
        "Works in most places. Some chat programs cut links of more than 2,000 characters.",
    };
  return {
    level: "few",
    words:
      "Too long for most chat programs and mail, which would cut it. Send the file instead.",
  };
}
