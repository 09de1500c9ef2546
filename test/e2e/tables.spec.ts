import { expect, testInOnePage as test } from "./fixture.ts";
import { notebookOf, openText, run } from "./notebooks.ts";

const flights = notebookOf("Flights", [
  {
    name: "work",
    source: `
const fill = task((count: number) => load("flight", Array.from({ length: count }, (_, i) => ({
  id: i + 1, airline: ["United", "Delta", "Alaska"][i % 3], delay: (i * 37) % 240 - 20, gate: i % 4 ? "A" + (i % 9) : null,
})), { mode: "replace" }))
const more = task(() => db.exec("INSERT INTO flight (id, airline, delay) VALUES (99999, 'New', 1)"))
flow("Fill", () => fill(param("count", 500)))
flow("More", () => more())`,
  },
  {
    name: "settings",
    source: `const airlines = ["United", "Delta"]`,
  },
  {
    name: "chosen",
    language: "sql",
    source:
      "SELECT airline, count(*) AS n FROM flight\nWHERE airline IN (${airlines}) AND id <= ${count} GROUP BY 1 ORDER BY 1",
  },
  {
    name: "everything",
    language: "sql",
    source: "SELECT count(*) AS n FROM flight",
  },
  { name: "bad", language: "sql", source: "DELETE FROM flight" },
  {
    name: "over",
    language: "sql",
    source: "SELECT e.n + max(c.n) AS sum FROM chosen c, everything e",
  },
  {
    name: "twice",
    language: "sql",
    source: "SELECT 2 * n AS m FROM everything",
  },
  { name: "wrong", language: "sql", source: "SELECT m, x FROM twice" },
  { name: "behind", language: "sql", source: "SELECT * FROM wrong" },
]);

test("a SQL cell binds values of cells and parameters, also of another flow than is on show, follows the tables that it reads, and refuses to write", async ({
  page,
}) => {
  await openText(page, flights);
  await run(page, { flow: "Fill" });
  const expectChosen = async (count: number) =>
    expect(
      await page.evaluate(() => window.flowbook.output("chosen")),
    ).toMatchObject({
      rows: ["Delta", "United"].map((airline) => ({ airline, n: count })),
    });
  await expectChosen(167);
  const everything = page.getByRole("group", { name: "Output of everything" });
  await expect(everything.getByText("500", { exact: true })).toBeVisible();
  // Cells that others read by their names, also with the values that they bind.
  expect(
    await page.evaluate(() => window.flowbook.output("over")),
  ).toMatchObject({ rows: [{ sum: 667 }] });
  const twice = page.getByRole("group", { name: "Output of twice" });
  await expect(twice.getByText("1000", { exact: true })).toBeVisible();
  await run(page, { flow: "More" });
  await expect(everything.getByText("501", { exact: true })).toBeVisible();
  await expect(twice.getByText("1002", { exact: true })).toBeVisible();
  const behind = page.getByRole("group", { name: "Output of behind" });
  await expect(behind).toContainText(
    "In the SQL cell wrong, which is read here: SQLite: no such column: x",
  );
  await page.getByLabel("Flow", { exact: true }).selectOption("More");
  await expectChosen(167);
  await expect(
    page.getByRole("group", { name: "Output of bad" }),
  ).toContainText("Use db.exec in a task");
});

test("rows that a cell shows are sorted by a click on a column, up, down and not at all", async ({
  page,
}) => {
  await openText(
    page,
    notebookOf("Sorted", [
      {
        name: "letters",
        language: "sql",
        source: "VALUES ('b'), ('c'), ('a')",
      },
    ]),
  );
  const output = page.getByRole("group", { name: "Output of letters" });
  const column = output.getByRole("columnheader");
  for (const [order, rows] of [
    ["ascending", "abc"],
    ["descending", "cba"],
    [null, "bca"],
  ] as const) {
    await column.getByRole("button").click();
    await expect.poll(() => column.getAttribute("aria-sort")).toBe(order);
    await expect(output.getByRole("cell").filter({ hasText: /./ })).toHaveText([
      ...rows,
    ]);
  }
});

test("a table is filtered from its summaries, sorted, exported and kept as a cell", async ({
  page,
}) => {
  await openText(page, flights);
  await run(page, { flow: "Fill" });
  await page.getByRole("tab", { name: /Tables/ }).click();
  const pane = page.getByRole("tabpanel", { name: /Tables/ });
  await expect(pane.getByText("written by fill")).toBeVisible();
  const values = pane.getByRole("group", { name: "Values of airline" });
  await values.getByRole("button", { name: /airline = Delta/ }).click();
  await expect(pane.getByRole("status")).toHaveText("167 rows of 500");
  await pane.getByRole("button", { name: "Filter by delay" }).click();
  await page.getByRole("spinbutton", { name: "From" }).fill("100");
  await page
    .getByRole("button", { name: "Show only these", exact: true })
    .click();
  await pane.getByTitle("Sort by delay").click();
  const sql = `SELECT * FROM "flight"\nWHERE "airline" = 'Delta' AND "delay" >= 100 AND typeof("delay") IN ('integer', 'real')\nORDER BY "delay" ASC NULLS LAST`;
  await expect(pane.getByText(sql)).toBeVisible();

  await pane.getByTitle("Download these rows").click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("menuitem", { name: "JSON" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("flight.json");

  await pane.getByRole("button", { name: "Filter by delay" }).click();
  await page.getByRole("button", { name: "Keep the chart as a cell" }).click();
  await expect(page.locator("[data-output] iframe").last()).toBeVisible();
  await pane.getByRole("button", { name: "Keep as cell" }).click();
  await expect(
    page.getByRole("group", { name: "Output of query1" }).getByRole("table"),
  ).toBeVisible();
});

test("columns of large numbers, and of texts beside numbers, are summed up and filtered by a bar, and a view that never ends is stopped, also in a cell", async ({
  page,
}) => {
  await openText(
    page,
    notebookOf("Large numbers", [
      {
        name: "work",
        source: `
const fill = task(() => load("large", Array.from({ length: 3000 }, (_, i) => ({
  big: 20250101 + i, at: 1764500000000 + i * 60000, few: i < 100 ? 49301234500 + i : null,
}))))
const mix = task(() => db.exec("CREATE TABLE mixed (x); INSERT INTO mixed VALUES (1), ('1'), ('a'), ('a'), (NULL); CREATE VIEW texts AS SELECT x AS text FROM mixed WHERE typeof(x) = 'text'; CREATE VIEW endless AS WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c) SELECT count(*) AS n FROM c"))
flow("Fill", () => { fill(); mix() })`,
      },
      { name: "shown", source: 'table("endless")' },
    ]),
  );
  await run(page);
  const output = page.getByRole("group", { name: "Output of shown" });
  await output.getByRole("button", { name: "Stop" }).click();
  await expect(output.getByText("Reading endless was stopped")).toBeVisible();
  await expect(
    output.getByRole("button", { name: "Read again" }),
  ).toBeFocused();

  await page.getByRole("tab", { name: /Tables/ }).click();
  const pane = page.getByRole("tabpanel", { name: /Tables/ });
  const valuesOf = (column: string) =>
    pane.getByRole("group", { name: `Values of ${column}` });
  await expect(valuesOf("few")).toContainText("100 different");
  await expect(valuesOf("big")).toContainText("20,250,101 20,253,100");
  await valuesOf("big").getByRole("button").last().click();
  await expect(pane.getByText("20,252,951 ≤ big ≤ 20,253,100")).toBeVisible();
  await expect(pane.getByRole("status")).toHaveText("150 rows of 3,000");
  await expect(valuesOf("few")).toContainText("0 different");

  await pane.getByRole("button", { name: /^mixed/ }).click();
  await expect(valuesOf("x").getByRole("button")).toHaveText([
    "a 40 %",
    "1 20 %",
    '"1" 20 %',
    "20 % null",
  ]);
  await valuesOf("x").getByRole("button", { name: 'x = "1"' }).click();
  await expect(pane.getByRole("status")).toHaveText("1 row of 5");

  await pane.getByRole("button", { name: "endless view" }).click();
  await pane.getByRole("button", { name: "Stop" }).click();
  await expect(pane.getByText("Reading endless was stopped")).toBeVisible();
  const readAgain = pane.getByRole("button", { name: "Read again" });
  await expect(readAgain).toBeFocused();
  await readAgain.click();
  await pane.getByRole("button", { name: "Stop" }).click();
  await expect(readAgain).toBeFocused();
  await readAgain.click();
  await expect(pane.getByRole("button", { name: "Stop" })).toBeVisible();
  // Whoever turns to another table does not wait for this one.
  await pane.getByRole("button", { name: /^mixed/ }).click();
  await expect(pane.getByRole("status")).toHaveText("5 rows");

  await pane.getByRole("button", { name: "texts view" }).click();
  await expect(pane.getByRole("status")).toHaveText("3 rows");
  await pane.getByTitle("Sort by text").click();
  await expect(
    pane.getByRole("region", { name: "texts" }).getByRole("cell"),
  ).toContainText(["1", "", "a", "", "a", ""]);
  await pane.getByRole("button", { name: "Drop texts" }).click();
  await expect(page.getByText("The view texts is gone.")).toBeVisible();
  await expect(pane.getByRole("button", { name: /^mixed/ })).toBeVisible();
  await expect(pane.getByRole("button", { name: "texts view" })).toHaveCount(0);
});

test("what goes with a filter or a table leaves the focus near by, and queries follow a table that is dropped and put back", async ({
  page,
}) => {
  await openText(
    page,
    notebookOf("Two", [
      {
        name: "main",
        source: `flow("Fill", () => {
  load("t", [{ n: 1 }, { n: 2 }])
  load("u", [{ n: 1 }])
})`,
      },
      { language: "sql", name: "q", source: "SELECT sum(n) AS s FROM t" },
    ]),
  );
  await run(page);
  await page.getByRole("tab", { name: /Tables/ }).click();
  const pane = page.getByRole("tabpanel", { name: /Tables/ });
  const output = page.getByRole("group", { name: "Output of q" });
  await expect(output.getByRole("cell")).toContainText(["3"]);
  await pane.getByRole("button", { name: /^t\b/ }).click();
  const rows = pane.getByRole("region", { name: "t" });
  const bar = pane.getByRole("group", { name: "Values of n" });
  await bar.getByRole("button").first().click();
  await expect(rows).toBeFocused();
  await pane.getByRole("button", { name: /^Remove the filter/ }).click();
  await expect(rows).toBeFocused();
  await bar.getByRole("button").first().click();
  await pane.getByRole("button", { name: "Show all rows" }).press("Enter");
  await expect(rows).toBeFocused();

  await pane.getByRole("button", { name: "Drop t" }).press("Enter");
  const other = pane.getByRole("button", { name: /^u\b/ });
  await expect(other).toBeFocused();
  await expect(output).toContainText("no such table");
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await expect(output.getByRole("cell")).toContainText(["3"]);
  await expect(other).toBeFocused();
});

test("of a thousand tables those near to what is in sight are there, and the last one comes by scrolling", async ({
  page,
}) => {
  await openText(
    page,
    notebookOf("Many", [
      {
        name: "work",
        source: `
const make = task(() => db.exec(Array.from({ length: 1000 }, (_, i) => "CREATE TABLE t" + String(i).padStart(3, "0") + " (a);").join(" ")))
flow("Make", () => make())`,
      },
    ]),
  );
  await run(page);
  await page.getByRole("tab", { name: /Tables/ }).click();
  const list = page.getByRole("list", { name: "Tables" });
  const entries = list.getByRole("button");
  await expect(entries.first()).toContainText("t000");
  expect(await entries.count()).toBeLessThan(500);
  const last = list.getByRole("button", { name: "t999" });
  await expect(async () => {
    await list.evaluate((node) => node.scrollTo(0, node.scrollHeight));
    await expect(last).toBeVisible({ timeout: 100 });
  }).toPass();
  await last.click();
  await expect(page.getByText('SELECT * FROM "t999"')).toBeVisible();
});

test("with keys and wheel every row of a very long table comes into sight", async ({
  page,
}) => {
  await openText(page, flights);
  await run(page, { flow: "Fill", parameters: { count: 1_000_000 } });
  await page.getByRole("tab", { name: /Tables/ }).click();
  const table = page.getByRole("region", { name: "flight" });
  /** The numbers of the first and the last row that are wholly in sight. */
  const inSight = () =>
    table.evaluate((region) => {
      const { bottom } = region.getBoundingClientRect();
      const head = region.querySelector("th")!.getBoundingClientRect().bottom;
      const numbers = [...region.querySelectorAll("tr.row")]
        .filter((row) => {
          const at = row.getBoundingClientRect();
          return at.top >= head - 1 && at.bottom <= bottom;
        })
        .map((row) => Number(row.querySelector("td")!.textContent));
      return [numbers[0], numbers.at(-1)];
    });
  // The charts above the columns take of the room for rows.
  await expect(table.getByText(/different/)).toHaveCount(4);
  await table.focus();
  await expect.poll(inSight).toEqual([1, expect.any(Number)]);
  const [, last] = await inSight();
  await page.keyboard.press("PageDown");
  await expect.poll(inSight).toEqual([last, 2 * last! - 1]);
  await page.keyboard.press("ArrowDown");
  await expect.poll(inSight).toEqual([last! + 1, 2 * last!]);
  await page.keyboard.press("Shift+Space");
  await expect.poll(inSight).toEqual([2, last! + 1]);
  const rowHeight = await table
    .locator("tr.row")
    .first()
    .evaluate((row) => (row as HTMLElement).offsetHeight);
  await table.hover();
  await page.mouse.wheel(0, 3 * rowHeight);
  await expect.poll(inSight).toEqual([5, last! + 4]);
  await page.mouse.wheel(0, -0.5 * rowHeight);
  await page.mouse.wheel(0, -0.5 * rowHeight);
  await expect.poll(inSight).toEqual([4, last! + 3]);
  await page.keyboard.press("End");
  await expect.poll(inSight).toEqual([expect.any(Number), 1_000_000]);
});

test("a table is seen in the list when it is chosen, behind hundreds of others and without a name", async ({
  page,
}) => {
  await openText(
    page,
    notebookOf("Many tables", [
      {
        name: "work",
        source: `const make = task(async () => {
  await db.exec('CREATE TABLE IF NOT EXISTS "" ("" TEXT)')
  for (let i = 1; i <= 260; i += 1) await db.exec("CREATE TABLE IF NOT EXISTS t" + i + " (column" + i + ")")
  await db.exec("INSERT INTO t1 VALUES (1)")
})
flow("Make", () => make())`,
      },
    ]),
  );
  await run(page);
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("column260");
  await expect(page.getByRole("option").first()).toContainText("column260");
  await page.keyboard.press("Enter");
  const list = page.getByRole("list", { name: "Tables" });
  const chosen = list.locator("[aria-current=true]");
  await expect(chosen).toContainText("t260");
  await expect(chosen).toBeInViewport();

  // who looks at others is left there when the tables change
  await list.evaluate((element) => (element.scrollTop = 0));
  await expect(chosen).not.toBeInViewport();
  await run(page);
  await expect(list.getByRole("button", { name: "t1 2 rows" })).toBeVisible();
  await expect(chosen).not.toBeInViewport();

  await list.getByRole("button", { name: '"" 0 rows' }).click();
  await expect(chosen).toHaveText(/^\s*""\s*0 rows/);
});
