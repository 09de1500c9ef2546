/** Reading, writing and changing the text of notebooks. */
export interface DocumentTools {
  parseNotebook: typeof import("../notebook/parse.ts").parseNotebook;
  printNotebook: typeof import("../notebook/print.ts").printNotebook;
  edits: typeof import("../notebook/edits.ts");
  keepHistory: typeof import("../notebook/keptHistory.ts").keepHistory;
  restoreHistory: typeof import("../notebook/keptHistory.ts").restoreHistory;
}

/** Fetched when the first notebook is opened: with what reads front matter, it is a large part of the page's script. */
export async function loadDocumentTools(): Promise<DocumentTools> {
  const [{ parseNotebook }, { printNotebook }, edits, kept] = await Promise.all(
    [
      import("../notebook/parse.ts"),
      import("../notebook/print.ts"),
      import("../notebook/edits.ts"),
      import("../notebook/keptHistory.ts"),
    ],
  );
  const { keepHistory, restoreHistory } = kept;
  return { parseNotebook, printNotebook, edits, keepHistory, restoreHistory };
}
