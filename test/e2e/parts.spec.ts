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

test("a part of the page that cannot be drawn says so in its place, and is there when it is tried again", async ({
  page,
  complaints,
}) => {
  complaints.allow(/no numbers here/);
  await openApp(page);
  await page.evaluate(() => {
    const { prototype } = Intl.NumberFormat;
    const { get } = Object.getOwnPropertyDescriptor(prototype, "format")!;
    const broken = (): never => {
      throw new Error("no numbers here");
    };
    const use = (getter: typeof get) =>
      Object.defineProperty(prototype, "format", {
        get: getter,
        configurable: true,
      });
    use(broken);
    Object.assign(window, { mendNumbers: () => use(get) });
  });
  await openText(
    page,
    notebookOf("Numbers", [
      {
        name: "fill",
        source: `const fill = task(() => load("flight", [{ n: 1 }]))\nflow("Fill", () => fill(param("of", { options: ["a", "a"] })))`,
      },
      { name: "one", language: "sql", source: "SELECT 1 AS n" },
    ]),
  );
  const output = page.getByRole("group", { name: "Output of one" });
  await expect(output.getByRole("alert")).toContainText(
    "Output of one could not be shown, by a fault of Flowbook: Error: no numbers here",
  );
  const graph = page.getByRole("tabpanel", { name: "Graph" });
  await expect(graph.getByRole("alert")).toContainText("Graph could not be");
  await run(page);
  await page.getByRole("tab", { name: /Tables/ }).click();
  const pane = page.getByRole("tabpanel", { name: /Tables/ });
  await expect(pane.getByRole("alert")).toContainText("Tables could not be");
  await page.evaluate(() =>
    (window as unknown as { mendNumbers(): void }).mendNumbers(),
  );
  for (const place of [output, pane])
    await place.getByRole("button", { name: "Try again" }).click();
  await expect(output.getByText("1 row", { exact: true })).toBeVisible();
  await expect(pane.getByText("1 row", { exact: true }).first()).toBeVisible();
  await page.getByRole("tab", { name: "Graph" }).click();
  await graph.getByRole("button", { name: "Try again" }).click();
  await expect(graph.getByLabel("of", { exact: true })).toHaveText("a");
});
