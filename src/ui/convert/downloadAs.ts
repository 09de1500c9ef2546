import declarations from "../../language/flowbook.d.ts?raw";
import type { Output } from "../../engine/protocol.ts";
import { quoteName } from "../../core/sqliteRules.ts";
import { download, fileNameOf } from "../download.ts";
import type { Session } from "../session.svelte.ts";
import { TableReads } from "../tables/tableReads.ts";

/** The kinds of files that a notebook can be taken away as, besides its own. */
export type DownloadFormat = "ipynb" | "html" | "ts";

/** Hands the open notebook to the reader as a file. `withOutputs` is for Jupyter; a page always shows them. */
export async function downloadAs(
  session: Session,
  format: DownloadFormat,
  withOutputs = false,
): Promise<void> {
  const { notebook } = session;
  if (!notebook) return;
  const text = await print(session, notebook, format, withOutputs);
  download(
    `${fileNameOf(notebook.title)}.${format}`,
    new Blob([text], { type: mediaTypes[format] }),
  );
}

/** Hands out the declarations beside which a `.ts` file type-checks. */
export function downloadDeclarations(): void {
  download("flowbook.d.ts", new Blob([declarations], { type: mediaTypes.ts }));
}

const mediaTypes = {
  ipynb: "application/x-ipynb+json",
  html: "text/html",
  ts: "text/plain",
} satisfies Record<DownloadFormat, string>;

async function print(
  session: Session,
  notebook: NonNullable<Session["notebook"]>,
  format: DownloadFormat,
  withOutputs: boolean,
): Promise<string> {
  switch (format) {
    case "ts": {
      const { printTypeScript } =
        await import("../../notebook/convert/typescript.ts");
      return printTypeScript(notebook);
    }
    case "ipynb": {
      const { printIpynb } =
        await import("../../notebook/convert/ipynb/print.ts");
      return printIpynb(notebook, withOutputs ? await outputsOf(session) : {});
    }
    case "html": {
      const [{ printHtml }, { flowPictures, stateStyle }] = await Promise.all([
        import("../../notebook/convert/html/print.ts"),
        import("./flowPictures.ts"),
      ]);
      const outputs = await outputsOf(session);
      const flows = flowPictures(session);
      return printHtml({
        notebook,
        outputs,
        flows,
        stateStyle,
        at: Date.now(),
      });
    }
  }
}

/** Rows that are read from a table of the database to be shown in a file. */
const mostRows = 500;

/** What the cells show now, by their names; tables of the database with their first rows. */
async function outputsOf(
  session: Session,
): Promise<Record<string, readonly Output[]>> {
  const { readRows } = await import("../tableRows.ts");
  const reads = new TableReads(
    () => void session.restartDatabase().catch(() => {}),
  );
  const outputs: Record<string, readonly Output[]> = Object.create(null);
  for (const { id, name } of session.notebook?.cells ?? []) {
    const shown = session.views.outputs[id]?.outputs ?? [];
    if (name === "" || shown.length === 0) continue;
    outputs[name] = await Promise.all(
      shown.map(async (output): Promise<Output> => {
        if (output.type !== "database-table") return output;
        try {
          const page = await readRows(
            session,
            output.table,
            0,
            mostRows,
            undefined,
          );
          // Of a view it is only known that others follow.
          const counted =
            page.total === mostRows + 1
              ? await reads
                  .read(true, () =>
                    session.rows(
                      `SELECT count(*) AS n FROM ${quoteName(output.table)}`,
                    ),
                  )
                  // It is at least so many then.
                  .catch(() => undefined)
              : undefined;
          return {
            type: "table",
            columns: page.columns,
            rows: page.rows,
            total: Number(counted?.rows[0]?.n ?? page.total),
            title: output.title ?? output.table,
          };
        } catch {
          // The table is gone; the file says which one it was.
          return output;
        }
      }),
    );
  }
  return outputs;
}
