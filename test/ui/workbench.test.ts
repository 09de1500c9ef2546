import "./runes.ts";
import { afterEach, expect, test, vi } from "vitest";
import type { Session } from "../../src/ui/session.svelte.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

test("what was searched for in a notebook is not searched for in the next one", async () => {
  vi.stubGlobal("document", { documentElement: { dataset: {} } });
  const { Workbench } = await import("../../src/ui/workbench.svelte.ts");
  const session = { id: "a" };
  const bench = new Workbench(session as Session);
  bench.enter();
  const sought = {
    searched: /x/,
    isSearching: true,
    foundAt: { cell: "c1", from: 0 },
    soughtNode: "a",
    spoken: "renamed is cell 4 of 6 now.",
  };
  Object.assign(bench, sought);
  // The same notebook, opened anew.
  bench.enter();
  expect(bench).toMatchObject(sought);

  session.id = "b";
  bench.enter();
  expect(bench).toMatchObject({
    searched: undefined,
    isSearching: false,
    foundAt: undefined,
    soughtNode: undefined,
    spoken: "",
  });
});

test("that there is no flow is said only when that is known", async () => {
  vi.stubGlobal("document", { documentElement: { dataset: {} } });
  const { Workbench } = await import("../../src/ui/workbench.svelte.ts");
  const session = { desk: { running: false }, flows: [], isDrawn: false };
  const bench = new Workbench(session as unknown as Session);
  expect(bench.runProblem).toMatch(/are being drawn/);
  session.isDrawn = true;
  expect(bench.runProblem).toMatch(/has no flow yet/);
});

test("undo of another title leaves the writer where they are, and undo of what is in cells leads there", async () => {
  vi.stubGlobal("document", { documentElement: { dataset: {} } });
  const { Workbench } = await import("../../src/ui/workbench.svelte.ts");
  const cells = [{ id: "c1" }];
  const session = {
    selectedCell: "c1",
    notebook: { title: "Before", cells },
    text: {
      undo: () => void (session.notebook = { title: "After", cells }),
      redo: () =>
        void (session.notebook = { title: "After", cells: [...cells] }),
    },
  };
  const bench = new Workbench(session as unknown as Session);
  Object.assign(bench, { cell: cells[0] });
  const focus = vi.spyOn(bench, "focusCell").mockResolvedValue();
  await bench.goInHistory("undo");
  expect(focus).not.toHaveBeenCalled();
  await bench.goInHistory("redo");
  expect(focus).toHaveBeenCalledWith("c1");
});
