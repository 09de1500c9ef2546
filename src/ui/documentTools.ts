/** Reading, writing and changing the text of notebooks. */
export interface DocumentTools {
  parseNotebook: typeof import("../notebook/parse.ts").parseNotebook;
  printNotebook: typeof import("../notebook/print.ts").printNotebook;
  edits: typeof import("../notebook/edits.ts");
}

/** Fetched when the first notebook is opened: with what reads front matter, it is a large part of the page's script. */
export async function loadDocumentTools(): Promise<DocumentTools> {
  const [{ parseNotebook }, { printNotebook }, edits] = await Promise.all([
    import("../notebook/parse.ts"),
    import("../notebook/print.ts"),
    import("../notebook/edits.ts"),
  ]);
  return { parseNotebook, printNotebook, edits };
}
