import type { RowPages } from "../output/rowPages.svelte.ts";
import { viewStopped } from "../words/tables.ts";
import type { Workbench } from "../workbench.svelte.ts";
import { TableReads } from "./tableReads.ts";

/** Reads of rows that are on show: where a view is stopped, that is said in the place of its rows. `nameOf` gives the view's name. */
export function makeShownReads(
  bench: Workbench,
  pages: RowPages,
  nameOf: () => string,
): TableReads {
  return new TableReads(() => {
    // The database does nothing else until then.
    void bench.try(() => bench.session.restartDatabase());
    pages.stop({ name: "Error", message: viewStopped(nameOf()) });
  });
}
