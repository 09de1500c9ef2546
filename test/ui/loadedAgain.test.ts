/** Two tabs of one browser, of which one is loaded again while the other has its notebook. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { noteHeld } from "../../src/ui/heldNotebook.ts";
import { FakeLocks } from "./fakeLocks.ts";
import { allDone, makeSession, notebookOf } from "./makeSession.ts";

type Made = ReturnType<typeof makeSession>;

beforeEach(() => {
  const stored = new Map<string, string>();
  vi.stubGlobal("sessionStorage", {
    getItem: (name: string) => stored.get(name) ?? null,
    setItem: (name: string, value: string) => void stored.set(name, value),
    removeItem: (name: string) => void stored.delete(name),
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A tab that has the notebook `a`, and one that had it before it was loaded again, which has read its text and goes on when `goOn` is called. */
async function openTwo() {
  const other = makeSession("a");
  noteHeld("a");
  const again = makeSession();
  vi.stubGlobal("navigator", { locks: new FakeLocks() });
  const { read, write, writeAsOwner } = other.library;
  Object.assign(again.library, { read, write, writeAsOwner });
  for (const [one, two] of [
    [other, again],
    [again, other],
  ] as const)
    one.parts.tabs.send = (message) => two.parts.tabs.hear(message);
  await other.session.openNotebook("a");
  const gate = again.gates.close("has read");
  again.library.read = async (id) => {
    const text = await read(id);
    await again.gates.pass("has read");
    return text;
  };
  const opening = again.session.openNotebook("a");
  await gate.reached;
  const goOn = async (): Promise<void> => {
    gate.open();
    await opening;
    await allDone();
  };
  return { other, again, goOn };
}

/** Types into the first cell, and saves that. */
async function type({ session }: Made, text: string): Promise<void> {
  session.text.editCell(session.notebook!.cells[0]!.id, text);
  await session.save();
}

const cellOf = ({ session }: Made) => session.notebook?.cells[0]?.source;
const typed = 'flow("typed", () => {})';

test("a tab that is loaded again takes its notebook back from one in which nobody has worked", async () => {
  const { other, again, goOn } = await openTwo();
  await goOn();
  expect(again.session.readOnly).toBeUndefined();
  expect(other.session.isFollowing).toBe(true);
});

test("what is typed in the other tab meanwhile stays, and so does the notebook there", async () => {
  const { other, again, goOn } = await openTwo();
  await type(other, typed);
  await goOn();
  expect(other.texts.get("a")).toContain(typed);
  expect([cellOf(other), cellOf(again)]).toEqual([typed, typed]);
  expect(other.session.readOnly).toBeUndefined();
  expect(again.session.isFollowing).toBe(true);
});

test("a run that the other tab has begun meanwhile goes on there", async () => {
  const { other, again, goOn } = await openTwo();
  const gate = other.gates.close("run");
  const running = other.session.startRun();
  await gate.reached;
  await goOn();
  expect(other.session.desk.running).toBe(true);
  expect(again.session.isFollowing).toBe(true);
  gate.open();
  await running;
  expect(other.session.desk.runs[0]?.state).toBe("Success");
});

test("what the other tab has written before it was closed meanwhile is what is opened", async () => {
  const { other, again, goOn } = await openTwo();
  await type(other, typed);
  // Its locks go with it.
  vi.stubGlobal("navigator", { locks: new FakeLocks() });
  await goOn();
  expect(cellOf(again)).toBe(typed);
  expect(again.session.readOnly).toBeUndefined();
  expect(other.texts.get("a")).toContain(typed);
});

test("what is written at the very moment in which the notebook is taken back is what is opened", async () => {
  const { other, again, goOn } = await openTwo();
  // Nothing says yet that somebody works there.
  other.texts.set("a", notebookOf("late"));
  await goOn();
  expect(again.session.readOnly).toBeUndefined();
  expect(cellOf(again)).toContain("late");
  expect(other.texts.get("a")).toContain("late");
});
