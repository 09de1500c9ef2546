import {
  expect,
  openApp,
  test as testInNewPage,
  testInOnePage as test,
  testInOwnContext,
} from "./fixture.ts";
import {
  endOfRun,
  notebookOf,
  openCode,
  openText,
  resultsOf,
  resume,
  run,
  startRun,
  statesOf,
  waitForStates,
} from "./notebooks.ts";

test("independent tasks run at the same time", async ({ page }) => {
  // None of them ends, or lets another one begin where it is.
  const markdown = notebookOf("Parallel", [
    {
      name: "work",
      source: `
const stay = task((name: string) => { log(name); while (true) {} })
flow("Parallel", () => { stay("a"); stay("b"); stay("c"); stay("d") })`,
    },
  ]);
  await openText(page, markdown);
  await startRun(page);
  await page.getByRole("tab", { name: "Logs" }).click();
  for (const name of ["a", "b", "c", "d"])
    await expect(
      page.getByRole("tabpanel").getByText(name, { exact: true }),
    ).toBeVisible();
  await page.evaluate(() => window.flowbook.cancel());
  expect((await endOfRun(page)).state).toBe("Cancelled");
});

test("an endless loop ends at its timeout, and neither the other tasks nor the database notice", async ({
  page,
}) => {
  const markdown = notebookOf("Endless", [
    {
      name: "work",
      source: `
const loop = task(async () => {
  await db.exec("CREATE TABLE never (x)")
  while (true) {}
}, { timeout: "1s" })
const steady = task(async () => {
  await load("steady", [{ n: 1 }, { n: 2 }])
  return "done"
})
flow("Endless", () => { loop(); steady() })`,
    },
  ]);
  const { report, tables } = await page.evaluate(async (text) => {
    await window.flowbook.open(text);
    const report = await window.flowbook.run();
    const tables = await window.flowbook.query(
      "SELECT name FROM sqlite_schema WHERE type = 'table'",
    );
    return { report, tables };
  }, markdown);
  expect(report.state).toBe("Failed");
  expect(statesOf(report)).toEqual({ loop: "TimedOut", steady: "Success" });
  expect(tables).toEqual([{ name: "steady" }]);
});

test("a query that does not end stops at its task's timeout, and a task that wrote meanwhile succeeds", async ({
  page,
}) => {
  const markdown = notebookOf("Endless query", [
    {
      name: "work",
      source: `
const endless = task(() => db.query("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"), { timeout: "1s" })
const writer = task(async () => {
  await db.exec("CREATE TABLE written (n INTEGER)")
  await new Promise(resolve => setTimeout(resolve, 300))
  await db.exec("INSERT INTO written VALUES (1)")
  return "done"
})
flow("Endless query", () => { writer(); endless() })`,
    },
  ]);
  const { report, rows } = await page.evaluate(async (text) => {
    await window.flowbook.open(text);
    const report = await window.flowbook.run();
    const rows = await window.flowbook.query("SELECT n FROM written");
    return { report, rows };
  }, markdown);
  expect(statesOf(report)).toEqual({ writer: "Success", endless: "TimedOut" });
  expect(rows).toEqual([{ n: 1 }]);
});

test("while a query goes on for long, other tasks use the database and the page is answered, and the task that asked then writes", async ({
  page,
}) => {
  const markdown = notebookOf("Long query", [
    {
      name: "work",
      source: `
const counting = (where: string) =>
  "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n " + where + ") SELECT count(*) AS n FROM n"
const long = task(async () => {
  const [{ n }] = await db.query(counting("WHERE x < 15000000"))
  await db.exec("CREATE TABLE counted AS SELECT ? AS n", [n])
})
const endless = task(() => db.query(counting("")), { timeout: "2s" })
const reading = task(async () => {
  await db.query("SELECT 1")
  await new Promise(resolve => setTimeout(resolve, 300))
  return db.query("SELECT 2 AS two")
})
const loading = task(async (rows: unknown[]) => load("loaded", rows as object[]))
flow("Long", () => { long(); loading(reading()) })
flow("Endless", () => { endless(); loading(reading()) })`,
    },
  ]);
  const { long, endless, order, counted } = await page.evaluate(
    async (text) => {
      await window.flowbook.open(text);
      const long = await window.flowbook.run({ flow: "Long" });
      const order: string[] = [];
      const running = window.flowbook
        .run({ flow: "Endless" })
        .then((report) => {
          order.push("run");
          return report;
        });
      // It is there when the query of the endless task has gone on for long.
      for (;;) {
        const [{ n }] = (await window.flowbook.query(
          "SELECT count(*) AS n FROM loaded",
        )) as [{ n: number }];
        if (n === 2) break;
      }
      order.push("page");
      const endless = await running;
      const counted = await window.flowbook.query("SELECT n FROM counted");
      return { long, endless, order, counted };
    },
    markdown,
  );
  expect(long.state).toBe("Success");
  const endOf = (name: string) =>
    long.tasks.find((task) => task.name === name)!.endedAt!;
  expect(endOf("loading") < endOf("long")).toBe(true);
  expect(counted).toEqual([{ n: 15_000_000 }]);
  expect(order).toEqual(["page", "run"]);
  expect(statesOf(endless)).toEqual({
    endless: "TimedOut",
    reading: "Success",
    loading: "Success",
  });
});

test("a query of a cell that does not end can be stopped, and a run that waited for it goes on", async ({
  page,
}) => {
  await page.evaluate(
    (text) => window.flowbook.open(text),
    notebookOf("Endless cell", [
      {
        name: "work",
        source: `
const write = task(() => load("written", [{ n: 1 }]))
flow("Endless cell", () => { write() })`,
      },
      {
        language: "sql",
        name: "endless",
        source:
          "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n",
      },
    ]),
  );
  const output = page.getByRole("group", { name: "Output of endless" });
  await expect(output.getByText("This query takes long")).toBeVisible();
  const { report, said } = await page.evaluate(async () => {
    const running = window.flowbook.run();
    const said = document.querySelector(".controls .status")?.textContent;
    document
      .querySelector<HTMLElement>("[data-output] [role=status] button")!
      .click();
    return { report: await running, said };
  });
  expect(report.state).toBe("Success");
  expect(said?.trim() ?? "").not.toContain("0 of 0");
  await expect(output.getByText("This query was stopped")).toBeVisible();
  await expect(output).toHaveAttribute("aria-busy", "false");
});

const endlessQuery =
  "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n";

for (const [what, cell] of [
  ["a cell of SQL", { language: "sql" as const, source: endlessQuery }],
  ["a cell of code", { source: `display(await db.query("${endlessQuery}"))` }],
] as const)
  testInNewPage(
    `another notebook opens while a query of ${what} does not end, and nothing of it is kept`,
    async ({ page }) => {
      // What is said of the query comes as late as it can: when the notebook is open again.
      let release = (): void => {};
      const back = new Promise<void>((resolve) => (release = resolve));
      const asked = page.waitForRequest("**/notRunYet*");
      await page.route("**/notRunYet*", async (route) => {
        await back;
        await route.continue();
      });
      await openApp(page);
      await openText(
        page,
        notebookOf("Endless", [{ name: "endless", ...cell }]),
      );
      const endless = await page.evaluate(() => location.hash);
      const output = page.getByRole("group", { name: "Output of endless" });
      await page.evaluate(() => {
        window.flowbook.output("endless").catch(() => {});
      });
      await expect(output).toHaveAttribute("aria-busy", "true");
      await openText(
        page,
        notebookOf("Next", [
          { language: "sql", name: "next", source: "SELECT 7 AS n" },
        ]),
      );
      const next = await page.evaluate(() => window.flowbook.output("next"));
      expect(next).toMatchObject({ rows: [{ n: 7 }] });

      await page.evaluate((hash) => (location.hash = hash), endless);
      await expect(page.getByLabel("Title of the notebook")).toHaveValue(
        "Endless",
      );
      // It has no flow, which is known when it is open.
      await page.evaluate(() => window.flowbook.graph().catch(() => {}));
      const saying = (await asked).url();
      release();
      await page.evaluate((part) => import(part), saying);
      await expect(page.getByText("did not end")).toHaveCount(0);
    },
  );

testInOwnContext(
  "Cancel ends an endless loop, title and badge show it meanwhile, and the run after it works",
  async ({ page }) => {
    await openApp(page);
    const markdown = notebookOf("Cancelled", [
      {
        name: "work",
        source: `
const loop = task((forever: boolean) => { while (forever) {} ; return 1 })
const after = task((n: number) => n + 1)
flow("Cancelled", () => after(loop(param("forever", true))))`,
      },
    ]);
    const badges: string[] = [];
    await page.exposeFunction("tellBadge", (said: string) => badges.push(said));
    await page.evaluate(async (text) => {
      const { tellBadge } = window as unknown as {
        tellBadge(said: string): Promise<undefined>;
      };
      Object.assign(navigator, {
        setAppBadge: () => tellBadge("set"),
        clearAppBadge: () => tellBadge("cleared"),
      });
      await window.flowbook.open(text);
      void window.flowbook.run();
    }, markdown);
    await waitForStates(page, /^Running/);
    await expect(page).toHaveTitle("▶ Cancelled · Flowbook");
    await expect.poll(() => badges).toEqual(["set"]);
    const { cancelled, next } = await page.evaluate(async () => {
      await window.flowbook.cancel();
      const [cancelled] = await window.flowbook.runs();
      const next = await window.flowbook.run({
        parameters: { forever: false },
      });
      return { cancelled: cancelled!, next };
    });
    await expect(page).toHaveTitle("Cancelled · Flowbook");
    await expect.poll(() => badges.at(-1)).toBe("cleared");
    expect(cancelled.state).toBe("Cancelled");
    expect(statesOf(cancelled)).toEqual({
      loop: "Cancelled",
      after: "Cancelled",
    });
    expect(next.state).toBe("Success");
    expect(next.result).toBe(2);
  },
);

test("a double click on Run begins one run and cancels nothing, and a press on Cancel ends it", async ({
  page,
}) => {
  await openCode(
    page,
    `const endless = task(async () => { for (;;) await new Promise((done) => setTimeout(done, 10)) })
flow("Endless", () => { endless() })`,
  );
  await page.evaluate(() => window.flowbook.graph());
  const controls = page.getByRole("group", { name: "Run", exact: true });
  await controls.getByRole("button", { name: "Run", exact: true }).dblclick();
  await waitForStates(page, /^Running$/);
  const cancel = controls.getByRole("button", { name: "Cancel" });
  await cancel.click({ clickCount: 2 });
  await expect(page.getByText("already running")).toHaveCount(0);
  expect(await page.evaluate(() => window.flowbook.runs())).toHaveLength(1);
  await expect(cancel).toBeHidden();
  await waitForStates(page, /^Cancelled$/);
});

test("after a reload the form says what the last run was given, and Resume goes on with that", async ({
  page,
}) => {
  await openCode(
    page,
    `const fetched = task((n: number) => n)
const broken = task((n: number, isFixed: boolean) => { if (!isFixed) throw new Error("broken"); return n })
flow("Given", () => broken(fetched(param("n", 50)), param("fixed", false)))`,
  );
  await page.getByLabel("n", { exact: true }).fill("77");
  await run(page, { parameters: { n: 77 } });
  await page.reload();
  await expect(page.getByLabel("n", { exact: true })).toHaveValue("77");
  await page.getByLabel("fixed", { exact: true }).check();
  await page.getByRole("button", { name: "Resume", exact: true }).click();
  await waitForStates(page, /^Success,Success$/);
  const [last] = await page.evaluate(() => window.flowbook.runs());
  expect(last).toMatchObject({ state: "Success", result: 77 });
  expect(last!.parameters).toEqual({ n: 77, fixed: true });
});

test("a task that fails twice succeeds in its third attempt", async ({
  page,
}) => {
  const markdown = notebookOf("Retries", [
    {
      name: "work",
      source: `
const flaky = task(() => {
  if (context.attempt < 3) throw new Error("not yet, says attempt " + context.attempt)
  return context.attempt
}, { retries: 3, retryDelay: "50ms" })
flow("Retries", () => flaky())`,
    },
  ]);
  const report = await page.evaluate(async (text) => {
    await window.flowbook.open(text);
    return window.flowbook.run();
  }, markdown);
  expect(report.state).toBe("Success");
  expect(report.tasks[0]).toMatchObject({ attempts: 3, result: 3 });
});

test("a failure stops only what needs it, and Resume runs only what is missing", async ({
  page,
}) => {
  const markdown = (bug: string) =>
    notebookOf("Resumed", [
      {
        name: "work",
        source: `
const fetchA = task(async () => { await db.exec("CREATE TABLE IF NOT EXISTS calls (name TEXT)"); await sql\`INSERT INTO calls VALUES ('a')\`; return 1 })
const fetchB = task((broken: boolean) => { if (broken) throw new TypeError("b is broken"); return 2 })
const join = task((a: number, b: number) => a + b)
const cleanUp = task((b: unknown) => b instanceof Error ? b.message : "fine", { trigger: triggers.allFinished })
flow("Resumed", () => { const b = fetchB(param("broken", ${bug})); cleanUp(b); return join(fetchA(), b) })`,
      },
    ]);
  const { failed, resumed, calls } = await page.evaluate(async (text) => {
    await window.flowbook.open(text);
    const failed = await window.flowbook.run();
    const resumed = await window.flowbook.resume({
      parameters: { broken: false },
    });
    const calls = await window.flowbook.query(
      "SELECT count(*) AS n FROM calls",
    );
    return { failed, resumed, calls };
  }, markdown("true"));
  expect(failed.state).toBe("Failed");
  expect(statesOf(failed)).toEqual({
    fetchA: "Success",
    fetchB: "Failed",
    join: "TriggerFailed",
    cleanUp: "Success",
  });
  expect(failed.tasks.find(({ name }) => name === "fetchB")?.message).toContain(
    "b is broken",
  );
  expect(failed.tasks.find(({ name }) => name === "cleanUp")?.result).toBe(
    "b is broken",
  );
  expect(resumed.id).toBe(failed.id);
  expect(resumed.state).toBe("Success");
  expect(resumed.result).toBe(3);
  expect(calls).toEqual([{ n: 1 }]);
});

test("rows, run states and results are there after a reload", async ({
  page,
}) => {
  const markdown = notebookOf("Kept", [
    {
      name: "work",
      source: `
const store = task(async () => { await load("kept", [{ id: 1, name: "one" }, { id: 2, name: null }]); return { when: new Date(0), big: 12345678901234567890n } })
flow("Kept", () => store())`,
    },
    { language: "sql", name: "all", source: "SELECT * FROM kept ORDER BY id" },
  ]);
  await page.evaluate(async (text) => {
    await window.flowbook.open(text);
    await window.flowbook.run();
  }, markdown);
  const address = page.url();
  await page.reload();
  expect(page.url()).toBe(address);
  const { runs, output, text } = await page.evaluate(async () => ({
    runs: await window.flowbook.runs(),
    output: await window.flowbook.output("all"),
    text: window.flowbook.markdown(),
  }));
  expect(text).toBe(markdown);
  expect(runs).toHaveLength(1);
  expect(runs[0]).toMatchObject({ state: "Success", flow: "Kept" });
  expect(runs[0]!.result).toEqual({
    when: new Date(0),
    big: 12345678901234567890n,
  });
  expect(output).toEqual({
    type: "table",
    rows: [
      { id: 1, name: "one" },
      { id: 2, name: null },
    ],
  });
});

test("a task that was running when the tab closed is Crashed, left no rows, and Resume finishes the run", async ({
  page,
}) => {
  const markdown = notebookOf("Interrupted", [
    {
      name: "work",
      source: `
const first = task(async () => { await load("first", [{ n: 1 }]); return 1 })
const second = task(async (n: number, wait: boolean) => {
  await load("second", [{ n }])
  if (wait) await new Promise(() => {})
  return n + 1
})
flow("Interrupted", () => second(first(), param("wait", true)))`,
    },
  ]);
  await page.evaluate(async (text) => {
    await window.flowbook.open(text);
    void window.flowbook.run();
  }, markdown);
  await waitForStates(page, /^Success,Running$/);
  await page.reload();
  const { found, tables, resumed, rows } = await page.evaluate(async () => {
    const [found] = await window.flowbook.runs();
    const tables = await window.flowbook.query(
      "SELECT name FROM sqlite_schema WHERE type = 'table'",
    );
    const resumed = await window.flowbook.resume({
      parameters: { wait: false },
    });
    const rows = await window.flowbook.query(
      "SELECT (SELECT count(*) FROM first) AS first, (SELECT count(*) FROM second) AS second",
    );
    return { found, tables, resumed, rows };
  });
  expect(found!.state).toBe("Crashed");
  expect(statesOf(found!)).toEqual({ first: "Success", second: "Crashed" });
  expect(tables).toEqual([{ name: "first" }]);
  expect(resumed.state).toBe("Success");
  expect(resumed.result).toBe(2);
  expect(rows).toEqual([{ first: 1, second: 1 }]);
});

test("a long name from right to left of a task that waits begins within its button", async ({
  page,
}) => {
  await openCode(
    page,
    `const gate = task(() => pause("look"), { name: "אישור של נתוני הטיסות הנכנסות והיוצאות של שדה התעופה" })
flow("Waiting", () => { gate() })`,
  );
  await startRun(page);
  const button = page
    .getByRole("region", { name: "Tasks that wait for you" })
    .getByRole("button", { name: /התעופה$/ });
  const isBeginningSeen = () =>
    button.evaluate((element) => {
      const letters = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      for (let text = letters.nextNode(); text; text = letters.nextNode()) {
        const at = text.textContent!.indexOf("א");
        if (at < 0) continue;
        const range = document.createRange();
        range.setStart(text, at);
        range.setEnd(text, at + 1);
        const letter = range.getBoundingClientRect();
        return letter.right <= element.getBoundingClientRect().right;
      }
      return undefined;
    });
  await expect.poll(isBeginningSeen).toBe(true);
  await page.evaluate(() => window.flowbook.cancel());
});

test("a short text that is no JSON is no result to mark a task with, and that is said", async ({
  page,
}) => {
  await openCode(
    page,
    `const bad = task((): string => { throw new Error("no luck") })
const use = task((text: string) => text)
flow("F", () => use(bad()))`,
  );
  await run(page);
  await page
    .getByRole("tabpanel", { name: "Graph" })
    .getByRole("button", { name: /^bad/ })
    .click();
  await page.getByRole("button", { name: "Mark as a success…" }).click();
  const form = page.getByRole("form", { name: "Mark as a success" });
  const field = form.getByRole("textbox");
  await field.fill("ok");
  await form.getByRole("button", { name: "Mark as a success" }).click();
  await expect(form).toContainText("This is not JSON");
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await field.fill('"ok"');
  await form.getByRole("button", { name: "Mark as a success" }).click();
  await expect(form).toBeHidden();
  expect(resultsOf(await resume(page))).toEqual({ bad: "ok", use: "ok" });
});

test("the tasks of a cell that says so run by themselves after a change, and the others wait for Resume", async ({
  page,
}) => {
  const notebook = (factor: number) =>
    notebookOf("Auto", [
      {
        name: "scaling auto",
        source: `const scale = task((n: number) => ${factor} * n)`,
      },
      {
        name: "main",
        source: `const keep = task((n: number) => load("kept", [{ n }]))
flow("Auto", () => keep(scale(param("n", 1))))`,
      },
    ]);
  await openText(page, notebook(2));
  const cell = page.getByRole("region", { name: "TypeScript cell scaling" });
  await expect(cell.getByText("auto", { exact: true })).toBeVisible();
  // It was never run, so nobody has said yet that it may.
  await page.getByLabel("n", { exact: true }).fill("2");
  await run(page, { parameters: { n: 2 } });
  const resultOf = async () => {
    const [newest, ...others] = await page.evaluate(() =>
      window.flowbook.runs(),
    );
    expect(others).toEqual([]);
    return resultsOf(newest!)["scale"];
  };
  expect(await resultOf()).toBe(4);

  await cell.getByRole("textbox", { name: /^Code/ }).click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText("const scale = task((n: number) => 10 * n)");
  await expect.poll(resultOf).toBe(20);
  await page.getByLabel("n", { exact: true }).fill("3");
  await expect.poll(resultOf).toBe(30);
  const kept = () =>
    page.evaluate(() => window.flowbook.query("SELECT n FROM kept"));
  expect(await kept()).toEqual([{ n: 4 }]);
  await expect(page.getByText("1 run, 1 reused").first()).toBeVisible();
  await page.locator(".flow-graph .node", { hasText: "keep" }).click();
  await expect(
    page.getByRole("region", { name: "Details of keep" }),
  ).toContainText("Stale: an input changed (scale). scale was 4 and is 30.");

  await page.getByRole("button", { name: "More for cell scaling" }).click();
  await page.getByRole("menuitem", { name: /run by themselves/ }).click();
  await expect(cell.getByText("auto", { exact: true })).toHaveCount(0);
  expect(await page.evaluate(() => window.flowbook.markdown())).toContain(
    "```ts scaling\n",
  );
});

test("a worker is ready before somebody presses Run, and those of a run that is over are gone", async ({
  page,
}) => {
  const inSandboxes = () =>
    page.workers().filter((worker) => worker.url().startsWith("blob:")).length;
  await openCode(
    page,
    'const inc = task((x: number) => x + 1)\nflow("F", () => { inc(1); inc(2) })',
  );
  // One that draws, and one that runs.
  await expect.poll(inSandboxes).toBe(2);
  expect((await run(page)).state).toBe("Success");
  await expect.poll(inSandboxes).toBe(2);
});
