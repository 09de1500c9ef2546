import type { Cell } from "../../notebook/document.ts";
import type { Replacement } from "../../notebook/findChange.ts";
import type { Workbench } from "../workbench.svelte.ts";
import * as words from "../words/editor.ts";

/** Makes the text of a cell tidy, as one step. What cannot be read stays as it is, and that is said. */
export async function formatCell(bench: Workbench, cell: Cell): Promise<void> {
  const { session } = bench;
  let changes: readonly Replacement[];
  try {
    changes =
      cell.kind === "sql"
        ? await formatQuery(cell.source)
        : await (await bench.startTypes()).format(cell.id);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    session.notify(
      "error",
      words.formatFailed({
        cell: cell.name,
        reason: reason.split("\n", 1).join(),
      }),
    );
    return;
  }
  const isAsBefore = session.notebook?.cells.includes(cell) ?? false;
  if (!isAsBefore || changes.length === 0) return;
  const selection = bench.selectionIn(cell.id);
  const caret = selection ? { cell: cell.id, selection } : { cell: cell.id };
  await session.text.change(
    (notebook, edits) =>
      edits.changeTexts(
        notebook,
        changes.map((change) => ({ ...change, cell: cell.id })),
      ),
    { before: caret, after: caret },
  );
}

async function formatQuery(source: string): Promise<readonly Replacement[]> {
  const { formatSql } = await import("./formatSql.ts");
  const insert = formatSql(source);
  return insert === source ? [] : [{ from: 0, to: source.length, insert }];
}
