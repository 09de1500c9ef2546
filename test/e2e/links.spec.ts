import type { Page } from "@playwright/test";
import { makeLink } from "../../src/notebook/link.ts";
import { startEvilHost } from "../engines/evil.ts";
import { expect, openApp, test } from "./fixture.ts";
import { newestRun, notebookOf, query } from "./notebooks.ts";

/** A notebook that contacts a host and writes a table, with a query and a parameter. */
function visiting(...hosts: string[]): string {
  return notebookOf(
    "Visits",
    [
      {
        name: "work",
        source: `
const visit = task(async (path: string) => {
  const texts: string[] = []
  for (const host of ${JSON.stringify(hosts)})
    texts.push(await fetchText(host + "/" + path).catch(() => "not reached"))
  return texts
})
flow("Visits", () => { load("visits", rowsOf(visit(param("path", "first")))) })
const rowsOf = task((texts: string[]) => texts.map((text) => ({ text })))`,
      },
      { language: "sql", name: "all", source: "SELECT text FROM visits" },
    ],
    hosts.length > 0
      ? `network:\n${hosts.map((host) => `  - ${host}\n`).join("")}`
      : "",
  );
}

const card = (page: Page) => page.getByRole("region", { name: "Preview" });
const pressRun = (page: Page) =>
  page.getByRole("button", { name: "Run", exact: true }).first().click();
const library = (page: Page) =>
  page.evaluate(async () => {
    const opening = indexedDB.open("flowbook");
    await new Promise((resolve) => (opening.onsuccess = resolve));
    const keys = opening.result
      .transaction("entries")
      .objectStore("entries")
      .getAllKeys();
    await new Promise((resolve) => (keys.onsuccess = resolve));
    opening.result.close();
    return keys.result
      .filter((key) => Array.isArray(key) && key[0] === "text")
      .map((key) => (key as string[])[1]!);
  });
async function waitForRuns(page: Page, count: number): Promise<void> {
  await expect
    .poll(() =>
      page.evaluate(async () =>
        (await window.flowbook.runs()).map(({ state }) => state),
      ),
    )
    .toEqual(Array(count).fill("Success"));
}

test("a link opens in a preview that says what it would do, and nothing has run", async ({
  page,
}) => {
  const evil = await startEvilHost();
  await openApp(page, await makeLink(visiting(evil.origin)));
  const { host } = new URL(evil.origin);
  await expect(card(page)).toContainText("came with a link");
  await expect(card(page)).toContainText("Nothing in it has run");
  await expect(card(page)).toContainText(host);
  await expect(card(page).getByText("visits", { exact: true })).toBeVisible();
  await expect(card(page)).toContainText("Visits: 3 tasks, 1 parameter");
  await expect(page.getByLabel("path", { exact: true })).toHaveValue("first");
  await expect(page.locator("svg [data-state]").first()).toBeVisible();
  expect(await page.evaluate(() => window.flowbook.runs())).toEqual([]);
  expect(await query(page, "SELECT name FROM sqlite_schema")).toEqual([]);
  expect(await library(page)).toEqual([]);
  expect(evil.hits).toEqual([]);
  await evil.close();
});

test("Run asks once for each host, and the answers are remembered for that code", async ({
  page,
}) => {
  const [one, two] = [await startEvilHost(), await startEvilHost()];
  const text = visiting(one.origin, two.origin);
  await openApp(page, await makeLink(text));
  await pressRun(page);
  const sheet = page.getByRole("dialog");
  const answer = (origin: string, name: string) =>
    sheet
      .getByRole("group", { name: new URL(origin).host })
      .getByRole("button", { name })
      .click();
  await answer(one.origin, "Allow");
  expect(await page.evaluate(() => window.flowbook.runs())).toEqual([]);
  await answer(two.origin, "Refuse");
  await waitForRuns(page, 1);
  const reached = [{ text: "reached" }, { text: "not reached" }];
  expect(await query(page, "SELECT text FROM visits")).toEqual(reached);
  expect([one.hits, two.hits]).toEqual([["/first"], []]);

  // The same code with other words around it, from another sender.
  await page.evaluate(() => window.flowbook.open("# Something else\n"));
  await openApp(page, await makeLink(`${text}\nHave fun!\n`));
  await expect(page.getByText("Have fun!")).toBeVisible();
  await pressRun(page);
  await waitForRuns(page, 1);
  expect([one.hits.length, two.hits.length]).toEqual([2, 0]);

  // Other code is asked for anew.
  await openApp(page, await makeLink(text.replaceAll("texts", "words")));
  await expect(card(page)).toContainText("Nothing in it has run");
  await pressRun(page);
  await expect(sheet).toContainText("May it contact these hosts?");
  await Promise.all([one.close(), two.close()]);
});

test("it can be run without network, which decides nothing", async ({
  page,
}) => {
  const evil = await startEvilHost();
  await openApp(page, await makeLink(visiting(evil.origin)));
  await pressRun(page);
  await page.getByRole("button", { name: "Run without network" }).click();
  await waitForRuns(page, 1);
  expect(await query(page, "SELECT text FROM visits")).toEqual([
    { text: "not reached" },
  ]);
  await pressRun(page);
  const sheet = page.getByRole("dialog");
  await sheet.getByRole("button", { name: "Allow" }).click();
  await waitForRuns(page, 2);
  expect(evil.hits).toEqual(["/first"]);
  // Also when it is allowed.
  await page.getByRole("button", { name: "Menu" }).click();
  await page.getByRole("menuitem", { name: "Run without network" }).click();
  await waitForRuns(page, 3);
  expect(evil.hits).toEqual(["/first"]);
  await evil.close();
});

test("what a preview has run is there after a reload, and stays with the copy that is kept", async ({
  page,
}) => {
  const link = await makeLink(visiting());
  await openApp(page, link);
  await pressRun(page);
  await waitForRuns(page, 1);
  const count = "SELECT count(*) AS n FROM history.runs";
  await page.reload();
  await expect(card(page)).toContainText("stays in this browser for a week");
  expect(await query(page, count)).toEqual([{ n: 1 }]);
  expect(new URL(page.url()).hash).toBe(link);
  expect(await library(page)).toEqual([]);

  await card(page).getByRole("button", { name: "Keep a copy" }).click();
  await expect(card(page)).toBeHidden();
  expect(new URL(page.url()).hash).toMatch(/^#n\./);
  await page.reload();
  await waitForRuns(page, 1);
  expect(await library(page)).toHaveLength(1);
});

test("a link never touches what was kept of it before", async ({ page }) => {
  const link = await makeLink(visiting());
  await openApp(page, link);
  await card(page).getByRole("button", { name: "Keep a copy" }).click();
  const kept = new URL(page.url()).hash;
  await pressRun(page);
  await waitForRuns(page, 1);

  await page.evaluate((hash) => (location.hash = hash), link);
  await expect(card(page)).toContainText("You kept a copy of this before");
  expect(await page.evaluate(() => window.flowbook.runs())).toEqual([]);
  await page.locator(".cm-content").first().click();
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText("\n// mine now");
  await expect(page.getByText("You changed this notebook")).toBeVisible();
  expect(new Set(await library(page)).size).toBe(2);
  expect(new URL(page.url()).hash).not.toBe(kept);

  await page.evaluate((hash) => (location.hash = hash), link);
  await card(page).getByRole("button", { name: "Open my copy" }).click();
  await expect(card(page)).toBeHidden();
  expect(await page.evaluate(() => window.flowbook.markdown())).toContain(
    "// mine now",
  );
  await page.evaluate((hash) => (location.hash = hash), kept);
  await waitForRuns(page, 1);
  expect(await page.evaluate(() => window.flowbook.markdown())).toBe(
    visiting(),
  );
});

test("a copy that the reader edits asks again only for a host that is new", async ({
  page,
}) => {
  const [one, two] = [await startEvilHost(), await startEvilHost()];
  await openApp(page, await makeLink(visiting(one.origin)));
  await pressRun(page);
  await page.getByRole("dialog").getByRole("button", { name: "Allow" }).click();
  await waitForRuns(page, 1);
  await page.locator(".cm-content").first().click();
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText("\n// edited");
  await expect(card(page)).toBeHidden();
  await pressRun(page);
  await waitForRuns(page, 2);
  expect(one.hits).toHaveLength(2);
  await expect(page.getByRole("region", { name: "Permissions" })).toBeHidden();
  await Promise.all([one.close(), two.close()]);
});

test("a link that was cut says so, and the whole one can be pasted there", async ({
  page,
}) => {
  const link = await makeLink(visiting());
  await openApp(page, link.slice(0, -20));
  await expect(page.getByRole("alert")).toContainText("was cut on the way");
  await expect(page.getByRole("alert")).toContainText("as a file");
  await page.reload();
  await expect(page.getByRole("alert")).toContainText("was cut on the way");
  await page
    .getByLabel("Do you have it in full? Paste it here.")
    .fill(`${new URL(".", page.url()).href}${link}`);
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await expect(card(page)).toContainText("came with a link");
  expect(new URL(page.url()).hash).toBe(link);
});

test("parameters ride in the query, and one that cannot be used says so", async ({
  page,
}) => {
  const text = notebookOf("Given", [
    {
      name: "work",
      source: `
const add = task((n: number, from: string) => from + n)
flow("First", () => add(param("n", 1), param("from", "a")))
flow("Second", () => add(param("n", 1), param("from", "a")))`,
    },
  ]);
  const link = await makeLink(text);
  await openApp(page, `?flow=Second&n=7&p.from=b&fbclid=x${link}`);
  await expect(page.getByLabel("n", { exact: true })).toHaveValue("7");
  await expect(page.getByLabel("from", { exact: true })).toHaveValue("b");
  await pressRun(page);
  await waitForRuns(page, 1);
  expect(await newestRun(page)).toMatchObject({ flow: "Second", result: "b7" });

  await openApp(page, `?n=seven${link}`);
  await expect(
    page.getByText("A value in the link cannot be used"),
  ).toBeVisible();
  await expect(page.getByLabel("n", { exact: true })).toHaveValue("1");
});
