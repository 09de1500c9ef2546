import type { Page } from "@playwright/test";
import type { RunReport } from "../../src/core/report.ts";
import { expect, openApp, testInOwnContext as test } from "./fixture.ts";
import { notebookOf, openText, query, run, statesOf } from "./notebooks.ts";

// A browser that cannot give the sandbox, and a task that uses up the memory of one.

/** Little for a worker to use up, so that it takes a moment. */
const mostMegabytes = 128;
test.use({
  launchOptions: async ({ launchOptions }, use) =>
    use({
      ...launchOptions,
      args: [
        ...launchOptions.args!,
        `--js-flags=--max-old-space-size=${mostMegabytes}`,
      ],
    }),
});

/** Evaluates on a page of which a frame crashed: Playwright takes it for dead, with its other frames. */
async function survivor(page: Page) {
  const session = await page.context().newCDPSession(page);
  return async <T>(expression: string): Promise<T> => {
    const { result } = await session.send("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    return result.value as T;
  };
}

test("a task that uses up all memory is Crashed and says so, Resume works, and another notebook keeps what it has", async ({
  page,
  context,
}) => {
  const other = await context.newPage();
  await openApp(other);
  await openText(
    other,
    notebookOf("Other", [
      {
        name: "work",
        source: `const keep = task(() => load("kept", [{ n: 2 }]))
flow("Other", () => keep())`,
      },
    ]),
  );
  const before = await run(other);
  expect(before.state).toBe("Success");

  await openApp(page);
  await openText(
    page,
    notebookOf("Hungry", [
      {
        name: "work",
        source: `const first = task(async () => { await load("kept", [{ n: 1 }]); return 1 })
const hungry = task(async (n: number, eats: boolean) => {
  await load("lost", [{ n }])
  for (const all: unknown[] = []; eats; ) all.push(new Array(1_000_000).fill(all.length + 0.5))
  return n + 1
})
flow("Hungry", () => hungry(first(), param("eats", true)))`,
      },
    ]),
  );
  const evaluate = await survivor(page);
  const crashed = await evaluate<RunReport>("flowbook.run()");
  expect(statesOf(crashed)).toEqual({ first: "Success", hungry: "Crashed" });
  expect(crashed.tasks[1]!.message).toContain("out of memory");
  const tables = "SELECT name FROM sqlite_schema WHERE type = 'table'";
  expect(await evaluate(`flowbook.query("${tables}")`)).toEqual([
    { name: "kept" },
  ]);

  const resumed = await evaluate<RunReport>(
    "flowbook.resume({ parameters: { eats: false } })",
  );
  expect(resumed).toMatchObject({ state: "Success", result: 2 });
  expect(resumed.tasks.map(({ attempts }) => attempts)).toEqual([1, 2]);

  expect(await query(other, "SELECT n FROM kept")).toEqual([{ n: 2 }]);
  expect(await other.evaluate(() => window.flowbook.runs())).toEqual([before]);
  expect((await run(other)).state).toBe("Success");
});

/** What is written into the document of each sandbox frame from now on, in place of what; frames of outputs have other documents. */
const changeFrames = (page: Page, from: string, to: string): Promise<unknown> =>
  page.addInitScript(
    ([from, to]) => {
      const { prototype } = HTMLIFrameElement;
      const { set } = Object.getOwnPropertyDescriptor(prototype, "srcdoc")!;
      Object.defineProperty(prototype, "srcdoc", {
        set(text: string) {
          set!.call(this, text.replace(from!, to!));
        },
      });
    },
    [from, to],
  );

for (const { what, from, to, says } of [
  {
    what: "does not start the sandbox",
    from: "<script>",
    to: "<script type=unknown>",
    says: "This browser did not start the sandbox, so nothing can run here.",
  },
  {
    what: "starts no workers in the sandbox",
    from: "worker-src blob:",
    to: "worker-src 'none'",
    says: "The sandbox starts no workers here.",
  },
])
  test(`a browser that ${what} is told so, shows notebooks, and runs nothing of them anywhere`, async ({
    page,
    complaints,
  }) => {
    complaints.allow(/Content Security Policy/);
    await changeFrames(page, from, to);
    await openApp(page);
    const code = `globalThis.ran = "cell"
const mark = task(() => { globalThis.ran = "task" })
flow("Marks", () => { globalThis.ran = "flow"; mark() })`;
    await openText(
      page,
      `${notebookOf("Marks", [{ name: "work", source: code }])}\nThe prose\n`,
    );
    await expect(page.getByText("The prose")).toBeVisible();
    await expect(page.getByText('globalThis.ran = "cell"')).toBeVisible();
    await expect(page.getByRole("tabpanel")).toContainText(says);
    const refusals = await page.evaluate(() => {
      const refusal = (promise: Promise<unknown>) =>
        promise.then(String, ({ message }: Error) => message);
      return Promise.all([
        refusal(window.flowbook.graph()),
        refusal(window.flowbook.run()),
      ]);
    });
    for (const message of refusals) expect(message).toContain(says);
    expect(await page.evaluate(() => "ran" in window)).toBe(false);
    expect(await page.evaluate(() => window.flowbook.runs())).toEqual([]);
    for (const worker of page.workers())
      expect(worker.url()).toContain("/assets/");
  });
