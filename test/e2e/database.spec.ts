import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "@playwright/test";
import { expect, openApp, test, testInOwnContext } from "./fixture.ts";
import { notebookOf, openText, run } from "./notebooks.ts";

const loading = notebookOf("Loading", [
  {
    name: "work",
    source: `
const rows = task(async (n: number) => { await load("rows", Array.from({ length: n }, (_, i) => ({ i, text: "row " + i }))) })
flow("Loading", () => { rows(param("n", 3)) })`,
  },
]);

/** Chooses a file to import that is no database, and waits until that is said. */
async function importPhoto(page: Page): Promise<void> {
  await page.getByRole("tab", { name: "Tables" }).click();
  await page
    .getByRole("group", { name: "The database" })
    .locator("input[type=file]")
    .setInputFiles({
      name: "photo.db",
      mimeType: "application/octet-stream",
      buffer: Buffer.from("not a database"),
    });
  await expect(page.getByText("photo.db is no SQLite database")).toBeVisible();
}

test("a database goes out as a file and comes into another notebook, and Undo brings back what was there", async ({
  page,
}) => {
  await openApp(page);
  await openText(page, loading);
  await run(page, { parameters: { n: 5000 } });
  await page.getByRole("tab", { name: "Tables" }).click();
  const downloading = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).click();
  const file = await (await downloading).path();

  await openText(page, loading);
  await run(page, { parameters: { n: 2 } });
  await page.getByRole("tab", { name: "Tables" }).click();
  await page
    .getByRole("group", { name: "The database" })
    .locator("input[type=file]")
    .setInputFiles(file);
  await expect(page.getByText("is this notebook's database now")).toBeVisible();
  const count = () =>
    page.evaluate(() =>
      window.flowbook.query("SELECT count(*) AS n FROM rows"),
    );
  expect(await count()).toEqual([{ n: 5000 }]);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText("What was there before is")).toBeVisible();
  expect(await count()).toEqual([{ n: 2 }]);

  await page.getByRole("button", { name: "Undo" }).click();
  await expect.poll(count).toEqual([{ n: 5000 }]);
  await page.reload();
  expect(await count()).toEqual([{ n: 5000 }]);
  await run(page, { parameters: { n: 1 } });
  expect(await count()).toEqual([{ n: 5001 }]);
});

test("a table is dropped where it is shown, stays gone, and Undo brings it back", async ({
  page,
}) => {
  await openApp(page);
  await openText(page, loading);
  await run(page, { parameters: { n: 3 } });
  await page.getByRole("tab", { name: "Tables" }).click();
  await page.getByRole("button", { name: "Drop rows" }).click();
  await expect(page.getByText("The table rows is gone.")).toBeVisible();
  await expect(page.getByText("runs again what wrote it: rows")).toBeVisible();
  await expect(page.getByText("There is no table yet.")).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText("before rows was dropped")).toBeVisible();
  const rows = page.getByRole("region", { name: "rows", exact: true });
  await expect(rows.locator(".row")).toHaveCount(3);

  await page.getByRole("button", { name: "Drop rows" }).click();
  await expect(page.getByText("The table rows is gone.")).toBeVisible();
  // With the rows of before would go what a run has loaded since.
  await run(page, { parameters: { n: 1 } });
  await expect(page.getByText("The table rows is gone.")).toBeHidden();
  await expect(rows.locator(".row")).toHaveCount(1);

  await page.getByRole("button", { name: "Drop rows" }).click();
  await expect(page.getByText("There is no table yet.")).toBeVisible();
  await page.reload();
  await page.getByRole("tab", { name: "Tables" }).click();
  await expect(page.getByText("There is no table yet.")).toBeVisible();
  const report = await page.evaluate(() => window.flowbook.resume());
  expect(report.tasks[0]).toMatchObject({ name: "rows", attempts: 2 });
  await expect(rows.locator(".row")).toHaveCount(1);
  await page.evaluate(() => window.flowbook.resume());
  await run(page, { parameters: { n: 2 } });
  await expect(rows.locator(".row")).toHaveCount(3);
});

test("the palette finds columns, runs and other notebooks", async ({
  page,
}) => {
  await openApp(page);
  await openText(page, loading.replace("title:", "title: Other"));
  await openText(page, loading);
  await run(page, { parameters: { n: 3 } });
  const choose = async (typed: string) => {
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").fill(typed);
    await expect(page.getByRole("option").first()).toContainText(typed, {
      ignoreCase: true,
    });
    await page.keyboard.press("Enter");
  };
  await choose("column of rows");
  await expect(page.getByRole("tab", { name: "Tables" })).toHaveAttribute(
    "aria-selected",
    "true",
  );
  await choose("run of");
  await expect(page.getByRole("tab", { name: "Runs" })).toHaveAttribute(
    "aria-selected",
    "true",
  );
  await choose("notebook, changed");
  await expect(page).toHaveTitle(/Other/);
});

test("a query says when a task has changed since it wrote what the query reads", async ({
  page,
}) => {
  const text = (value: number) =>
    notebookOf("Lineage", [
      {
        name: "work",
        source: `const fill = task(() => load("t", [{ a: ${value} }], { mode: "replace" }))
flow("Fill", () => { fill() })`,
      },
      { language: "sql", name: "q", source: "SELECT * FROM t" },
      { language: "sql", name: "other", source: "SELECT 1 AS one" },
    ]);
  await openApp(page);
  await openText(page, text(1));
  await run(page);
  const cell = page.getByRole("region", { name: /cell work$/ });
  await cell.locator("textarea, .cm-content").first().click();
  await expect(cell.locator(".cm-content")).toBeFocused();
  await page.keyboard.press("Control+Home");
  for (let step = 0; step < 40; step += 1)
    await page.keyboard.press("ArrowRight");
  await page.keyboard.type("2");
  await expect
    .poll(() => page.evaluate(() => window.flowbook.markdown()))
    .toContain("{ a: 21 }");
  const said = page.getByText(
    "fill has changed since it wrote t. Run it to see what it gives now.",
  );
  await expect(said).toHaveCount(1);
  await expect(
    page
      .getByRole("region", { name: /cell q$/ })
      .getByText(/has changed since/),
  ).toBeVisible();
  await run(page);
  await expect(said).toHaveCount(0);
});

testInOwnContext(
  "the browser is asked once to keep what is stored: at the first Success, not before",
  async ({ page }) => {
    await page.addInitScript(() => {
      const asked = { times: 0 };
      Object.assign(window, { asked });
      navigator.storage.persist = async () => {
        asked.times += 1;
        return true;
      };
    });
    const asked = () =>
      page.evaluate(
        () => (window as unknown as { asked: { times: number } }).asked.times,
      );
    await openApp(page);
    await openText(
      page,
      notebookOf("Asking", [
        {
          name: "work",
          source: `
const may = task((n: number) => { if (n === 0) throw new Error("no"); return n })
flow("Asking", () => may(param("n", 0)))`,
        },
      ]),
    );
    expect((await run(page)).state).toBe("Failed");
    expect(await asked()).toBe(0);
    for (const n of [1, 2])
      expect((await run(page, { parameters: { n } })).state).toBe("Success");
    expect(await asked()).toBe(1);
    await page.getByRole("button", { name: "All notebooks" }).click();
    await expect(
      page.getByText(/About .* is kept in this browser/),
    ).toBeVisible();
  },
);

test("an import never goes into another notebook that is opened meanwhile", async ({
  page,
}) => {
  await openApp(page);
  await openText(page, loading);
  await run(page, { parameters: { n: 100_000 } });
  const outcomes = await page.evaluate(async (text) => {
    const { flowbook } = window;
    const address = location.href;
    const file = await flowbook.exportDatabase();
    const count = async () => {
      const [row] = await flowbook.query("SELECT count(*) AS n FROM rows");
      return row?.["n"];
    };
    const outcomes: unknown[] = [];
    for (const isUnderWay of [false, true]) {
      const importing = flowbook.importDatabase(file).then(
        () => "imported",
        (thrown: { code: string }) => thrown.code,
      );
      // It looks at the tables that there are before it takes the file.
      if (isUnderWay) await flowbook.query("SELECT 1");
      await flowbook.open(text);
      const tables = await flowbook.query("SELECT name FROM sqlite_schema");
      outcomes.push([await importing, tables.length]);
      const followed = new Promise((done) =>
        window.addEventListener("hashchange", done, { once: true }),
      );
      location.href = address;
      await followed;
      outcomes.push(await count());
    }
    return outcomes;
  }, loading);
  const [[early, none], before, [late, nothing], after] = outcomes as [
    [string, number],
    number,
    [string, number],
    number,
  ];
  expect([none, nothing]).toEqual([0, 0]);
  expect([before, after]).toEqual([100_000, 100_000]);
  for (const outcome of [early, late])
    expect(["imported", "storage-conflict"]).toContain(outcome);
});

test("a file that is no database is refused in plain words, and nothing is lost", async ({
  page,
}) => {
  await openApp(page);
  await openText(page, loading);
  await run(page);
  await importPhoto(page);
  await expect(page.getByText("3 rows").first()).toBeVisible();
});

const large = notebookOf("Large", [
  {
    name: "work",
    source: `
const fill = task((n: number) => db.exec(\`CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, bytes BLOB);
  INSERT INTO rows (bytes) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \${n})
  SELECT zeroblob(1000) FROM n\`))
flow("Large", () => fill(param("n", 1)))`,
  },
]);

/** The first value that a query gives. */
function first(page: Page, sql: string): Promise<unknown> {
  return page.evaluate(async (text) => {
    const [row] = await window.flowbook.query(text);
    return row && Object.values(row)[0];
  }, sql);
}

test("a database too large to be read at once is queried and written after a reload, and is all there after an import that fails", async ({
  page,
}) => {
  await openApp(page);
  await openText(page, large);
  await run(page, { parameters: { n: 40_000 } });
  await page.reload();
  expect(await first(page, "SELECT max(id) FROM rows")).toBe(40_000);
  expect((await run(page)).state).toBe("Success");
  await importPhoto(page);
  const sum = "SELECT sum(id) + sum(length(bytes)) FROM rows";
  const wanted = (40_001 * 40_002) / 2 + 40_001_000;
  expect(await first(page, sum)).toBe(wanted);
  await page.reload();
  expect(await first(page, sum)).toBe(wanted);
  expect(await first(page, "PRAGMA integrity_check")).toBe("ok");
});

test("what is on its way into the store by files leaves none, and is there when the browser starts again", async ({
  baseURL,
  launchOptions,
}) => {
  const profile = mkdtempSync(join(tmpdir(), "flowbook-profile-"));
  const sum = "SELECT sum(id) + sum(length(bytes)) FROM rows";
  /** Opens the app in a browser that keeps what it is given, which a window of a test does in memory. */
  const start = async (address: string) => {
    const context = await chromium.launchPersistentContext(profile, {
      ...launchOptions,
      serviceWorkers: "block",
    });
    const [page] = context.pages();
    await page!.goto(address);
    await page!.waitForFunction(() => "flowbook" in window);
    return { context, page: page! };
  };
  try {
    const one = await start(baseURL!);
    await openText(one.page, large);
    await run(one.page, { parameters: { n: 12_000 } });
    const staged = await one.page.evaluate(async () => {
      const root = await navigator.storage.getDirectory();
      // The folder is there, so it was the way.
      const folder = await root.getDirectoryHandle("flowbook-staging");
      const names: string[] = [];
      for await (const name of folder.keys()) names.push(name);
      return names;
    });
    expect(staged).toEqual([]);
    const address = one.page.url();
    await one.context.close();
    const again = await start(address);
    expect(await first(again.page, sum)).toBe(
      (12_000 * 12_001) / 2 + 12_000_000,
    );
    expect(await first(again.page, "PRAGMA integrity_check")).toBe("ok");
    await again.context.close();
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
});
