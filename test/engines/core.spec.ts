import { serve } from "../../scripts/serve.mjs";
import { notebookOf } from "../e2e/notebooks.ts";
import { answer, expect, test } from "./fixture.ts";
import type { Tab } from "./engine.ts";

// What Flowbook exists for, in every engine: open, edit, run, fail, resume, cancel, reload, share, offline.

const open = (tab: Tab, source: string): Promise<void> =>
  tab.evaluate(
    (text) => window.flowbook.open(text),
    notebookOf("Core", [{ name: "work", source }]),
  );

/** The states of the newest run's tasks, by name; the run's own goes by its flow's name. */
const states = (tab: Tab): Promise<Record<string, string>> =>
  tab.evaluate(async () => {
    const [run] = await window.flowbook.runs();
    if (!run) return {};
    const tasks = run.tasks.map(({ name, state }) => [name, state]);
    return { [run.flow]: run.state, ...Object.fromEntries(tasks) };
  });

test("a first visit opens the example with its graph, and has run nothing", async ({
  tab,
}) => {
  const { nodes, runs } = await tab.evaluate(async () => ({
    nodes: (await window.flowbook.graph()).nodes.map(({ name }) => name),
    runs: (await window.flowbook.runs()).length,
  }));
  expect(nodes.length).toBeGreaterThan(3);
  expect(runs).toBe(0);
});

test("what is typed into a cell is in the notebook, and Run runs it", async ({
  tab,
}) => {
  await open(
    tab,
    'const answer = task(() => half * 2)\nflow("Core", () => answer())\nconst half = 2',
  );
  await tab.click('[aria-label="Code of cell work"]');
  await tab.press("End", "Control");
  await tab.type("1");
  await expect
    .poll(() => tab.evaluate(() => window.flowbook.markdown()))
    .toContain("const half = 21");
  await tab.click('[title="Run the flow (Ctrl+Enter)"]');
  await expect
    .poll(() => states(tab))
    .toEqual({ Core: "Success", answer: "Success" });
  const result = await tab.evaluate(
    async () => (await window.flowbook.runs())[0]?.result,
  );
  expect(result).toBe(42);
});

test("rows come from SQLite and from a file, and a SQL cell shows them", async ({
  tab,
}) => {
  const { state, rows } = await tab.evaluate(
    async (text) => {
      await window.flowbook.open(text);
      await window.flowbook.attach(
        "cities.csv",
        new Blob(["city,n\nBasel,3\nBern,4\n"]),
      );
      const { state } = await window.flowbook.run();
      return { state, rows: (await window.flowbook.output("total"))?.rows };
    },
    notebookOf("Rows", [
      {
        name: "work",
        source: `const keep = task(async () => load("cities", await readCsv("cities.csv")))
flow("Rows", () => keep())`,
      },
      {
        language: "sql",
        name: "total",
        source: "SELECT sum(n) AS n FROM cities",
      },
    ]),
  );
  expect(state).toBe("Success");
  expect(rows).toEqual([{ n: 7 }]);
});

test("a failure stops what needs it, leaves no rows, and Resume runs only what is missing", async ({
  tab,
}) => {
  await open(
    tab,
    `const first = task(async () => { await load("first", [{ n: 1 }]); return 1 })
const second = task(async (n: number, broken: boolean) => {
  await load("second", [{ n }])
  if (broken) throw new TypeError("second is broken")
  return n + 1
})
const third = task((n: number) => n + 1)
flow("Core", () => third(second(first(), param("broken", true))))`,
  );
  const { failed, tables, resumed } = await tab.evaluate(async () => {
    const failed = await window.flowbook.run();
    const tables = await window.flowbook.query(
      "SELECT name FROM sqlite_schema WHERE type = 'table'",
    );
    const resumed = await window.flowbook.resume({
      parameters: { broken: false },
    });
    return { failed, tables, resumed };
  });
  expect(failed.tasks.map(({ state }) => state)).toEqual([
    "Success",
    "Failed",
    "TriggerFailed",
  ]);
  expect(failed.tasks[1]!.message).toContain("second is broken");
  expect(tables).toEqual([{ name: "first" }]);
  expect(resumed).toMatchObject({ id: failed.id, state: "Success", result: 3 });
});

test("Cancel ends an endless loop, and the run after it works", async ({
  tab,
}) => {
  await open(
    tab,
    `const loop = task((forever: boolean) => { while (forever) {} ; return 1 })
flow("Core", () => loop(param("forever", true)))`,
  );
  await tab.evaluate(() => void window.flowbook.run());
  await expect.poll(() => states(tab)).toMatchObject({ loop: "Running" });
  const { cancelled, next } = await tab.evaluate(async () => {
    await window.flowbook.cancel();
    const [cancelled] = await window.flowbook.runs();
    const next = await window.flowbook.run({ parameters: { forever: false } });
    return { cancelled: cancelled!.state, next: next.state };
  });
  expect({ cancelled, next }).toEqual({
    cancelled: "Cancelled",
    next: "Success",
  });
});

test("text, runs, results and rows are there after a reload in the middle of a run, which Resume finishes", async ({
  tab,
}) => {
  await open(
    tab,
    `const first = task(async () => { await load("kept", [{ n: 1 }]); return 1 })
const second = task(async (n: number, wait: boolean) => {
  if (wait) await new Promise(() => {})
  return n + 1
})
flow("Core", () => second(first(), param("wait", true)))`,
  );
  await tab.evaluate(() => void window.flowbook.run());
  await expect
    .poll(() => states(tab))
    .toMatchObject({ first: "Success", second: "Running" });
  const before = await tab.evaluate(() => window.flowbook.markdown());
  await tab.reload();
  await answer(tab);
  await expect
    .poll(() => states(tab))
    .toMatchObject({ first: "Success", second: "Crashed" });
  const { text, resumed, rows } = await tab.evaluate(async () => {
    const resumed = await window.flowbook.resume({
      parameters: { wait: false },
    });
    return {
      text: window.flowbook.markdown(),
      resumed,
      rows: await window.flowbook.query("SELECT n FROM kept"),
    };
  });
  expect(text).toBe(before);
  expect(resumed).toMatchObject({ state: "Success", result: 2 });
  expect(resumed.tasks[0]!.attempts).toBe(1);
  expect(rows).toEqual([{ n: 1 }]);
});

test("a shared link opens the same notebook in another tab, and runs nothing", async ({
  tab,
  engine,
}) => {
  await open(
    tab,
    'const shared = task(() => "yes")\nflow("Core", () => shared())',
  );
  const { url, text } = await tab.evaluate(async () => ({
    url: await window.flowbook.shareUrl(),
    text: window.flowbook.markdown(),
  }));
  expect(url).toContain("#f1.");
  const other = await engine.open();
  await other.goto(url);
  await answer(other);
  await expect
    .poll(() => other.evaluate(() => window.flowbook.markdown()))
    .toBe(text);
  const { nodes, runs } = await other.evaluate(async () => ({
    nodes: (await window.flowbook.graph()).nodes.map(({ name }) => name),
    runs: (await window.flowbook.runs()).length,
  }));
  expect({ nodes, runs }).toEqual({ nodes: ["shared"], runs: 0 });
  await other.close();
});

test("after the first visit the app opens, runs and keeps rows without its server", async ({
  engine,
}) => {
  const server = await serve({ folder: "dist", base: "/core/", port: 4790 });
  const visited = await engine.open({ toInstall: true });
  await visited.goto(server.url);
  await answer(visited);
  await visited.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller) return;
    await new Promise((done) =>
      navigator.serviceWorker.addEventListener("controllerchange", done, {
        once: true,
      }),
    );
  });
  await server.close();
  await visited.reload();
  await answer(visited);
  await open(
    visited,
    `const keep = task(async () => { await load("kept", [{ n: 1 }]); return "offline" })
flow("Core", () => keep())`,
  );
  const { result, rows } = await visited.evaluate(async () => ({
    result: (await window.flowbook.run()).result,
    rows: await window.flowbook.query("SELECT n FROM kept"),
  }));
  expect({ result, rows }).toEqual({ result: "offline", rows: [{ n: 1 }] });
  expect(visited.thrown).toEqual([]);
  await visited.close();
});
