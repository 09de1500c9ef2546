import fc from "fast-check";
import { expect, test } from "vitest";
import type { Notebook } from "../../src/notebook/document.ts";
import {
  insertCell,
  moveCell,
  newNotebook,
  removeCell,
  setKind,
  setSource,
  setTitle,
} from "../../src/notebook/edits.ts";
import {
  recordChange,
  redo,
  startHistory,
  undo,
  type History,
} from "../../src/notebook/history.ts";
import { keepHistory, restoreHistory } from "../../src/notebook/keptHistory.ts";

function keepAndRestore(history: History): History | undefined {
  return restoreHistory(structuredClone(keepHistory(history)));
}

const change = fc.tuple(
  fc.constantFrom(
    "type",
    "insert",
    "remove",
    "move",
    "kind",
    "title",
    "undo",
    "redo",
  ),
  fc.nat(20),
  fc.string({ maxLength: 8 }),
);

function apply(
  history: History,
  [what, number, text]: [string, number, string],
  at: number,
): History {
  if (what === "undo") return undo(history);
  if (what === "redo") return redo(history);
  const { present } = history;
  const cell = present.cells[number % Math.max(1, present.cells.length)];
  const next = (): Notebook => {
    if (what === "title") return setTitle(present, text);
    if (what === "insert" || !cell)
      return insertCell(
        present,
        number % 2 ? "ts" : "md",
        cell?.id,
        `new${at}`,
      );
    if (what === "type")
      return setSource(present, cell.id, cell.source.slice(0, number) + text);
    if (what === "remove") return removeCell(present, cell.id);
    if (what === "move") return moveCell(present, cell.id, number % 5);
    return setKind(present, cell.id, "sql");
  };
  return recordChange(history, next(), {
    at,
    after: cell && { cell: cell.id, selection: { anchor: number, head: 0 } },
  });
}

test("what was kept can be undone and redone as before, whatever was done", () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
      let history = startHistory(newNotebook("start"));
      for (const [at, one] of changes.entries())
        history = apply(history, one, at * 5000);
      const { typing: _, ...lasting } = history;
      expect(keepAndRestore(history)).toEqual({
        ...lasting,
        typing: undefined,
      });
    }),
  );
});

test("typing costs what was typed, not the cell", () => {
  let notebook = insertCell(newNotebook("t"), "ts", undefined, "a");
  notebook = setSource(notebook, "a", "x".repeat(20_000));
  let history = startHistory(notebook);
  for (let step = 0; step < 100; step += 1)
    history = recordChange(
      history,
      setSource(history.present, "a", `${history.present.cells[0]?.source}y`),
      { at: step * 5000 },
    );
  expect(JSON.stringify(keepHistory(history)).length).toBeLessThan(60_000);
  expect(keepAndRestore(history)?.past).toHaveLength(100);
});

test("the oldest steps are left out when there is too much", () => {
  let history = startHistory(
    insertCell(newNotebook("t"), "ts", undefined, "a"),
  );
  for (let step = 0; step < 300; step += 1)
    history = recordChange(
      history,
      setSource(history.present, "a", String(step % 10).repeat(20_000)),
      { at: step * 5000 },
    );
  const restored = keepAndRestore(history);
  expect(restored?.present).toEqual(history.present);
  expect(restored?.past.length).toBeLessThan(60);
  expect(restored?.past).toEqual(
    history.past.slice(-(restored?.past.length ?? 0)),
  );
});

test.each([
  ["nothing", undefined],
  ["another version", { version: 2 }],
  [
    "what is damaged",
    { version: 1, cells: [], steps: [{ cells: [3], rest: {} }], present: 0 },
  ],
  ["what is half there", { version: 1 }],
])("%s is no history", (_, kept) => {
  expect(restoreHistory(kept)).toBeUndefined();
});
