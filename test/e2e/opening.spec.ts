import { expect, openApp, test } from "./fixture.ts";
import { notebookOf, openText } from "./notebooks.ts";

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

test("a cell that there is only the text of can be selected with the keyboard, and written in", async ({
  page,
}) => {
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
});
