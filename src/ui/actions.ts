/**
 * Every action that has a key or a place in the palette. Keys, menus, palette and help sheet are made from this one list. It is
 * long because it is a list: what an action does stands elsewhere.
 */
import type { Cell } from "../notebook/document.ts";
import type { DownloadFormat } from "./convert/downloadAs.ts";
import { download, fileNameOf } from "./download.ts";
import type { IconName } from "./icons.ts";
import type { PaneTab, Workbench } from "./workbench.svelte.ts";
import * as words from "./words/actions.ts";

export const actionGroups = [
  words.groups.run,
  words.groups.cell,
  words.groups.notebook,
  words.groups.view,
] as const;

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
    title: words.runFlow,
    group: words.groups.run,
    keys: ["Ctrl+Enter"],
    scope: "anywhere",
    canRun: (bench) => bench.flow !== undefined && !bench.session.desk.running,
    run: (bench) => bench.startRun(),
  },
  runOffline: {
    title: words.runOffline,
    group: words.groups.run,
    keys: [],
    scope: "anywhere",
    canRun: (bench) => bench.runProblem === undefined,
    run: (bench) => bench.runOffline(),
  },
  resumeRun: {
    title: words.resumeRun,
    group: words.groups.run,
    keys: [],
    scope: "anywhere",
    canRun: (bench) => bench.canResume,
    run: (bench) => bench.resumeRun(),
  },
  cancelRun: {
    title: words.cancelRun,
    group: words.groups.run,
    keys: ["I I"],
    scope: "command",
    canRun: (bench) => bench.canCancel,
    run: (bench) => bench.cancelRun(),
  },
  runCell: {
    title: words.runCell,
    group: words.groups.run,
    keys: ["Ctrl+Enter"],
    scope: "cell",
    canRun: hasCell,
    run(bench) {
      if (bench.cell?.kind === "md") return bench.focusCell(bench.cell.id);
      return bench.cell && bench.runCell(bench.cell.id);
    },
  },
  runCellAndGoOn: {
    title: words.runCellAndAdvance,
    group: words.groups.run,
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
    title: words.editCell,
    group: words.groups.cell,
    keys: ["Enter"],
    scope: "command",
    isInPalette: false,
    canRun: hasCell,
    run: (bench) => bench.cell && bench.editCell(bench.cell.id),
  },
  leaveCell: {
    title: words.stopEditing,
    group: words.groups.cell,
    keys: ["Escape"],
    scope: "cell",
    isInPalette: false,
    canRun: hasCell,
    run: (bench) => bench.cell && bench.focusCell(bench.cell.id),
  },
  selectPrevious: {
    title: words.selectPrevious,
    group: words.groups.cell,
    keys: ["ArrowUp", "K"],
    scope: "command",
    isInPalette: false,
    canRun: (bench) => bench.neighbour(-1) !== undefined,
    run: (bench) => goTo(bench, -1),
  },
  selectNext: {
    title: words.selectNext,
    group: words.groups.cell,
    keys: ["ArrowDown", "J"],
    scope: "command",
    isInPalette: false,
    canRun: (bench) => bench.neighbour(1) !== undefined,
    run: (bench) => goTo(bench, 1),
  },
  insertAbove: {
    title: words.insertAbove,
    group: words.groups.cell,
    keys: ["A"],
    scope: "command",
    canRun: (bench) => bench.canChange,
    run: (bench) => bench.act((it) => it.insertAbove(bench)),
  },
  insertBelow: {
    title: words.insertBelow,
    group: words.groups.cell,
    keys: ["B"],
    scope: "command",
    canRun: (bench) => bench.canChange,
    run: (bench) => bench.act((it) => it.insertBelow(bench)),
  },
  insertSql: {
    title: words.insertSqlCell,
    group: words.groups.cell,
    keys: [],
    scope: "command",
    canRun: (bench) => bench.canChange,
    run: (bench) => bench.act((it) => it.insertBelow(bench, "sql")),
  },
  insertText: {
    title: words.insertTextCell,
    group: words.groups.cell,
    keys: [],
    scope: "command",
    canRun: (bench) => bench.canChange,
    run: (bench) => bench.act((it) => it.insertBelow(bench, "md")),
  },
  deleteCell: {
    icon: "trash",
    title: words.deleteCell,
    group: words.groups.cell,
    keys: ["D D"],
    scope: "command",
    canRun: canChangeCell,
    run: onCell((it, bench, { id }) => it.remove(bench, id)),
  },
  cutCell: {
    title: words.cutCell,
    group: words.groups.cell,
    keys: ["X"],
    scope: "command",
    canRun: canChangeCell,
    run: onCell((it, bench, cell) => it.cut(bench, cell)),
  },
  copyCell: {
    icon: "copy",
    title: words.copyCell,
    group: words.groups.cell,
    keys: ["C"],
    scope: "command",
    canRun: canChangeCell,
    run: onCell((it, bench, cell) => it.copy(bench, cell)),
  },
  pasteCell: {
    title: words.pasteCell,
    group: words.groups.cell,
    keys: ["V"],
    scope: "command",
    canRun: (bench) => bench.canChange,
    run: (bench) => bench.act((it) => it.paste(bench)),
  },
  splitCell: {
    title: words.splitCell,
    group: words.groups.cell,
    keys: ["Ctrl+Shift+-", "Ctrl+_"],
    scope: "cell",
    canRun: canChangeCell,
    run: onCell((it, bench, { id }) => it.split(bench, id)),
  },
  mergeCell: {
    title: words.mergeCell,
    group: words.groups.cell,
    keys: ["Shift+M"],
    scope: "command",
    canRun: (bench) => canChangeCell(bench) && bench.neighbour(1) !== undefined,
    run: onCell((it, bench, { id }) => it.merge(bench, id)),
  },
  foldCell: {
    title: words.foldCell,
    group: words.groups.cell,
    keys: ["O"],
    scope: "command",
    canRun: hasCell,
    run: (bench) => bench.cell && bench.folds.toggle(bench.cell),
  },
  runAuto: {
    title: words.runAuto,
    group: words.groups.cell,
    keys: [],
    scope: "cell",
    canRun: (bench) => isCode(bench) && bench.cell?.kind !== "sql",
    run: onCell((it, bench, cell) => it.toggleAuto(bench, cell)),
  },
  formatCell: {
    title: words.formatCode,
    group: words.groups.cell,
    keys: ["Alt+Shift+F"],
    scope: "cell",
    canRun: isCode,
    run: onCell(async (_, bench, cell) => {
      const { formatCell } = await import("./editor/formatCell.ts");
      await formatCell(bench, cell);
    }),
  },
  takeSuggestion: {
    title: words.takeSuggestion,
    group: words.groups.cell,
    keys: ["Ctrl+."],
    scope: "cell",
    canRun: isCode,
    run: onCell(async (_, bench, cell) => {
      const { takeSuggestion } = await import("./editor/takeSuggestion.ts");
      await takeSuggestion(bench, cell);
    }),
  },
  find: {
    title: words.findAndReplace,
    group: words.groups.notebook,
    keys: ["Ctrl+Shift+F"],
    scope: "anywhere",
    run: (bench) => (bench.isSearching = true),
  },
  findHere: {
    title: words.findInNotebook,
    group: words.groups.notebook,
    keys: ["Ctrl+F"],
    scope: "cell",
    isInPalette: false,
    run: (bench) => (bench.isSearching = true),
  },
  moveUp: {
    icon: "up",
    title: words.moveCellUp,
    group: words.groups.cell,
    keys: ["Alt+ArrowUp"],
    scope: "command",
    canRun: (bench) =>
      canChangeCell(bench) && bench.neighbour(-1) !== undefined,
    run: onCell((it, bench, { id }) => it.move(bench, id, -1)),
  },
  moveDown: {
    icon: "down",
    title: words.moveCellDown,
    group: words.groups.cell,
    keys: ["Alt+ArrowDown"],
    scope: "command",
    canRun: (bench) => canChangeCell(bench) && bench.neighbour(1) !== undefined,
    run: onCell((it, bench, { id }) => it.move(bench, id, 1)),
  },
  makeText: {
    title: words.makeTextCell,
    group: words.groups.cell,
    keys: ["M"],
    scope: "command",
    canRun: canChangeCell,
    run: onCell((it, bench, { id }) => it.setKind(bench, id, "md")),
  },
  makeCode: {
    title: words.makeTypeScriptCell,
    group: words.groups.cell,
    keys: ["Y"],
    scope: "command",
    canRun: canChangeCell,
    run: onCell((it, bench, { id }) => it.setKind(bench, id, "ts")),
  },
  makeScript: {
    title: words.makeJavaScriptCell,
    group: words.groups.cell,
    keys: [],
    scope: "command",
    canRun: canChangeCell,
    run: onCell((it, bench, { id }) => it.setKind(bench, id, "js")),
  },
  makeSql: {
    title: words.makeSqlCell,
    group: words.groups.cell,
    keys: [],
    scope: "command",
    canRun: canChangeCell,
    run: onCell((it, bench, { id }) => it.setKind(bench, id, "sql")),
  },
  renameCell: {
    title: words.renameCell,
    group: words.groups.cell,
    keys: ["F2"],
    scope: "cell",
    canRun: (bench) => canChangeCell(bench) && bench.cell?.kind !== "md",
    run: (bench) => bench.cell && bench.renameCell(bench.cell.id),
  },

  undo: {
    title: words.undo,
    group: words.groups.notebook,
    keys: ["Z", "Ctrl+Z"],
    scope: "command",
    canRun: (bench) => bench.session.text.canUndo,
    run: (bench) => bench.goInHistory("undo"),
  },
  redo: {
    title: words.redo,
    group: words.groups.notebook,
    keys: ["Shift+Z", "Ctrl+Shift+Z", "Ctrl+Y"],
    scope: "command",
    canRun: (bench) => bench.session.text.canRedo,
    run: (bench) => bench.goInHistory("redo"),
  },
  share: {
    title: words.share,
    group: words.groups.notebook,
    keys: [],
    scope: "anywhere",
    run: (bench) => (bench.sheet = "share"),
  },
  showVersions: {
    title: words.showVersions,
    group: words.groups.notebook,
    keys: [],
    scope: "anywhere",
    run: (bench) => bench.showVersions(),
  },
  downloadNotebook: {
    title: words.downloadNotebook,
    group: words.groups.notebook,
    keys: ["Ctrl+S"],
    scope: "anywhere",
    run({ session }) {
      const text = new Blob([session.text.markdown()], {
        type: "text/markdown",
      });
      download(`${fileNameOf(session.notebook?.title ?? "")}.flow.md`, text);
    },
  },
  downloadIpynb: downloadAs("ipynb", words.downloadIpynb),
  downloadHtml: downloadAs("html", words.downloadHtml),
  downloadTypeScript: downloadAs("ts", words.downloadTypeScript),
  downloadDatabase: {
    title: words.downloadDatabase,
    group: words.groups.notebook,
    keys: [],
    scope: "anywhere",
    async run({ session }) {
      const file = await session.exportDatabase();
      download(`${fileNameOf(session.notebook?.title ?? "")}.sqlite`, file);
    },
  },
  permissions: {
    title: words.showPermissions,
    group: words.groups.notebook,
    keys: [],
    scope: "anywhere",
    run: (bench) => (bench.sheet = "permissions"),
  },
  keep: {
    title: words.keepCopy,
    group: words.groups.notebook,
    keys: [],
    scope: "anywhere",
    canRun: (bench) => bench.session.preview !== undefined && bench.canChange,
    run: (bench) => bench.try(() => bench.session.keep()),
  },
  read: {
    title: words.showForReading,
    group: words.groups.view,
    keys: [],
    scope: "anywhere",
    run: (bench) => bench.session.setReading(true),
  },
  downloadWithHistory: {
    title: words.downloadWithHistory,
    group: words.groups.notebook,
    keys: [],
    scope: "anywhere",
    async run({ session }) {
      const file = await session.exportDatabase({ history: true });
      download(`${fileNameOf(session.notebook?.title ?? "")}.sqlite`, file);
    },
  },
  replaceDatabase: {
    title: words.replaceDatabase,
    group: words.groups.notebook,
    keys: [],
    scope: "anywhere",
    canRun: (bench) => bench.canChange,
    run: (bench) =>
      bench.try(async () =>
        (await import("./replaceDatabase.ts")).pickDatabase(bench.session),
      ),
  },
  goHome: {
    title: words.goHome,
    group: words.groups.notebook,
    keys: [],
    scope: "anywhere",
    run: (bench) => bench.session.goHome(),
  },
  newNotebook: {
    title: words.newNotebook,
    group: words.groups.notebook,
    keys: [],
    scope: "anywhere",
    run: (bench) => bench.session.newNotebook(),
  },

  palette: {
    title: words.openPalette,
    group: words.groups.view,
    keys: ["Ctrl+K"],
    scope: "anywhere",
    isInPalette: false,
    canRun: always,
    run(bench) {
      bench.typedAhead = "";
      bench.sheet = "palette";
    },
  },
  help: {
    title: words.openHelp,
    group: words.groups.view,
    keys: ["?"],
    scope: "command",
    canRun: always,
    run: (bench) => (bench.sheet = "help"),
  },
  answer: {
    title: words.answerTask,
    group: words.groups.view,
    keys: [],
    scope: "anywhere",
    canRun: (bench) => bench.waiting.length > 0,
    run: (bench) => bench.waiting[0] && bench.showWaiting(bench.waiting[0]),
  },
  showGraph: showPane("graph", words.showGraph),
  showTimeline: showPane("timeline", words.showTimeline),
  showTables: showPane("tables", words.showTables),
  showRuns: showPane("runs", words.showRuns),
  showLogs: showPane("logs", words.showLogs),
  showFiles: showPane("files", words.showFiles),
  switchTheme: {
    title: words.switchTheme,
    group: words.groups.view,
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
    group: words.groups.notebook,
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
    group: words.groups.view,
    keys: [],
    scope: "anywhere",
    run: (bench) => bench.showTab(tab),
  };
}

async function goTo(bench: Workbench, by: 1 | -1): Promise<void> {
  const cell = bench.neighbour(by);
  if (cell) await bench.focusCell(cell.id);
}
