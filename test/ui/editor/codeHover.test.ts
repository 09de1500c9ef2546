import { EditorState } from "@codemirror/state";
import { expect, test } from "vitest";
import { findCard } from "../../../src/ui/editor/codeHover.ts";
import { RestingPointer } from "../../../src/ui/editor/restingPointer.ts";
import type { CellTypeChecker } from "../../../src/ui/editor/surroundings.ts";

const still = { movementX: 0, movementY: 0 };
const far = { movementX: 5, movementY: 0 };

/** A pointer that was moved to a name, and the card of that name, as soon as the checker has answered. */
function point() {
  const view = { state: EditorState.create({ doc: "const rows = 1" }) };
  const pointer = new RestingPointer();
  pointer.moved(far);
  let answer = () => {};
  const answered = new Promise<void>((resolve) => (answer = resolve));
  const checker = {
    async hover() {
      await answered;
      return { signature: "const rows: 1", doc: "", from: 6, to: 10 };
    },
  } as unknown as CellTypeChecker;
  const surroundings = { checker: () => Promise.resolve(checker) };
  const find = () => findCard(view, 7, surroundings, pointer);
  return { view, pointer, answer, find };
}

test("a name that the pointer rests on has a card", async () => {
  const { answer, find } = point();
  answer();
  expect(await find()).toMatchObject({ pos: 6, end: 10 });
});

test("a card that comes after the pointer has left is not shown", async () => {
  const { pointer, answer, find } = point();
  const card = find();
  pointer.left();
  answer();
  expect(await card).toBeNull();
  expect(await find()).toBeNull();
  pointer.moved(far);
  expect(await find()).not.toBeNull();
});

test("a card that comes after the text was changed is not shown", async () => {
  const { view, answer, find } = point();
  const card = find();
  view.state = view.state.update({ changes: { from: 0, insert: " " } }).state;
  answer();
  expect(await card).toBeNull();
});

test("what moves below a pointer that lies still while somebody types has no card", async () => {
  const { pointer, answer, find } = point();
  answer();
  pointer.typed();
  pointer.moved(still);
  expect(await find()).toBeNull();
  pointer.moved(far);
  expect(await find()).not.toBeNull();
});
