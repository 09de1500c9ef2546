/** Keys that a plain field knows nothing of: whoever presses one before the editor is there means the editor. */
export const keysOfEditor: ReadonlySet<string> = new Set([
  "F2",
  "F12",
  "Ctrl+Space",
  "Ctrl+D",
  "Ctrl+/",
  "Alt+ArrowUp",
  "Alt+ArrowDown",
  "Alt+Shift+ArrowUp",
  "Alt+Shift+ArrowDown",
]);
