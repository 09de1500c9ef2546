import { expect, testInOnePage as test } from "./fixture.ts";
import { notebookOf, statesOf, type TestCell } from "./notebooks.ts";

const good: TestCell = {
  name: "good",
  source: `const fine = task(() => 42)\nflow("Good", () => fine())`,
};

test("a cell that does not parse says where, and the rest of the notebook runs", async ({
  page,
}) => {
  const markdown = notebookOf("Broken", [
    good,
    { name: "bad", source: "const a = 1\nconst b = (2 +\n" },
  ]);
  const report = await page.evaluate(async (text) => {
    await window.flowbook.open(text);
    return window.flowbook.run();
  }, markdown);
  expect(report.result).toBe(42);
  await expect(page.getByText(/opened at 2:11/)).toBeVisible();
  expect(await page.evaluate(() => window.flowbook.markdown())).toBe(markdown);
});

test("two flows of one name are an error that says so, and both are on show", async ({
  page,
}) => {
  const markdown = notebookOf("Twins", [
    good,
    {
      name: "twins",
      source: `flow("Twin", () => 1)\nflow("Twin", () => 2)`,
    },
  ]);
  const { report, error } = await page.evaluate(async (text) => {
    await window.flowbook.open(text);
    const report = await window.flowbook.run({ flow: "Good" });
    const error = await window.flowbook
      .run({ flow: "Twin" })
      .catch(({ code }: { code: string }) => code);
    return { report, error };
  }, markdown);
  expect(report.result).toBe(42);
  expect(error).toBe("duplicate-name");
  await expect(page.getByLabel("Flow", { exact: true })).toHaveText(
    "GoodTwinTwin",
  );
  await page.keyboard.press("Control+k");
  await page.keyboard.type("twin");
  await expect(
    page.getByRole("option").filter({ hasText: /^Twin/ }),
  ).toHaveCount(2);
  await page.keyboard.press("Escape");
});

test("a cell that throws while it is defined is an error of its own, with its line", async ({
  page,
}) => {
  const markdown = notebookOf("Throws", [
    good,
    {
      name: "thrower",
      source: `const config: { a?: { b: number } } = {}\nconst value = config.a!.b\nconst uses = task(() => value)\nflow("Bad", () => uses())`,
    },
  ]);
  const { report, error } = await page.evaluate(async (text) => {
    await window.flowbook.open(text);
    const report = await window.flowbook.run({ flow: "Good" });
    const error = await window.flowbook.graph("Bad").catch((e) => ({
      message: e.message,
      code: e.code,
    }));
    return { report, error };
  }, markdown);
  expect(report.result).toBe(42);
  expect(error).toMatchObject({ code: "cell-failed" });
  expect((error as { message: string }).message).toMatch(
    /reading 'b'|undefined/,
  );
  await expect(page.getByText(/2:\d+/).first()).toBeVisible();
});

test("a flow body that awaits a ref is refused at its line with what to write instead", async ({
  page,
}) => {
  const markdown = notebookOf("Awaits", [
    good,
    {
      name: "awaits",
      source: `const t = task(() => 1)\nflow("Awaits", async () => {\n  const n = await t()\n  return n\n})`,
    },
  ]);
  const error = await page.evaluate(async (text) => {
    await window.flowbook.open(text);
    return window.flowbook
      .run({ flow: "Awaits" })
      .catch((e) => ({ code: e.code, message: e.message }));
  }, markdown);
  expect(error).toMatchObject({ code: "flow-body" });
  const good42 = await page.evaluate(() =>
    window.flowbook.run({ flow: "Good" }),
  );
  expect(good42.result).toBe(42);
});

test("a task that returns a function fails and names the path inside the value", async ({
  page,
}) => {
  const markdown = notebookOf("Function", [
    {
      name: "work",
      source: `const bad = task((): any => ({ rows: [{ a: 1 }, { format: () => 1 }] }))\nconst other = task(() => 1)\nflow("Function", () => { bad(); other() })`,
    },
  ]);
  const report = await page.evaluate(async (text) => {
    await window.flowbook.open(text);
    return window.flowbook.run();
  }, markdown);
  expect(statesOf(report)).toEqual({ bad: "Failed", other: "Success" });
  expect(report.tasks[0]!.message).toContain("rows[1].format");
});

test("a row that does not fit a declared type is named, and nothing of the load stays", async ({
  page,
}) => {
  const markdown = notebookOf("Mismatch", [
    {
      name: "work",
      source: `const rows = task(() => [{ id: 1, n: 1 }, { id: 2, n: "two" }])\nflow("Mismatch", () => load("t", rows(), { types: { n: "INTEGER" } as any }))`,
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
  const message = report.tasks.find(
    ({ state }) => state === "Failed",
  )!.message!;
  expect(message).toMatch(/row 2/i);
  expect(message).toContain("n");
  expect(message).toContain("two");
  expect(tables).toEqual([]);
});

test("an unknown flow, parameter or cell is refused with the names there are", async ({
  page,
}) => {
  const errors = await page.evaluate(
    async (text) => {
      await window.flowbook.open(text);
      const caught = async (action: () => Promise<unknown>) =>
        action().then(
          () => undefined,
          (e) => ({ code: e.code, message: e.message }),
        );
      return [
        await caught(() => window.flowbook.run({ flow: "Nope" })),
        await caught(() => window.flowbook.run({ parameters: { nope: 1 } })),
        await caught(() => window.flowbook.output("nope")),
        await caught(() => window.flowbook.query("SELEC 1")),
        await caught(() => window.flowbook.query("CREATE TABLE x (y)")),
        await caught(() => window.flowbook.allow("nonsense")),
        await caught(() => window.flowbook.resume()),
      ];
    },
    notebookOf("Unknown", [
      {
        name: "work",
        source: `const t = task((a: number) => a)\nflow("Known", () => t(param("amount", 1)))`,
      },
    ]),
  );
  expect(errors).toMatchObject([
    { code: "unknown-flow", message: expect.stringContaining("Known") },
    { code: "unknown-parameter", message: expect.stringContaining("amount") },
    { code: "unknown-cell", message: expect.stringContaining("work") },
    { code: "sql-failed", message: expect.stringContaining("SELEC") },
    { code: "read-only", message: expect.stringContaining("db.exec") },
    { code: "invalid-argument" },
    { code: "nothing-to-resume" },
  ]);
});

test("a missing attachment fails the task with the names that there are", async ({
  page,
}) => {
  const report = await page.evaluate(
    async (text) => {
      await window.flowbook.open(text);
      await window.flowbook.attach("there.txt", new Blob(["hello"]));
      return window.flowbook.run();
    },
    notebookOf("Missing", [
      {
        name: "work",
        source: `flow("Missing", () => [readText("gone.txt"), readText("there.txt")])`,
      },
    ]),
  );
  expect(report.tasks[0]!.state).toBe("Failed");
  expect(report.tasks[0]!.message).toContain("there.txt");
  expect(report.tasks[1]!.result).toBe("hello");
});
