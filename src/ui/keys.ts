const isMac =
  typeof navigator !== "undefined" &&
  /Mac|iPhone|iPad/.test(navigator.userAgent);

/**
 * The key of an event as the registry writes it: `Ctrl+Enter`, `Shift+Z`, `A`, `?`. Ctrl means Command on a Mac.
 * Shift is left out where the character already says it.
 */
export function chordOf(event: {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}): string {
  const isCharacter = event.key.length === 1;
  const isLetter =
    isCharacter && event.key.toLowerCase() !== event.key.toUpperCase();
  const key =
    event.key === " "
      ? "Space"
      : isLetter
        ? event.key.toUpperCase()
        : event.key;
  const parts: string[] = [];
  if (isMac ? event.metaKey : event.ctrlKey) parts.push("Ctrl");
  if (isMac ? event.ctrlKey : event.metaKey) parts.push("Other");
  if (event.altKey) parts.push("Alt");
  if (event.shiftKey && (!isCharacter || isLetter)) parts.push("Shift");
  parts.push(key);
  return parts.join("+");
}

const shown: Readonly<Record<string, string>> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: "Esc",
};

/** The keys of a chord or a sequence as caps to show: `D D` gives two chords of one cap each. */
export function keyCaps(keys: string): string[][] {
  return keys.split(" ").map((chord) =>
    chord.split("+").map((part) => {
      if (part === "Ctrl" && isMac) return "⌘";
      if (part === "Alt" && isMac) return "⌥";
      return shown[part] ?? part;
    }),
  );
}
