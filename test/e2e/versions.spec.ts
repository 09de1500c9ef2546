import type { Locator, Page } from "@playwright/test";
import { expect, openApp, test, testInOwnContext } from "./fixture.ts";
import { notebookOf, openText, resume, run } from "./notebooks.ts";

const text = notebookOf("Squares", [
  {
    name: "work",
    source: `
const square = task((n: number) => n * n)
flow("Squares", () => square(param("n", 3)))`,
  },
  { name: "seen", source: 'display("seen")' },
]);

test.beforeEach(async ({ page }) => {
  await openApp(page);
  await openText(page, text);
});

/** Types at the end of a cell's text. */
async function type(page: Page, cell: string, words: string): Promise<void> {
  const editor = page.getByRole("textbox", { name: `Code of cell ${cell}` });
  await editor.focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(words);
}

async function openVersions(page: Page): Promise<Locator> {
  await page.keyboard.press("Control+K");
  await page.getByRole("combobox").fill("version history");
  await page.keyboard.press("Enter");
  const sheet = page.getByRole("dialog", { name: "Version history" });
  await expect(sheet.getByRole("list")).toBeVisible();
  return sheet;
}

const markdown = (page: Page): Promise<string> =>
  page.evaluate(() => window.flowbook.markdown());

/** What the list says, without the times. */
const listed = (sheet: Locator): Locator =>
  sheet.getByRole("list", { name: "Versions, newest first" }).locator("li");

test("opening and running make versions; one is compared, restored and undone", async ({
  page,
}) => {
  await run(page);
  await type(page, "work", "\n// a note");
  await run(page, { parameters: { n: 4 } });
  await run(page, { parameters: { n: 5 } });
  await type(page, "work", " for later");
  const edited = await markdown(page);
  const sheet = await openVersions(page);
  await expect(listed(sheet)).toHaveText([
    /^2 .*Run 2 times · \+3 words/,
    /^1 .*Opened, run once · the first one kept/,
  ]);
  const shown = sheet.getByRole("region", { name: "Text" });
  await expect(shown.locator("ins")).toHaveText([" for later"]);
  await expect(shown.locator("del")).toHaveCount(0);
  await expect(shown).toContainText("1 cell without a change: seen");

  await listed(sheet).nth(1).getByRole("button").click();
  await expect(shown.locator("ins")).toHaveText(["// a note for later"]);
  // Who presses more often than once means neither what is below the sheet, nor to restore it again.
  await page.evaluate(() =>
    window.addEventListener("click", ({ detail }) => {
      if (detail > 1 && !document.querySelector("dialog[open]"))
        throw new Error("What is below the sheet was pressed.");
    }),
  );
  await sheet.getByRole("button", { name: "Restore" }).dblclick();
  await expect(sheet).toBeHidden();
  await page.mouse.down({ clickCount: 3 });
  await page.mouse.up({ clickCount: 3 });
  expect(await markdown(page)).toBe(text);
  // The cell that did not change still shows what it showed.
  const output = page.getByRole("group", { name: "Output of seen" });
  await expect(output).toContainText("seen");
  await expect(output).not.toContainText("From before the last edit");

  await page.keyboard.press("Control+z");
  expect(await markdown(page)).toBe(edited);
  await page.keyboard.press("Control+Shift+Z");
  expect(await markdown(page)).toBe(text);

  await page.reload();
  await page.waitForFunction(() => "flowbook" in window);
  await page.evaluate(() => window.flowbook.runs());
  expect(await markdown(page)).toBe(text);
  const again = await openVersions(page);
  await expect(listed(again)).toHaveText([
    /^4 .*Opened.*The text now/s,
    /^3 .*Before a restore · \+2 words/,
    /^2 /,
    /^1 .*The text now/s,
  ]);
});

test("a run leads to the text that it ran", async ({ page }) => {
  await run(page);
  await type(page, "work", "\n// later");
  await page.getByRole("tab", { name: "Runs" }).click();
  await page
    .getByRole("button", { name: /^Text/ })
    .and(page.getByTitle("The text that this run ran"))
    .click();
  const sheet = page.getByRole("dialog", { name: "Version history" });
  await expect(listed(sheet)).toHaveText([/The text of the run/]);
  const shown = sheet.getByRole("region", { name: "Text" });
  await expect(shown.locator("ins")).toHaveText(["// later"]);
  await sheet.getByLabel("Show").selectOption("its whole text");
  await expect(shown).toContainText("title: Squares");
  await expect(shown).toContainText("const square = task");
  await expect(shown).not.toContainText("// later");
});

test("a run that was resumed with another text names both, and shows the later one", async ({
  page,
}) => {
  await openText(
    page,
    notebookOf("Broken", [
      {
        name: "work",
        source: `
const first = task(() => 1)
const broken = task((n: number) => { throw new Error("no") })
flow("Broken", () => broken(first()))`,
      },
      { name: "note", source: "// mend it" },
    ]),
  );
  await run(page);
  await page.getByRole("tab", { name: "Runs" }).click();
  const button = page.getByTitle("The text that this run ran");
  await expect(button).toHaveText("Text version 1");
  await type(page, "note", " soon");
  await resume(page);
  await expect(button).toContainText("versions 1 and 2");
  await button.click();
  const sheet = page.getByRole("dialog", { name: "Version history" });
  await expect(listed(sheet)).toHaveText([
    /^2 .*The text of the run/,
    /^1 .*The text of the run/,
  ]);
  const shown = sheet.getByRole("region", { name: "Text" });
  await expect(shown).toContainText("// mend it soon");
});

test("a long stretch without a change opens by the keyboard, markup of a notebook stays text, and marks of direction are written out", async ({
  page,
}) => {
  const lines = Array.from({ length: 30 }, (_, at) => `// line ${at}`);
  await openText(
    page,
    notebookOf("Long", [
      { name: "long", source: `${lines.join("\n")}\n// <img src=x>\u202e` },
    ]),
  );
  await type(page, "long", " <b>bold</b>");
  const sheet = await openVersions(page);
  const shown = sheet.getByRole("region", { name: "Text" });
  await expect(shown.locator("ins")).toHaveText([" <b>bold</b>"]);
  await expect(shown).toContainText("<img src=x>\\u202e");
  await expect(shown.getByText("// line 3", { exact: true })).toHaveCount(0);
  const fold = shown.getByRole("button", {
    name: "27 lines without a change",
  });
  await fold.focus();
  await page.keyboard.press("Enter");
  await expect(shown.getByText("// line 3", { exact: true })).toBeVisible();
});

for (const [name, leave] of Object.entries({
  "is closed": (page: Page) => page.close(),
  "goes to another address": async (page: Page) => {
    await page.goto("about:blank");
  },
}))
  test(`what was typed right before the tab ${name} is saved`, async ({
    page,
    context,
  }) => {
    const address = page.url();
    // The editor has to be there: the time between the key and the end of the page is what counts.
    const editor = page.getByRole("textbox", { name: "Code of cell work" });
    await editor.focus();
    await page.keyboard.press("Control+End");
    await page.keyboard.insertText(" // the last words");
    await leave(page);
    const other = await context.newPage();
    await other.goto(address);
    await other.waitForFunction(() => "flowbook" in window);
    await other.evaluate(() => window.flowbook.runs());
    expect(await markdown(other)).toContain(" // the last words");
  });

testInOwnContext(
  "what is typed while there is no room is there after each reload, and is saved when there is room",
  async ({ page }) => {
    await page.addInitScript(() => {
      const { put } = IDBObjectStore.prototype;
      IDBObjectStore.prototype.put = function (...of) {
        if (sessionStorage.getItem("full"))
          throw new DOMException("no room", "QuotaExceededError");
        return put.apply(this, of);
      };
    });
    await page.reload();
    const notebook = page.getByRole("main", { name: "Notebook" });
    await expect(notebook).toBeVisible();
    await page.evaluate(() => sessionStorage.setItem("full", "yes"));
    for (const [typed, all] of [
      [" // X", " // X"],
      [" // Y", " // X // Y"],
    ] as const) {
      await type(page, "work", typed);
      await page.reload();
      // What is opened cannot be saved: that is said at home, where room can be made.
      await page.getByRole("button", { name: /^Squares/ }).click();
      await expect(notebook).toBeVisible();
      expect(await markdown(page)).toContain(all);
    }
    await page.evaluate(() => sessionStorage.removeItem("full"));
    await page.reload();
    await expect(notebook).toBeVisible();
    expect(await markdown(page)).toContain(" // X // Y");
    const sheet = await openVersions(page);
    await expect(sheet).not.toContainText("another tab");
  },
);

test("versions of a deleted notebook come back with Undo", async ({ page }) => {
  await run(page);
  await page.getByRole("button", { name: "All notebooks" }).click();
  await page.getByRole("button", { name: /Delete.*Squares/ }).click();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("button", { name: /^Squares/ }).click();
  await expect(page.getByRole("main", { name: "Notebook" })).toBeVisible();
  const sheet = await openVersions(page);
  await expect(listed(sheet)).toHaveText([/Opened, run once/]);
});
