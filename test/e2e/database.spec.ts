import { expect, openApp, test } from "./fixture.ts";
import { notebookOf, openText, run } from "./notebooks.ts";

const loading = notebookOf("Loading", [
  {
    name: "work",
    source: `
const rows = task(async (n: number) => { await load("rows", Array.from({ length: n }, (_, i) => ({ i, text: "row " + i }))) })
flow("Loading", () => { rows(param("n", 3)) })`,
  },
]);

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

test("the browser is asked once to keep what is stored: at the first Success, not before", async ({
  page,
}) => {
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
});

test("a file that is no database is refused in plain words, and nothing is lost", async ({
  page,
}) => {
  await openApp(page);
  await openText(page, loading);
  await run(page);
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
  await expect(page.getByText("3 rows").first()).toBeVisible();
});
