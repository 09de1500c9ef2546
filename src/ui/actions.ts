/**
 * Every action that has a key or a place in the palette. Keys, menus, palette and help sheet are made from this one list. It is
 * long because it is a list: what an action does stands elsewhere.
 */
import type { Cell } from "../notebook/document.ts";
import type { DownloadFormat } from "./convert/downloadAs.ts";
import { download, fileNameOf } from "./download.ts";
import type { IconName } from "./icons.ts";
import type { PaneTab, Workbench } from "./workbench.svelte.ts";

export const actionGroups = ["Run", "Cell", "Notebook", "View"] as const;

/**
 * Where an action's keys count: `anywhere`; `cell`, also while its text is edited; `command`, while a cell is selected but
 * not edited, so that plain letters are free.
 */
export type KeyScope = "anywhere" | "cell" | "command";

export interface Action {
  title: string;
  group: (typeof actionGroups)[number];
  /** Chords such as `Ctrl+Enter`, and sequences such as `D D`. */
  keys: readonly string[];
  scope: KeyScope;
  icon?: IconName;
  /** False for what only makes sense as a key. */
  isInPalette?: boolean;
  /** Whether there is something to do now. Missing: always, in a notebook. */
  canRun?(bench: Workbench): boolean;
  run(bench: Workbench): unknown;
}

const hasCell = (bench: Workbench): boolean => bench.cell !== undefined;
const canChangeCell = (bench: Workbench): boolean =>
  bench.canChange && hasCell(bench);
const isCode = (bench: Workbench): boolean =>
  canChangeCell(bench) && bench.cell?.kind !== "md";
const always = (): boolean => true;

/** Does something to the selected cell. */
const onCell =
  (
    action: (
      actions: typeof import("./notebook/cellActions.ts"),
      bench: Workbench,
      cell: Cell,
    ) => unknown,
  ) =>
  (bench: Workbench): unknown => {
    const { cell } = bench;
    return cell && bench.act((it) => action(it, bench, cell));
  };

export const actions = {
  runFlow: {
    title: "Run the flow",
    group: "Run",
    keys: ["Ctrl+Enter"],
    scope: "anywhere",
    canRun: (bench) => bench.flow !== undefined && !bench.session.desk.running,
    run: (bench) => bench.startRun(),
  },
  runOffline: {
    title: "Run without network",
    group: "Run",
    keys: [],
    scope: "anywhere",
    canRun: (bench) => bench.runProblem === undefined,
    run: (bench) => bench.runOffline(),
  },
  resumeRun: {
    title: "Resume the last run",
    group: "Run",
    keys: [],
    scope: "anywhere",
    canRun: (bench) => bench.canResume,
    run: (bench) => bench.resumeRun(),
  },
  cancelRun: {
    title: "Cancel the run",
    group: "Run",
    keys: ["I I"],
    scope: "command",
    canRun: (bench) => bench.session.desk.running || bench.isResting,
    run: (bench) => bench.cancelRun(),
  },
  runCell: {
    title: "Run the cell",
    group: "Run",
    keys: ["Ctrl+Enter"],
    scope: "cell",
    canRun: hasCell,
    run(bench) {
      if (bench.cell?.kind === "md") return bench.focusCell(bench.cell.id);
      return bench.cell && bench.runCell(bench.cell.id);
    },
  },
  runCellAndGoOn: {
    title: "Run the cell and go on",
    group: "Run",
    keys: ["Shift+Enter"],
    scope: "cell",
    canRun: hasCell,
    async run(bench) {
      const { cell } = bench;
      if (!cell) return;
      const next = bench.neighbour(1);
      if (cell.kind !== "md") void bench.runCell(cell.id);
      if (next) await bench.focusCell(next.id);
      else await bench.act((it) => it.insert(bench, "ts", cell.id));
    },
  },

  editCell: {
    title: "Edit the cell",
    group: "Cell",
    keys: ["Enter"],
    scope: "command",
    isInPalette: false,
    canRun: hasCell,
    run: (bench) => bench.cell && bench.editCell(bench.cell.id),
  },
  leaveCell: {
    title: "Stop editing the cell",
    group: "Cell",
    keys: ["Escape"],
    scope: "cell",
    isInPalette: false,
    canRun: hasCell,
    run: (bench) => bench.cell && bench.focusCell(bench.cell.id),
  },
  selectPrevious: {
    title: "Select the cell above",
    group: "Cell",
    keys: ["ArrowUp", "K"],
    scope: "command",
    isInPalette: false,
    canRun: (bench) => bench.neighbour(-1) !== undefined,
    run: (bench) => goTo(bench, -1),
  },
  selectNext: {
    title: "Select the cell below",
    group: "Cell",
    keys: ["ArrowDown", "J"],
    scope: "command",
    isInPalette: false,
    canRun: (bench) => bench.neighbour(1) !== undefined,
    run: (bench) => goTo(bench, 1),
  },
  insertAbove: {
    title: "Insert a cell above",
    group: "Cell",
    keys: ["A"],
    scope: "command",
    canRun: (bench) => bench.canChange,
    run: (bench) => bench.act((it) => it.insertAbove(bench)),
  },
  insertBelow: {
    title: "Insert a cell below",
    group: "Cell",
    keys: ["B"],
    scope: "command",
    canRun: (bench) => bench.canChange,
    run: (bench) => bench.act((it) => it.insertBelow(bench)),
  },
  insertSql: {
    title: "Insert a SQL cell below",
    group: "Cell",
    keys: [],
    scope: "command",
    canRun: (bench) => bench.canChange,
    run: (bench) => bench.act((it) => it.insertBelow(bench, "sql")),
  },
  insertText: {
    title: "Insert a text cell below",
    group: "Cell",
    keys: [],
    scope: "command",
    canRun: (bench) => bench.canChange,
    run: (bench) => bench.act((it) => it.insertBelow(bench, "md")),
  },
  deleteCell: {
    icon: "trash",
    title: "Delete the cell",
    group: "Cell",
    keys: ["D D"],
    scope: "command",
    canRun: canChangeCell,
    run: onCell((it, bench, { id }) => it.remove(bench, id)),
  },
  cutCell: {
    title: "Cut the cell",
    group: "Cell",
    keys: ["X"],
    scope: "command",
    canRun: canChangeCell,
    run: onCell((it, bench, cell) => it.cut(bench, cell)),
  },
  copyCell: {
    icon: "copy",
    title: "Copy the cell as text",
    group: "Cell",
    keys: ["C"],
    scope: "command",
    canRun: canChangeCell,
    run: onCell((it, bench, cell) => it.copy(bench, cell)),
  },
  pasteCell: {
    title: "Paste cells below",
    group: "Cell",
    keys: ["V"],
    scope: "command",
    canRun: (bench) => bench.canChange,
    run: (bench) => bench.act((it) => it.paste(bench)),
  },
  splitCell: {
    title: "Split the cell at the cursor",
    group: "Cell",
    keys: ["Ctrl+Shift+-", "Ctrl+_"],
    scope: "cell",
    canRun: canChangeCell,
    run: onCell((it, bench, { id }) => it.split(bench, id)),
  },
  mergeCell: {
    title: "Join the cell with the one below",
    group: "Cell",
    keys: ["Shift+M"],
    scope: "command",
    canRun: (bench) => canChangeCell(bench) && bench.neighbour(1) !== undefined,
    run: onCell((it, bench, { id }) => it.merge(bench, id)),
  },
  foldCell: {
    title: "Fold the cell or its section, or unfold it",
    group: "Cell",
    keys: ["O"],
    scope: "command",
    canRun: hasCell,
    run: (bench) => bench.cell && bench.folds.toggle(bench.cell),
  },
  formatCell: {
    title: "Format the code",
    group: "Cell",
    keys: ["Alt+Shift+F"],
    scope: "cell",
    canRun: isCode,
    run: onCell(async (_, bench, cell) => {
      const { formatCell } = await import("./editor/formatCell.ts");
      await formatCell(bench, cell);
    }),
  },
  find: {
    title: "Find and replace in all cells",
    group: "Notebook",
    keys: ["Ctrl+Shift+F"],
    scope: "anywhere",
    run: (bench) => (bench.isSearching = true),
  },
  findHere: {
    title: "Find in the notebook",
    group: "Notebook",
    keys: ["Ctrl+F"],
    scope: "cell",
    isInPalette: false,
    run: (bench) => (bench.isSearching = true),
  },
  moveUp: {
    icon: "up",
    title: "Move the cell up",
    group: "Cell",
    keys: ["Alt+ArrowUp"],
    scope: "command",
    canRun: (bench) =>
      canChangeCell(bench) && bench.neighbour(-1) !== undefined,
    run: onCell((it, bench, { id }) => it.move(bench, id, -1)),
  },
  moveDown: {
    icon: "down",
    title: "Move the cell down",
    group: "Cell",
    keys: ["Alt+ArrowDown"],
    scope: "command",
    canRun: (bench) => canChangeCell(bench) && bench.neighbour(1) !== undefined,
    run: onCell((it, bench, { id }) => it.move(bench, id, 1)),
  },
  makeText: {
    title: "Make the cell text",
    group: "Cell",
    keys: ["M"],
    scope: "command",
    canRun: canChangeCell,
    run: onCell((it, bench, { id }) => it.setKind(bench, id, "md")),
  },
  makeCode: {
    title: "Make the cell TypeScript",
    group: "Cell",
    keys: ["Y"],
    scope: "command",
    canRun: canChangeCell,
    run: onCell((it, bench, { id }) => it.setKind(bench, id, "ts")),
  },
  makeScript: {
    title: "Make the cell JavaScript",
    group: "Cell",
    keys: [],
    scope: "command",
    canRun: canChangeCell,
    run: onCell((it, bench, { id }) => it.setKind(bench, id, "js")),
  },
  makeSql: {
    title: "Make the cell SQL",
    group: "Cell",
    keys: [],
    scope: "command",
    canRun: canChangeCell,
    run: onCell((it, bench, { id }) => it.setKind(bench, id, "sql")),
  },
  renameCell: {
    title: "Rename the cell",
    group: "Cell",
    keys: ["F2"],
    scope: "cell",
    canRun: (bench) => canChangeCell(bench) && bench.cell?.kind !== "md",
    run: (bench) => bench.cell && bench.renameCell(bench.cell.id),
  },

  undo: {
    title: "Undo",
    group: "Notebook",
    keys: ["Z", "Ctrl+Z"],
    scope: "command",
    canRun: (bench) => bench.session.canUndo,
    run: (bench) => bench.goInHistory("undo"),
  },
  redo: {
    title: "Redo",
    group: "Notebook",
    keys: ["Shift+Z", "Ctrl+Shift+Z", "Ctrl+Y"],
    scope: "command",
    canRun: (bench) => bench.session.canRedo,
    run: (bench) => bench.goInHistory("redo"),
  },
  share: {
    title: "Share",
    group: "Notebook",
    keys: [],
    scope: "anywhere",
    run: (bench) => (bench.sheet = "share"),
  },
  showVersions: {
    title: "Version history",
    group: "Notebook",
    keys: [],
    scope: "anywhere",
    run: (bench) => bench.showVersions(),
  },
  downloadNotebook: {
    title: "Download the notebook (.flow.md)",
    group: "Notebook",
    keys: ["Ctrl+S"],
    scope: "anywhere",
    run({ session }) {
      const text = new Blob([session.markdown()], { type: "text/markdown" });
      download(`${fileNameOf(session.notebook?.title ?? "")}.flow.md`, text);
    },
  },
  downloadIpynb: downloadAs("ipynb", "Download for Jupyter (.ipynb)"),
  downloadHtml: downloadAs("html", "Download as a page to read (.html)"),
  downloadTypeScript: downloadAs("ts", "Download as TypeScript (.ts)"),
  downloadDatabase: {
    title: "Download the database (.sqlite)",
    group: "Notebook",
    keys: [],
    scope: "anywhere",
    async run({ session }) {
      const file = await session.exportDatabase();
      download(`${fileNameOf(session.notebook?.title ?? "")}.sqlite`, file);
    },
  },
  permissions: {
    title: "Hosts that it may contact",
    group: "Notebook",
    keys: [],
    scope: "anywhere",
    run: (bench) => (bench.sheet = "permissions"),
  },
  keep: {
    title: "Keep a copy of this notebook",
    group: "Notebook",
    keys: [],
    scope: "anywhere",
    canRun: (bench) => bench.session.preview !== undefined && bench.canChange,
    run: (bench) => bench.try(() => bench.session.keep()),
  },
  read: {
    title: "Show it for reading, without code",
    group: "View",
    keys: [],
    scope: "anywhere",
    run: (bench) => bench.session.setReading(true),
  },
  downloadWithHistory: {
    title: "Download the database with its runs (.sqlite)",
    group: "Notebook",
    keys: [],
    scope: "anywhere",
    async run({ session }) {
      const file = await session.exportDatabase({ history: true });
      download(`${fileNameOf(session.notebook?.title ?? "")}.sqlite`, file);
    },
  },
  goHome: {
    title: "All notebooks",
    group: "Notebook",
    keys: [],
    scope: "anywhere",
    run: (bench) => bench.session.goHome(),
  },
  newNotebook: {
    title: "New notebook",
    group: "Notebook",
    keys: [],
    scope: "anywhere",
    run: (bench) => bench.session.newNotebook(),
  },

  palette: {
    title: "Find an action, a cell or a table",
    group: "View",
    keys: ["Ctrl+K"],
    scope: "anywhere",
    isInPalette: false,
    run: (bench) => (bench.sheet = "palette"),
  },
  help: {
    title: "Keyboard help",
    group: "View",
    keys: ["?"],
    scope: "command",
    canRun: always,
    run: (bench) => (bench.sheet = "help"),
  },
  answer: {
    title: "Go to the task that waits for you",
    group: "View",
    keys: [],
    scope: "anywhere",
    canRun: (bench) => bench.waiting.length > 0,
    run: (bench) => bench.waiting[0] && bench.showWaiting(bench.waiting[0]),
  },
  showGraph: showPane("graph", "Show the graph"),
  showTimeline: showPane("timeline", "Show the timeline"),
  showTables: showPane("tables", "Show the tables"),
  showRuns: showPane("runs", "Show the runs"),
  showLogs: showPane("logs", "Show the logs"),
  showFiles: showPane("files", "Show the files"),
  switchTheme: {
    title: "Switch the theme: system, light, dark",
    group: "View",
    keys: [],
    scope: "anywhere",
    canRun: always,
    run: (bench) => bench.theme.next(),
  },
} satisfies Record<string, Action>;

export type ActionName = keyof typeof actions;

/** The same list with one type for all. */
export const actionList: readonly Action[] = Object.values(actions);

export function canRun(action: Action, bench: Workbench): boolean {
  return action.canRun
    ? action.canRun(bench)
    : bench.session.screen === "notebook";
}

function downloadAs(format: DownloadFormat, title: string): Action {
  return {
    title,
    group: "Notebook",
    keys: [],
    scope: "anywhere",
    async run(bench) {
      const { downloadAs } = await import("./convert/downloadAs.ts");
      await bench.try(() => downloadAs(bench.session, format));
    },
  };
}

function showPane(tab: PaneTab, title: string): Action {
  return {
    title,
    group: "View",
    keys: [],
    scope: "anywhere",
    run: (bench) => bench.showTab(tab),
  };
}

async function goTo(bench: Workbench, by: 1 | -1): Promise<void> {
  const cell = bench.neighbour(by);
  if (cell) await bench.focusCell(cell.id);
}
