export type HistoryStep = "undo" | "redo";

/** The step that a browser is about to make in a text, by its menu or by a key; undefined if it does something else. */
export function stepOfInput(inputType: string): HistoryStep | undefined {
  switch (inputType) {
    case "historyUndo":
      return "undo";
    case "historyRedo":
      return "redo";
    default:
      return undefined;
  }
}
