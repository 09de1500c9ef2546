import { afterEach, expect, test, vi } from "vitest";
import { makeSession } from "./makeSession.ts";
import { pasteText } from "../../src/ui/notebook/cellActions.ts";
import type { Workbench } from "../../src/ui/workbench.svelte.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

async function openBench() {
  const { session, said } = makeSession("a");
  await session.openNotebook("a");
  const bench = { session, focusCell: () => Promise.resolve() };
  return { bench: bench as unknown as Workbench, said };
}

const jupyter = (outputs: readonly unknown[]) =>
  JSON.stringify({
    cells: [
      {
        cell_type: "code",
        source: "1 + 1",
        metadata: { name: "sum" },
        outputs,
      },
    ],
    metadata: { kernelspec: { language: "typescript" } },
    nbformat: 4,
  });

test("what of a pasted notebook cannot be taken is told, as for its file", async () => {
  const { bench, said } = await openBench();
  await pasteText(bench, jupyter([{ output_type: "stream", text: "2" }]));
  expect(bench.session.notebook?.cells).toHaveLength(2);
  expect(said()).toEqual([
    "The outputs of the file were left behind. Run the notebook to have its own.",
  ]);
});

test("a pasted notebook of which all was taken is pasted without a word", async () => {
  const { bench, said } = await openBench();
  await pasteText(bench, jupyter([]));
  await pasteText(bench, "Some prose");
  expect(bench.session.notebook?.cells).toHaveLength(3);
  expect(said()).toEqual([]);
});
