/** The docs are found and opened as a reader does it. That their flows come to what they say, `test/node/docs.test.ts` checks. */
import { expect, openApp, test } from "./fixture.ts";
import { run } from "./notebooks.ts";

test.beforeEach(({ page }) => openApp(page));

test("the tour is opened from the start page, runs, fails as it says and is resumed", async ({
  page,
}) => {
  await page.getByRole("button", { name: "All notebooks" }).click();
  await page.getByRole("button", { name: "A tour in ten minutes" }).click();
  await expect(page).toHaveURL(/#n\.example-docs\/tour$/);
  await page.evaluate(() => window.flowbook.graph());
  const failed = await run(page, { parameters: { limit: 50 } });
  expect(failed.state).toBe("Failed");
  const resumed = await page.evaluate(() =>
    window.flowbook.resume({ parameters: { limit: 25 } }),
  );
  expect(resumed.state).toBe("Success");
  expect(resumed.tasks.find(({ name }) => name === "measure")!.attempts).toBe(
    1,
  );
});

test("the palette finds a heading of the docs, and opens the page there", async ({
  page,
}) => {
  await page.evaluate(() => window.flowbook.graph());
  await page.keyboard.press("Control+k");
  const field = page.getByRole("combobox", { name: /Find an action/ });
  await field.fill("fetchpages");
  await expect(
    page.getByRole("option", { name: /fetchPages.*Docs/ }),
  ).toBeVisible();
  await field.press("Enter");
  await expect(page).toHaveURL(/#n\.example-docs\/reference$/);
  await expect(
    page.getByRole("heading", { name: "fetchPages", exact: true }),
  ).toBeInViewport();
});

test("the palette has what can be done in the notebook before what the docs say of it", async ({
  page,
}) => {
  await page.evaluate(() => window.flowbook.graph());
  await page.keyboard.press("Control+k");
  const field = page.getByRole("combobox", { name: /Find an action/ });
  await field.fill("sql");
  await expect(
    page.getByRole("option", { name: /^SQL cells.*Docs/ }).first(),
  ).toBeVisible();
  await expect(page.locator("#palette-0")).toHaveAccessibleName(
    /Insert a SQL cell below/,
  );
});

test("the keyboard help leads to the docs", async ({ page }) => {
  await page.evaluate(() => window.flowbook.graph());
  await page.keyboard.press("?");
  await page.getByRole("button", { name: "Limits", exact: true }).click();
  await expect(page).toHaveURL(/#n\.example-docs\/limits$/);
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("a page that was only read is none of the reader's notebooks, and one that they changed is", async ({
  page,
}) => {
  const mine = page.getByRole("region", { name: "My notebooks" });
  const home = page.getByRole("button", { name: "All notebooks" });
  const limits = page.getByRole("button", { name: "Limits", exact: true });
  await home.click();
  await limits.click();
  await expect(page).toHaveURL(/#n\.example-docs\/limits$/);
  await page.evaluate(() => window.flowbook.graph());
  await home.click();
  await expect(limits).toBeVisible();
  await expect(mine.getByRole("button", { name: /Limits/ })).toHaveCount(0);
  await limits.click();
  await page.evaluate(() => window.flowbook.graph());
  await page
    .getByRole("textbox", { name: /^Code of cell/ })
    .first()
    .focus();
  await page.keyboard.type("// mine\n");
  await expect
    .poll(() => page.evaluate(() => window.flowbook.markdown()))
    .toContain("// mine");
  await home.click();
  await expect(mine.getByRole("button", { name: /^Limits/ })).toBeVisible();
});
