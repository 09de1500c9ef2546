import "./runes.ts";
import { expect, test } from "vitest";
import type { DatabaseService } from "../../src/engine/services.ts";
import { compileNotebook } from "../../src/notebook/compile/compile.ts";
import { parseNotebook } from "../../src/notebook/parse.ts";
import { CellViews } from "../../src/ui/cellViews.svelte.ts";

/** A notebook of these queries. */
function opened(id: string, ...queries: string[]) {
  const cells = queries.map((sql, at) => `\`\`\`sql q${at}\n${sql}\n\`\`\``);
  const { notebook } = parseNotebook(
    `---\nflowbook: 1\ntitle: ${id}\n---\n\n${cells.join("\n\n")}\n`,
  );
  return { id, notebook, program: compileNotebook(notebook) };
}

/** Views of a notebook whose queries are answered when the test says so. */
function view(first: ReturnType<typeof opened>) {
  const asked: { sql: string; answer(): void }[] = [];
  let tell = (): void => {};
  const host = {
    ...first,
    readOnly: undefined,
    drawn: () => Promise.resolve(),
    flowResults: () => Promise.resolve({}),
    formParameters: () => ({}),
    flows: [],
    hasRun: () => true,
  };
  const database = {
    query: (sql: string) =>
      new Promise((resolve) => {
        const rows = [{ sql }];
        const answer = () => resolve({ columns: ["sql"], rows, total: 1 });
        asked.push({ sql, answer });
        tell();
      }),
    tablesRead: () => Promise.resolve([]),
    saveOutputs: () => Promise.resolve(),
  } as unknown as DatabaseService;
  const views = new CellViews({ engine: {} as never, database }, host);
  /** Settles when so many queries have been asked. */
  async function sent(count: number): Promise<void> {
    while (asked.length < count)
      await new Promise<void>((resolve) => (tell = resolve));
  }
  return { views, host, asked, sent };
}

test("cells of the notebook before are evaluated no further when another is opened", async () => {
  const a = opened("a", "SELECT 1", "SELECT 2");
  const b = opened("b", "SELECT 3", "SELECT 4");
  const { views, host, asked, sent } = view(a);
  const viewing = views.view(() => true);
  await sent(1);
  Object.assign(host, b);
  asked[0]!.answer();
  await viewing;
  expect(asked.map(({ sql }) => sql)).toEqual(["SELECT 1"]);
});

test("cells do not wait for a slow cell of the notebook before", async () => {
  const b = opened("b", "SELECT 2");
  const { views, host, asked, sent } = view(opened("a", "SELECT 1"));
  const slow = views.view(() => true);
  await sent(1);
  Object.assign(host, b);
  views.load(b.notebook, {});
  const viewing = views.view(() => true);
  await sent(2);
  asked[1]!.answer();
  await viewing;
  const [cell] = b.notebook.cells;
  expect(views.outputs[cell!.id]).toMatchObject({ status: "done" });
  expect(asked[1]!.sql).toBe("SELECT 2");
  // A query that is not answered is ended after a while.
  asked[0]!.answer();
  await slow;
});
