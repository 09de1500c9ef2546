import fc from "fast-check";
import { expect, test } from "vitest";
import type { Notebook } from "../../src/notebook/document.ts";
import { newNotebook } from "../../src/notebook/edits.ts";
import {
  recordChange,
  redo,
  startHistory,
  undo,
} from "../../src/notebook/history.ts";

/** Notebooks told apart by their titles. */
function state(title: string | number): Notebook {
  return newNotebook(String(title));
}

test("each change is a step back and forward", () => {
  const [a, b, c] = [state("a"), state("b"), state("c")];
  let history = recordChange(recordChange(startHistory(a), b, { at: 0 }), c, {
    at: 1,
  });
  history = undo(undo(history));
  expect(history.present).toBe(a);
  expect(undo(history)).toBe(history);
  history = redo(redo(history));
  expect(history.present).toBe(c);
  expect(redo(history)).toBe(history);
});

test("typing in one cell is one step until there is a pause", () => {
  let history = startHistory(state(0));
  for (const [title, at] of [
    [1, 0],
    [2, 900],
    [3, 1800],
    [4, 2801],
  ] as const)
    history = recordChange(history, state(title), { at, typedIn: "x" });
  expect(undo(history).present.title).toBe("3");
  expect(undo(undo(history)).present.title).toBe("0");
});

test("typing in another cell, and any other change, is a step of its own", () => {
  let history = startHistory(state(0));
  history = recordChange(history, state(1), { at: 0, typedIn: "x" });
  history = recordChange(history, state(2), { at: 1, typedIn: "y" });
  history = recordChange(history, state(3), { at: 2 });
  history = recordChange(history, state(4), { at: 3, typedIn: "y" });
  expect(history.past.map(({ notebook }) => notebook.title)).toEqual([
    "0",
    "1",
    "2",
    "3",
  ]);
});

test("typing after an undo is a new step and ends what could be redone", () => {
  let history = recordChange(startHistory(state(0)), state(1), {
    at: 0,
    typedIn: "x",
  });
  history = recordChange(history, state(2), { at: 5000, typedIn: "x" });
  history = recordChange(undo(history), state(3), { at: 5001, typedIn: "x" });
  expect(history.future).toEqual([]);
  expect(undo(history).present.title).toBe("1");
});

test("deleting, and typing elsewhere in the cell, is a step of its own", () => {
  const at = (head: number) => ({
    cell: "x",
    selection: { anchor: head, head },
  });
  let history = startHistory(state(0));
  for (const [title, what, before, after] of [
    [1, "input", 0, 1],
    [2, "input", 1, 2],
    [3, "delete", 2, 1],
    [4, "delete", 1, 0],
    [5, "delete", 9, 8],
  ] as const)
    history = recordChange(history, state(title), {
      at: title,
      typedIn: "x",
      what,
      before: at(before),
      after: at(after),
    });
  expect(history.past.map(({ notebook }) => notebook.title)).toEqual([
    "0",
    "2",
    "4",
  ]);
});

test("typing that never pauses is a step every few seconds", () => {
  let history = startHistory(state(0));
  for (let at = 0; at <= 12_000; at += 500)
    history = recordChange(history, state(at), { at, typedIn: "x" });
  expect(history.past).toHaveLength(3);
});

test("going back leads the writer to where the change was made, and forward to where it ended", () => {
  const before = { cell: "x", selection: { anchor: 4, head: 4 } };
  const after = { cell: "y" };
  let history = recordChange(startHistory(state(0)), state(1), {
    at: 0,
    before,
    after,
  });
  expect(history.caret).toEqual(after);
  history = undo(history);
  expect(history.caret).toEqual(before);
  expect(redo(history).caret).toEqual(after);
});

test("the same notebook again is no step", () => {
  const history = startHistory(state(0));
  expect(recordChange(history, history.present, { at: 0 })).toBe(history);
});

test("undoing everything leads to the beginning, and redoing everything back, whatever was done", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(3000), fc.constantFrom("x", "y", undefined))),
      (changes) => {
        const start = state("start");
        let history = startHistory(start);
        let at = 0;
        for (const [index, [pause, typedIn]] of changes.entries())
          history = recordChange(history, state(index), {
            at: (at += pause),
            typedIn,
          });
        const end = history.present;
        for (let step = 0; step <= changes.length; step += 1)
          history = undo(history);
        expect(history.present).toBe(start);
        for (let step = 0; step <= changes.length; step += 1)
          history = redo(history);
        expect(history.present).toBe(end);
      },
    ),
  );
});
