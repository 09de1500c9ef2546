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
  expect(history.past.map(({ title }) => title)).toEqual(["0", "1", "2", "3"]);
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
