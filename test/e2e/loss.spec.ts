import type { Page } from "@playwright/test";
import { expect, openApp, test } from "./fixture.ts";
import { notebookOf, openText, run } from "./notebooks.ts";

const kept = notebookOf("Kept", [
  {
    name: "work",
    source: `
const rows = task(async (n: number) => { await load("kept", [{ n }]); return n })
flow("Kept", () => rows(param("n", 1)))`,
  },
]);

/** Deletes databases of the site as Chromium does when it finds them damaged: from a page on which Flowbook does not run. Then opens the page again. */
async function lose(page: Page, which: RegExp): Promise<void> {
  const address = page.url();
  await page.goto(new URL("icon.svg", address).href);
  await page.evaluate(async (source) => {
    for (const { name } of await indexedDB.databases())
      if (name && new RegExp(source).test(name))
        await new Promise((resolve) => {
          indexedDB.deleteDatabase(name).onsuccess = resolve;
        });
  }, which.source);
  await page.goto(address);
  await page.reload();
}

/** Runs the notebook, and waits until there is a copy that has its rows. */
async function openAndCopy(page: Page): Promise<void> {
  await openApp(page);
  await openText(page, kept);
  await run(page, { parameters: { n: 5 } });
  await expect
    .poll(
      () =>
        page.evaluate(async () => {
          const { storageBuckets } = navigator as unknown as {
            storageBuckets: {
              open(name: string): Promise<{ indexedDB: IDBFactory }>;
            };
          };
          const bucket = await storageBuckets.open("flowbook-copies");
          const name = `flowbook:${location.hash.slice("#n.".length)}`;
          const all = await bucket.indexedDB.databases();
          if (!all.some((database) => database.name === name)) return 0;
          const opening = bucket.indexedDB.open(name);
          await new Promise((resolve) => (opening.onsuccess = resolve));
          const segments = opening.result
            .transaction("entries")
            .objectStore("entries")
            .count(["segment", 0]);
          await new Promise((resolve) => (segments.onsuccess = resolve));
          opening.result.close();
          return segments.result;
        }),
      { timeout: 20_000 },
    )
    .toBe(1);
}

const rowsOf = (page: Page) =>
  page.evaluate(() => window.flowbook.query("SELECT n FROM kept ORDER BY n"));

test("when the browser has lost everything, Home says so and brings the notebook back from its copy", async ({
  page,
  complaints,
}) => {
  complaints.allow(/favicon/);
  await openAndCopy(page);
  await lose(page, /./);
  await expect(page.getByText("Lost by the browser")).toBeVisible();
  const lost = page.getByRole("listitem").filter({ hasText: "Kept" });
  await lost.getByRole("button", { name: /Restore the copy/ }).click();
  await page.getByRole("button", { name: /^Kept/ }).click();
  await expect(page.getByRole("tab", { name: "Runs" })).toContainText("1");
  expect(await rowsOf(page)).toEqual([{ n: 5 }]);
  const [last] = await page.evaluate(() => window.flowbook.runs());
  expect(last).toMatchObject({ state: "Success", result: 5 });

  await page.reload();
  expect((await run(page, { parameters: { n: 6 } })).state).toBe("Success");
  expect(await rowsOf(page)).toEqual([{ n: 5 }, { n: 6 }]);
});

test("a notebook whose data are lost is never shown as a new one: it is read-only until the reader has chosen", async ({
  page,
  complaints,
}) => {
  complaints.allow(/favicon/);
  await openAndCopy(page);
  await lose(page, /^flowbook:/);
  const notice = page.getByText("The browser lost the data");
  // However often it is opened before the reader has chosen.
  for (let opened = 0; opened < 4; opened += 1) {
    await expect(notice).toBeVisible();
    await page.reload();
  }
  await expect(notice).toBeVisible();
  const refused = await page.evaluate(() =>
    window.flowbook.run().then(
      () => "ran",
      (error: { code: string }) => error.code,
    ),
  );
  expect(refused).toBe("read-only");
  await page.getByRole("button", { name: /Restore the copy/ }).click();
  await expect(notice).toBeHidden();
  expect(await rowsOf(page)).toEqual([{ n: 5 }]);
});

test("who goes on without lost data has an empty database and a notebook that runs", async ({
  page,
  complaints,
}) => {
  complaints.allow(/favicon/);
  await openAndCopy(page);
  await lose(page, /^flowbook:/);
  await page.getByRole("button", { name: "Go on without them" }).click();
  await expect(page.getByText("The browser lost the data")).toBeHidden();
  expect((await run(page, { parameters: { n: 7 } })).state).toBe("Success");
  expect(await rowsOf(page)).toEqual([{ n: 7 }]);
  await page.reload();
  expect(await rowsOf(page)).toEqual([{ n: 7 }]);
});

test("a damaged database is said to be so, can be downloaded, and its copy brings it back", async ({
  page,
  complaints,
}) => {
  complaints.allow(/favicon/);
  await openAndCopy(page);
  const address = page.url();
  const id = address.slice(address.indexOf("#n.") + "#n.".length);
  await page.goto(new URL("icon.svg", address).href);
  await page.evaluate(async (name) => {
    const opening = indexedDB.open(name);
    await new Promise((resolve) => (opening.onsuccess = resolve));
    const store = opening.result
      .transaction("entries", "readwrite")
      .objectStore("entries");
    store.put(new Uint8Array(8192).fill(7), ["segment", 0]);
    await new Promise((resolve) => (store.transaction.oncomplete = resolve));
    opening.result.close();
  }, `flowbook:${id}`);
  await page.goto(address);
  await page.reload();
  const banner = page.locator(".read-only");
  await expect(banner).toContainText("is damaged");
  await page.getByRole("tab", { name: "Tables" }).click();
  await expect(page.getByRole("button", { name: "Download" })).toBeVisible();
  await banner.getByRole("button", { name: /Restore the copy/ }).click();
  await expect(banner).toBeHidden();
  expect(await rowsOf(page)).toEqual([{ n: 5 }]);
  expect((await run(page, { parameters: { n: 6 } })).state).toBe("Success");
});

test("what is typed in a notebook that the browser loses while it is open is kept, and the loss of its data is told", async ({
  page,
}) => {
  await openApp(page);
  await openText(page, kept);
  await run(page);
  const session = await page.context().newCDPSession(page);
  await session.send("Storage.clearDataForOrigin", {
    origin: new URL(page.url()).origin,
    storageTypes: "indexeddb",
  });
  await page
    .getByRole("textbox", { name: /^Code of/ })
    .first()
    .click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("\n// typed afterwards");
  const { state, tasks } = await run(page);
  expect(state).toBe("Failed");
  expect(tasks[0]!.message).toContain("has lost the data of this notebook");
  await page.reload();
  await expect(page.getByText("typed afterwards")).toBeVisible();
  await expect(
    page.getByText("The browser lost the data of this notebook"),
  ).toBeVisible();
});
