import { roleLabel } from "../views/graph/nodeText.ts";
import { stateLabel } from "../views/states.ts";
import { type Action, actionList, actions, canRun } from "./actions.ts";
import { isOwn } from "./examples.ts";
import { formatAgo, formatStart } from "./format.ts";
import type { IconName } from "./icons.ts";
import { cellTitle } from "./notebook/cellTitle.ts";
import { placedNames } from "../pictures/placedNames.ts";
import { roleOf } from "../pictures/flowModel.ts";
import type { Workbench } from "./workbench.svelte.ts";
import * as text from "./words/palette.ts";

/** A line of the palette. */
export interface PaletteEntry {
  icon: IconName;
  title: string;
  /** What kind of thing it is, or more about it. */
  note: string;
  keys: string | undefined;
  /** By what else it is found. */
  words?: string | undefined;
  run: () => unknown;
}

const onDatabase: readonly Action[] = [
  actions.downloadDatabase,
  actions.downloadWithHistory,
  actions.replaceDatabase,
];

/** So many columns and runs are among them at most. */
const mostColumns = 5_000;
const mostRuns = 200;

/** Everything that can be found: actions that make sense now; of the open notebook cells, tasks, tables with their columns, flows and runs; other notebooks. */
export function paletteEntries(bench: Workbench): PaletteEntry[] {
  const { session } = bench;
  const ofActions = actionList
    .filter((action) => action.isInPalette !== false && canRun(action, bench))
    .map((action): PaletteEntry => ({
      icon: "right",
      title: action.title,
      note: action.group,
      keys: action.keys[0],
      words: onDatabase.includes(action) ? text.databaseWords : undefined,
      run: () => action.run(bench),
    }));
  const notebooks = (session.library ?? [])
    .filter((entry) => isOwn(entry) && entry.id !== session.id)
    .map((entry): PaletteEntry => ({
      icon: "notebook",
      title: entry.title,
      note: text.notebookNote(formatAgo(entry.updatedAt, Date.now())),
      keys: undefined,
      run: () => session.openNotebook(entry.id),
    }));
  if (session.screen === "home") return [...ofActions, ...notebooks];
  const cells = (session.notebook?.cells ?? []).map((cell): PaletteEntry => ({
    icon: "notebook",
    title: cellTitle(cell),
    note:
      cell.kind === "md" ? text.text : text.cellNote(cell.kind.toUpperCase()),
    keys: undefined,
    run: () => bench.focusCell(cell.id),
  }));
  const graph = bench.flow?.graph;
  const tasks = (graph?.nodes ?? []).map((node): PaletteEntry => ({
    icon: "graph",
    title: (graph && placedNames(graph).get(node.id)) ?? node.name,
    note:
      node.kind === "task"
        ? text.nodeNote(capitalize(roleLabel(roleOf(node)) || "task"))
        : text.parameter,
    keys: undefined,
    run() {
      bench.showTab("graph");
      bench.selectNode(node.id);
      bench.soughtNode = node.id;
    },
  }));
  const showTable = (name: string) => {
    bench.table = name;
    bench.showTab("tables");
  };
  const tables = session.tables.map((table): PaletteEntry => ({
    icon: "table",
    title: table.name,
    note: table.view === undefined ? text.table : text.view,
    keys: undefined,
    run: () => showTable(table.name),
  }));
  const columns = session.tables
    .flatMap((table) => table.columns.map(({ name }) => ({ table, name })))
    .slice(0, mostColumns)
    .map(({ table, name }): PaletteEntry => ({
      icon: "table",
      title: name,
      note: text.columnNote(table.name),
      keys: undefined,
      run: () => showTable(table.name),
    }));
  const flows =
    session.flows.length < 2
      ? []
      : session.flows.map(({ name }): PaletteEntry => ({
          icon: "graph",
          title: name,
          note: text.flow,
          keys: undefined,
          run() {
            session.selectFlow(name);
            bench.showTab("graph");
          },
        }));
  const runs = session.desk.runs
    .slice(0, mostRuns)
    .map((run): PaletteEntry => ({
      icon: "runs",
      title: text.runTitle({ flow: run.flow, state: stateLabel(run.state) }),
      note: text.runNote(formatStart(run.startedAt)),
      keys: undefined,
      run: () =>
        bench.try(async () => {
          await session.desk.showRun(run.run);
          bench.showTab("runs");
        }),
    }));
  return [
    ...ofActions,
    ...cells,
    ...tasks,
    ...flows,
    ...tables,
    ...columns,
    ...runs,
    ...notebooks,
  ];
}

/** The entries in which all words appear; those whose title begins with what was typed come first. */
export function filterEntries(
  entries: readonly PaletteEntry[],
  typed: string,
): readonly PaletteEntry[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return entries;
  const found = entries.filter(({ title, note, words: others = "" }) => {
    const text = `${title} ${note} ${others}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const rank = ({ title }: PaletteEntry): number => {
    const text = title.toLowerCase();
    const first = words[0] ?? "";
    if (text.startsWith(first)) return 0;
    return text.includes(` ${first}`) ? 1 : 2;
  };
  return found.sort((a, b) => rank(a) - rank(b));
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
