import { withoutDirectionMarks } from "../core/words.ts";
import { toErrorData } from "../core/errors.ts";
import { isNotebook, openFile } from "./convert/openFile.ts";
import { addFiles } from "./files/addFiles.ts";
import type { Session } from "./session.svelte.ts";
import { callOf } from "./takeFiles.ts";
import { notShared } from "./words/takeFiles.ts";

/** Opens files that the system gave the app: a notebook in a preview, or data in a new notebook that reads it. So many more were too many or too large. */
export async function openSystemFiles(
  session: Session,
  files: readonly File[],
  leftOut = 0,
): Promise<void> {
  if (leftOut > 0) session.notify("error", notShared(leftOut));
  try {
    for (const file of files)
      if (await isNotebook(file)) return await openFile(session, file);
    const [first] = files;
    if (!first) return;
    await session.openMarkdown(notebookOf(withoutDirectionMarks(first.name)));
    await session.adds(
      files.map((file) => [file, file.name]),
      addFiles(session, files, {
        notebook: session.id,
        nameOf: ({ name }) => name,
      }),
    );
  } catch (thrown) {
    session.notify("error", toErrorData(thrown).message);
  }
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
