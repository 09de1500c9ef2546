import { roleLabel } from "../views/graph/nodeText.ts";
import { actionList, canRun } from "./actions.ts";
import { isOwn } from "./examples.ts";
import type { IconName } from "./icons.ts";
import { cellTitle } from "./notebook/cellTitle.ts";
import { placedNames } from "../pictures/placedNames.ts";
import { roleOf } from "../pictures/flowModel.ts";
import type { Workbench } from "./workbench.svelte.ts";
import * as text from "./words/palette.ts";

/** A line of the palette. */
export interface PaletteEntry {
  id: string;
  icon: IconName;
  title: string;
  /** What kind of thing it is, or more about it. */
  note: string;
  keys: string | undefined;
  run: () => unknown;
}

/** Everything that can be found: actions that make sense now, cells, tasks, tables, flows. */
export function paletteEntries(bench: Workbench): PaletteEntry[] {
  const { session } = bench;
  const actions = actionList
    .filter((action) => action.isInPalette !== false && canRun(action, bench))
    .map((action): PaletteEntry => ({
      id: `action ${action.title}`,
      icon: "right",
      title: action.title,
      note: action.group,
      keys: action.keys[0],
      run: () => action.run(bench),
    }));
  if (session.screen === "home")
    return [
      ...actions,
      ...session.library.filter(isOwn).map((entry): PaletteEntry => ({
        id: `notebook ${entry.id}`,
        icon: "notebook",
        title: entry.title,
        note: text.notebook,
        keys: undefined,
        run: () => session.openNotebook(entry.id),
      })),
    ];
  const cells = (session.notebook?.cells ?? []).map((cell): PaletteEntry => ({
    id: `cell ${cell.id}`,
    icon: "notebook",
    title: cellTitle(cell),
    note:
      cell.kind === "md" ? text.text : text.cellNote(cell.kind.toUpperCase()),
    keys: undefined,
    run: () => bench.focusCell(cell.id),
  }));
  const graph = bench.flow?.graph;
  const tasks = (graph?.nodes ?? []).map((node): PaletteEntry => ({
    id: `node ${node.id}`,
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
  const tables = session.tables.map((table): PaletteEntry => ({
    id: `table ${table.name}`,
    icon: "table",
    title: table.name,
    note: text.table,
    keys: undefined,
    run() {
      bench.table = table.name;
      bench.showTab("tables");
    },
  }));
  return [...actions, ...cells, ...tasks, ...tables];
}

/** The entries in which all words appear; those whose title begins with what was typed come first. */
export function filterEntries(
  entries: readonly PaletteEntry[],
  typed: string,
): readonly PaletteEntry[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return entries;
  const found = entries.filter(({ title, note }) => {
    const text = `${title} ${note}`.toLowerCase();
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
