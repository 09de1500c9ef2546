import { withoutDirectionMarks } from "../../core/words.ts";
import { openText } from "../preview/openForeign.ts";
import type { Session } from "../session.svelte.ts";

/** Opens a file in a preview, whatever kind of notebook it is, and says what could not be taken. */
export async function openFile(session: Session, file: File): Promise<void> {
  const { readNotebookFile } =
    await import("../../notebook/convert/readFile.ts");
  const name = withoutDirectionMarks(file.name);
  const { text, messages } = await readNotebookFile(name, await file.text());
  await openText(session, text, { type: "file", name });
  if (messages.length > 0)
    session.notify("info", `${name}: ${messages.join(" ")}`);
}

/** Whether a file is a notebook rather than something that a notebook reads, which pages and texts may be. */
export async function isNotebook(file: File): Promise<boolean> {
  const { notebookFileKind } =
    await import("../../notebook/convert/readFile.ts");
  switch (notebookFileKind(file.name)) {
    case "ipynb":
    case "typescript":
      return true;
    case "markdown":
      return !file.name.toLowerCase().endsWith(".txt");
    case "html": {
      const { holdsNotebook } =
        await import("../../notebook/convert/html/read.ts");
      return holdsNotebook(await file.text());
    }
    case undefined:
      return false;
  }
}
