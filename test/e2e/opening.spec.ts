import { expect, openApp, test, testInOwnContext } from "./fixture.ts";
import { notebookOf, openCode, openText } from "./notebooks.ts";

/** A notebook of a hundred cells. */
const many = (title: string) =>
  notebookOf(
    title,
    Array.from({ length: 100 }, (_, at) => ({
      name: `part${at}`,
      source: `const step${at} = task((x: number) => x + ${at})`,
    })),
  );

test("of a notebook of many cells all of the text is there when it has opened, and soon what can be done with each cell", async ({
  page,
}) => {
  await openApp(page);
  for (const title of ["First", "Second"]) {
    await openText(page, many(title));
    const texts = await page.locator("[data-cell]").allTextContents();
    expect(texts).toHaveLength(100);
    texts.forEach((text, at) => expect(text).toContain(`step${at} = task`));
    await expect(page.getByRole("region", { name: /cell part/ })).toHaveCount(
      100,
    );
    await expect(page.locator("pre[data-cell]")).toHaveCount(0);
  }
});

testInOwnContext(
  "a cell that there is only the text of can be selected with the keyboard, and written in",
  async ({ page }) => {
    // The browser always has something better to do.
    await page.addInitScript(() => {
      window.requestIdleCallback = () => 0;
    });
    await openApp(page);
    await openText(page, many("Far"));
    await expect(page.locator("pre[data-cell]").nth(80)).toBeAttached();
    await page.getByRole("region", { name: /cell part0$/ }).focus();
    for (let step = 0; step < 20; step += 1) await page.keyboard.press("j");
    const cell = page.getByRole("region", { name: /cell part20$/ });
    await expect(cell).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(
      cell.getByRole("textbox", { name: "Code of cell part20" }),
    ).toBeFocused();
    await page.keyboard.press("ControlOrMeta+Home");
    await page.keyboard.type("// far below\n");
    await expect(cell).toContainText("// far below");
  },
);

test("Back and Forward lead through the notebooks that were opened, and through the list of them", async ({
  page,
}) => {
  await openApp(page);
  const heading = (name: string) => page.getByRole("heading", { name });
  const titleOf = (title: string) => expect(page).toHaveTitle(RegExp(title));
  await titleOf("Aircraft ETL");
  const steps = await page.evaluate(() => history.length);
  await openText(page, notebookOf("Second", []));
  await openText(page, notebookOf("Third", [{ name: "a", source: "1" }]));
  await page.getByRole("button", { name: "All notebooks" }).click();
  await expect(heading("Examples")).toBeVisible();
  expect(await page.evaluate(() => history.length)).toBe(steps + 3);

  await page.goBack();
  await titleOf("Third");
  await page.goBack();
  await titleOf("Second");
  await page.goBack();
  await titleOf("Aircraft ETL");
  // Faster than anything can be opened.
  await page.evaluate(() => history.forward());
  await page.evaluate(() => history.forward());
  await titleOf("Third");
  await page.evaluate(() => history.back());
  await page.evaluate(() => history.back());
  await titleOf("Aircraft ETL");
  await expect
    .poll(() => page.evaluate(() => window.flowbook.markdown()))
    .toContain("# Aircraft ETL");
  await page.goForward();
  await titleOf("Second");
  await page.reload();
  await titleOf("Second");
  await page.goForward();
  await titleOf("Third");
  await page.goForward();
  await expect(heading("Examples")).toBeVisible();
});

test("before its flows are drawn a notebook is not said to have none", async ({
  page,
}) => {
  await openApp(page);
  await openCode(page, "const one = task(() => 1)\nflow('F', () => one())");
  await expect(page.locator("aside svg g.node")).toHaveCount(1);
  let release = (): void => {};
  const isHeld = new Promise<void>((resolve) => (release = resolve));
  await page.route("**/assets/compile*.js", async (route) => {
    await isHeld;
    await route.continue();
  });
  await page.reload();
  const panel = page.getByRole("tabpanel", { name: "Graph" });
  await expect(panel).toBeAttached();
  await expect(panel).not.toContainText("no flow");
  release();
  await expect(panel.locator("svg g.node")).toHaveCount(1);
});

test("text that is written from right to left is read from the right, code and other text beside it from the left", async ({
  page,
}) => {
  await openApp(page);
  await openText(
    page,
    "# \u0645\u0631\u062d\u0628\u0627\n\n- \u0646\u0635 A.\n\nEnglish\n\n```\ncode\n```\n",
  );
  const prose = page.locator("main div.prose");
  const side = (selector: string) =>
    prose.evaluate((whole, selector) => {
      const part = whole.querySelector(selector)!;
      const range = document.createRange();
      range.selectNodeContents(part);
      const text = range.getBoundingClientRect();
      const all = part.getBoundingClientRect();
      return text.left - all.left > all.right - text.right ? "right" : "left";
    }, selector);
  await expect(prose.locator("pre")).toBeVisible();
  expect(await side("h2")).toBe("right");
  expect(await side("li")).toBe("right");
  expect(await side("p")).toBe("left");
  expect(await side("code")).toBe("left");
});

test("a double click on New notebook makes one, and Ctrl+Z takes back what was done to its cells beside them too", async ({
  page,
}) => {
  await openApp(page);
  await page.getByRole("button", { name: "All notebooks" }).click();
  await page.getByRole("button", { name: "New notebook" }).dblclick();
  const cells = page.locator("[data-cell]");
  await expect(cells.first()).toBeVisible();
  await page.evaluate(() => window.flowbook.graph().catch(() => {}));
  const count = await cells.count();
  await cells.first().focus();
  await page.keyboard.press("d");
  await page.keyboard.press("d");
  await expect(cells).toHaveCount(count - 1);
  await page.getByRole("tab", { name: "Runs" }).click();
  await page.keyboard.press("Control+z");
  await expect(cells).toHaveCount(count);
  await page.getByRole("button", { name: "All notebooks" }).click();
  await expect(page.getByRole("button", { name: /^Untitled/ })).toHaveCount(1);
});
