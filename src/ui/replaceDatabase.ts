import { toErrorData } from "../core/errors.ts";
import type { Session } from "./session.svelte.ts";

/** What files of SQLite are called. */
export const databaseFiles =
  ".sqlite,.sqlite3,.db,.db3,application/vnd.sqlite3";

/** Puts a file in the place of the notebook's database; says why if it cannot. */
export async function replaceDatabase(
  session: Session,
  file: File,
): Promise<void> {
  await session
    .importDatabase(file)
    .catch((thrown: unknown) =>
      session.notices.refuse(toErrorData(thrown).message),
    );
}

/** Asks for the file. */
export function pickDatabase(session: Session): void {
  const field = document.createElement("input");
  field.type = "file";
  field.accept = databaseFiles;
  field.addEventListener("change", () => {
    const [file] = field.files ?? [];
    if (file) void replaceDatabase(session, file);
  });
  field.click();
}
