import { expect, test } from "vitest";
import type { Session } from "../../src/ui/session.svelte.ts";
import { openSystemFiles } from "../../src/ui/systemFiles.ts";

/** Opens files with a session that notes what it is told. */
async function openAll(...files: File[]): Promise<unknown[][]> {
  const told: unknown[][] = [];
  const session = {
    openForeign: async (text: string, source: unknown) => {
      told.push(["preview", text, source]);
    },
    openMarkdown: async (text: string) => {
      told.push(["own", text]);
    },
    adds: (_: unknown, adding: Promise<unknown>) => adding,
    attach: async (name: string) => {
      told.push(["attach", name]);
    },
    notify: (kind: string, message: string) => {
      told.push([kind, message]);
    },
  };
  await openSystemFiles(session as unknown as Session, files);
  return told;
}

test("a notebook that the system opens is a preview, whatever kind of notebook it is", async () => {
  expect(await openAll(new File(["# Hello\n"], "a.flow.md"))).toEqual([
    ["preview", "# Hello\n", { type: "file", name: "a.flow.md" }],
  ]);
  const ipynb = JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { language_info: { name: "typescript" } },
    cells: [{ cell_type: "markdown", source: "# Jupyter", metadata: {} }],
  });
  const [opened] = await openAll(new File([ipynb], "b.ipynb"));
  expect(opened).toEqual([
    "preview",
    expect.stringContaining("# Jupyter"),
    { type: "file", name: "b.ipynb" },
  ]);
});

test("data that the system opens is kept with a new notebook that reads it", async () => {
  const told = await openAll(
    new File(["a,b\n"], "few.csv"),
    new File(["[]"], "more.json"),
  );
  expect(told).toEqual([
    ["own", expect.stringContaining('readCsv("few.csv")')],
    ["attach", "few.csv"],
    ["attach", "more.json"],
  ]);
});

test("the notebook for data whose name has marks that are not seen reads it by the name that it is kept under", async () => {
  const [[, text]] = (await openAll(new File(["a"], "a\u202evsc.csv"))) as [
    [string, string],
  ];
  expect(text).toContain('title: "avsc.csv"');
  expect(text).toContain('readCsv("avsc.csv")');
});

test("a file that cannot be read says so", async () => {
  expect(await openAll(new File(["{"], "broken.ipynb"))).toEqual([
    ["error", expect.stringContaining("not valid JSON")],
  ]);
});

test("of files that are too many to be shared at once it is said how many", async () => {
  const told: string[] = [];
  const notify = (_: string, message: string) => told.push(message);
  await openSystemFiles({ notify } as unknown as Session, [], 3);
  expect(told).toEqual([expect.stringContaining("3 of the shared files")]);
});
