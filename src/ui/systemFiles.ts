import { toErrorData } from "../core/errors.ts";
import type { Session } from "./session.svelte.ts";
import { callOf } from "./takeFiles.ts";

/** Opens files that the system gave the app: notebooks as such, and data in a new notebook that reads it. */
export async function openSystemFiles(
  session: Session,
  files: readonly File[],
): Promise<void> {
  try {
    const data = files.filter(({ name }) => !isNotebook(name));
    for (const file of files.filter(({ name }) => isNotebook(name)))
      await session.openForeign(await file.text());
    const [first] = data;
    if (!first) return;
    await session.openMarkdown(notebookOf(first.name));
    for (const file of data) await session.attach(file.name, file);
  } catch (thrown) {
    session.notify("error", toErrorData(thrown).message);
  }
}

function isNotebook(name: string): boolean {
  return /\.(?:md|markdown)$/i.test(name);
}

/** A notebook with a cell that shows a file. */
function notebookOf(name: string): string {
  const call = callOf(name).replace(
    '"SELECT ..."',
    '"SELECT name, sql FROM sqlite_master"',
  );
  const title = JSON.stringify(name);
  return `---\nflowbook: 1\ntitle: ${title}\n---\n\n\`\`\`ts file\nawait ${call}\n\`\`\`\n`;
}
