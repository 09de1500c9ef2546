import { expect, openApp, test } from "./fixture.ts";
import { waitFor } from "./notebooks.ts";

test("a newcomer finds the example drawn, runs it, and the rows are there after a reload", async ({
  page,
}) => {
  await openApp(page);
  await expect(
    page.getByRole("main").getByRole("heading", { name: "Aircraft ETL" }),
  ).toBeVisible();
  // Drawn before anything ran.
  await expect(page.getByText("extractLiveData").first()).toBeVisible();
  expect(await page.evaluate(() => window.flowbook.runs())).toEqual([]);

  await page.getByRole("button", { name: "Run", exact: true }).first().click();
  await waitFor(page, { "Aircraft ETL": "Success" });
  const count = () =>
    page.evaluate(async () => {
      const [row] = await window.flowbook.query(
        "SELECT count(*) AS n FROM aircraft",
      );
      return row?.["n"];
    });
  const rows = await count();
  expect(rows).toBeGreaterThan(100);

  await page.reload();
  await expect(page.getByText("6 Success")).toBeVisible();
  expect(await count()).toBe(rows);
  const output = await page.evaluate(() => window.flowbook.output("busiest"));
  expect(output?.rows?.length).toBeGreaterThan(5);
});

test("when the live source fails, reference data is kept and loaded, and Resume goes on from there", async ({
  page,
}) => {
  await openApp(page);
  await page.getByLabel("Live source", { exact: true }).selectOption("broken");
  await page.getByRole("button", { name: "Run", exact: true }).first().click();
  await waitFor(page, {
    "Aircraft ETL": "Failed",
    extractReferenceData: "Success",
    loadReferenceData: "Success",
    extractLiveData: "Failed",
    transform: "TriggerFailed",
    loadLiveData: "TriggerFailed",
    report: "Success",
  });
  const loaded = await page.evaluate(() =>
    window.flowbook.query("SELECT count(*) AS n FROM airlines"),
  );
  expect(loaded[0]?.["n"]).toBeGreaterThan(500);

  await page.getByLabel("Live source", { exact: true }).selectOption("auto");
  await page
    .getByRole("button", { name: /^Resume/ })
    .first()
    .click();
  await waitFor(page, { "Aircraft ETL": "Success" });
  const [run, ...others] = await page.evaluate(() => window.flowbook.runs());
  expect(others).toEqual([]);
  const attempts = Object.fromEntries(
    run!.tasks.map(({ name, attempts }) => [name, attempts]),
  );
  expect(attempts).toMatchObject({
    extractReferenceData: 1,
    loadReferenceData: 1,
    extractLiveData: 4,
  });
});

test("the graph follows the typing, and stays while a cell is broken", async ({
  page,
}) => {
  await openApp(page);
  await page.evaluate(() =>
    window.flowbook.open(
      '---\nflowbook: 1\ntitle: Typing\n---\n\n```ts work\nconst first = task(() => 1)\nconst second = task((n: number) => n + 1)\nflow("Typing", () => first())\n```\n',
    ),
  );
  const nodes = page.locator("svg [data-state]");
  await expect(nodes).toHaveCount(1);
  await page.getByRole("textbox", { name: "Code of cell work" }).click();
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText("\nconst third =");
  await expect(page.getByText("Error at line").first()).toBeVisible();
  await expect(nodes).toHaveCount(1);
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText(
    'const first = task(() => 1)\nconst second = task((n: number) => n + 1)\nflow("Typing", () => second(first()))',
  );
  await expect(nodes).toHaveCount(2);
  await expect(page.getByText("Error at line")).toHaveCount(0);
});
