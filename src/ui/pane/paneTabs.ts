import type { IconName } from "../icons.ts";
import type { PaneTab } from "../workbench.svelte.ts";
import * as words from "../words/shell.ts";

/** The views of the pane, in the order of their tabs. */
export const paneTabs: readonly {
  tab: PaneTab;
  label: string;
  icon: IconName;
}[] = [
  { tab: "graph", label: words.graph, icon: "graph" },
  { tab: "timeline", label: words.timeline, icon: "timeline" },
  { tab: "tables", label: words.tables, icon: "table" },
  { tab: "runs", label: words.runs, icon: "runs" },
  { tab: "logs", label: words.logs, icon: "logs" },
  { tab: "files", label: words.files, icon: "file" },
];
