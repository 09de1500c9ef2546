import { expect, openApp, test } from "./fixture.ts";
import { openText, notebookOf, run } from "./notebooks.ts";

const notLoaded = /This part of the app could not be loaded.*try again/;

test("a part of the app that cannot be fetched is told of, and fetched with its styles when it is wanted again", async ({
  page,
  complaints,
}) => {
  complaints.allow(/Failed to load resource/);
  await openApp(page);
  await openText(page, notebookOf("Test", []));
  for (const part of ["**/ShareSheet-*.css", "**/ShareSheet-*.js"]) {
    await page.route(part, (route) => route.abort());
    await page.getByRole("button", { name: "Share", exact: true }).click();
    const notice = page.getByRole("status").filter({ hasText: notLoaded });
    await expect(notice).toBeVisible();
    await page.getByRole("button", { name: "Close this message" }).click();
    await page.unroute(part);
  }
  await page.getByRole("button", { name: "Share", exact: true }).click();
  await expect(page.getByRole("dialog", { name: "Share" })).toBeVisible();
  expect(
    await page.evaluate(
      () =>
        [...document.styleSheets].filter(({ href }) =>
          href?.includes("/ShareSheet-"),
        ).length,
    ),
  ).toBe(1);
});

test("a part of a worker that cannot be fetched is told of in the same words", async ({
  page,
  complaints,
}) => {
  complaints.allow(/Failed to load resource/);
  await openApp(page);
  const source =
    'const fill = task(() => load("flight", [{ n: 1 }]))\nflow("Fill", () => fill())';
  await openText(page, notebookOf("Test", [{ name: "work", source }]));
  expect(await run(page)).toMatchObject({ state: "Success" });
  await page.getByRole("tab", { name: "Tables" }).click();
  // Those of the page's own context, as workers ask by themselves.
  await page.context().route("**/exportRows-*.js", (route) => route.abort());
  await page.getByTitle("Download these rows").click();
  await page.getByRole("menuitem", { name: "JSON" }).click();
  const notice = page.getByRole("status").filter({ hasText: notLoaded });
  await expect(notice).toBeVisible();
  await page.context().unroute("**/exportRows-*.js");
  await page.getByTitle("Download these rows").click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("menuitem", { name: "JSON" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("flight.json");
});
