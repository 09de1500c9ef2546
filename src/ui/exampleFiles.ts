import type { DatabaseService } from "../engine/services.ts";
import type { Session } from "./session.svelte.ts";

/** What brings the files of an example. */
interface Parts {
  database: Pick<DatabaseService, "fileHash" | "writeFile">;
  /** Fetches a file of the app's own `examples` folder. */
  fetchExample(path: string): Promise<Response>;
}

/** Brings the files that come with a notebook; `abandoned` settles when nobody waits for them any more. */
export async function fetchFiles(
  {
    id,
    notebook,
    comingFiles: names,
  }: Pick<Session, "id" | "notebook" | "comingFiles">,
  { database, fetchExample }: Parts,
  abandoned: Promise<undefined>,
): Promise<void> {
  const wanted = notebook!.attachments.filter(({ name }) =>
    names.includes(name),
  );
  const done = await Promise.allSettled(
    wanted.map(async ({ name, url }) => {
      // Offline, a large one may not be there; opening the example again brings it.
      const file = await Promise.race([
        abandoned,
        fetchExample(url).then((response) =>
          response.ok ? response.blob() : undefined,
        ),
      ]).catch(() => undefined);
      // The reader may have one of that name by now.
      const isWanted = file && (await database.fileHash(name)) === undefined;
      if (isWanted) await database.writeFile(name, file, id);
    }),
  );
  for (const one of done) if (one.status === "rejected") throw one.reason;
}
