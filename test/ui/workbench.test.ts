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
  });
});
