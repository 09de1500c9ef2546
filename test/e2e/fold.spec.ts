import { expect, testInOnePage as test } from "./fixture.ts";
import { openText } from "./notebooks.ts";

const text = `---
flowbook: 1
title: Sections
---

# Loading

What is loaded, and from where.

\`\`\`ts extract
const extract = task(() => "needle")
\`\`\`

## Details

\`\`\`ts more
const more = 1
\`\`\`

# Reports

\`\`\`ts last
const last = 2
\`\`\`
`;

test("a section folds under its heading, moves with it, stays folded, and opens for what is found in it", async ({
  page,
}) => {
  await openText(page, text);
  const cell = (name: string) => page.getByRole("region", { name });
  const titles = () =>
    page
      .locator("[data-cell]")
      .evaluateAll((cells) =>
        cells.map((one) => one.getAttribute("aria-label")),
      );
  const head = cell("Text cell: Loading");
  const fold = head.getByRole("button", { name: "Section Loading" });
  await expect(fold).toHaveAttribute("aria-expanded", "true");
  await expect.poll(titles).toHaveLength(6);

  await fold.click();
  await expect(head).toBeFocused();
  await expect(fold).toHaveAttribute("aria-expanded", "false");
  await expect(
    page.getByText("Loading is folded, 3 cells hidden."),
  ).toBeAttached();
  const folded = [
    "Text cell: Loading",
    "Text cell: Reports",
    "TypeScript cell last",
  ];
  expect(await titles()).toEqual(folded);
  await expect(head.getByText("What is loaded")).toBeHidden();
  await page.keyboard.press("ArrowDown");
  await expect(cell("Text cell: Reports")).toBeFocused();

  // Past the other section as a whole: none gets cells of the other.
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Alt+ArrowDown");
  await expect.poll(titles).toEqual([folded[1], folded[2], folded[0]]);
  await page.keyboard.press("Alt+ArrowUp");
  await expect.poll(titles).toEqual(folded);
  await page.keyboard.press("z");
  await page.keyboard.press("z");
  await expect.poll(titles).toEqual(folded);
  expect(await page.evaluate(() => window.flowbook.markdown())).toBe(
    text.replace("# Loading", "<!-- cell folded -->\n\n# Loading"),
  );

  await page.reload();
  await expect.poll(titles).toEqual(folded);
  await page.keyboard.press("Control+Shift+F");
  const field = page.getByRole("textbox", { name: "Find", exact: true });
  await field.fill("needle");
  await field.press("Enter");
  await expect(cell("TypeScript cell extract")).toContainText("needle");
  await expect.poll(titles).toHaveLength(6);
  // Looking for something changes nothing.
  expect(await page.evaluate(() => window.flowbook.markdown())).toContain(
    "<!-- cell folded -->",
  );

  await page.keyboard.press("Escape");
  await head.focus();
  await page.keyboard.press("o");
  await expect(
    head.getByRole("button", { name: "3 cells hidden" }),
  ).toBeVisible();
  await head.getByRole("button", { name: "3 cells hidden" }).click();
  await expect.poll(titles).toHaveLength(6);
  expect(await page.evaluate(() => window.flowbook.markdown())).toBe(text);
});

test("what is seen of a folded text is its whole first block", async ({
  page,
}) => {
  await openText(
    page,
    "<!-- cell folded -->\n\nA sentence that goes\non in its second line.\n\nmore of it\n\n<!-- cell folded -->\n\nTwo lines\n=========\n\nmore\n",
  );
  const sentence = page.getByRole("region", { name: "Text cell: A sentence" });
  await expect(sentence).toContainText("on in its second line.");
  await expect(sentence).not.toContainText("more of it");
  const section = page.getByRole("region", { name: "Text cell: Two lines" });
  await expect(
    section.getByRole("heading", { level: 2, name: "Two lines" }),
  ).toBeVisible();
  await expect(section).not.toContainText("more");
});

test("a folded section that is dragged into another comes below it, and hides nothing of it", async ({
  page,
}) => {
  await openText(
    page,
    text.replace("# Loading", "<!-- cell folded -->\n\n# Loading"),
  );
  const cell = (name: string) => page.getByRole("region", { name });
  const head = cell("Text cell: Loading");
  const last = cell("TypeScript cell last");
  await expect(head.getByText("3 cells hidden")).toBeVisible();
  await head.hover();
  await head.getByRole("button", { name: /^Move the text cell/ }).hover();
  await page.mouse.down();
  await expect(page.locator("html.dragging")).toBeAttached();
  await expect(async () => {
    const target = await last.boundingBox();
    if (!target) throw new Error("the cell is not there");
    await page.mouse.move(target.x + 20, target.y + 4, { steps: 4 });
    await expect(page.locator(".gap").last()).toHaveClass(/target/, {
      timeout: 1_000,
    });
  }).toPass();
  await page.mouse.up();
  await expect
    .poll(() => page.evaluate(() => window.flowbook.markdown()))
    .toMatch(/# Reports[^]*ts last[^]*# Loading[^]*ts extract[^]*ts more/);
  await expect(last).toBeVisible();
});
