import type { Browser, Locator, Page } from "@playwright/test";
import {
  expect,
  openApp,
  test as testInNewPage,
  testInOnePage as test,
} from "./fixture.ts";
import { notebookOf, openText } from "./notebooks.ts";

const extract = {
  name: "extract",
  source: `/** Reads the rows. */
const extract = task(async (airport: string) => [{ id: 1, airport }])
const other = 1`,
};
const main = { name: "main", source: 'flow("F", () => extract("IAD"))' };

/** The cell with a name. */
function cellOf(page: Page, name: string): Locator {
  return page.getByRole("region", { name: new RegExp(`cell ${name}$`) });
}

/** Puts the cursor at the end of a cell's text, in its editor. */
async function edit(page: Page, name: string): Promise<Locator> {
  const cell = cellOf(page, name);
  await cell.getByRole("textbox", { name: `Code of cell ${name}` }).click();
  const text = cell.locator(".cm-content");
  await expect(text).toBeFocused();
  await page.keyboard.press("Control+End");
  return text;
}

/** Right after a list of completions has appeared, Enter is taken for what was meant before it did: for 75 ms by the clock. */
async function pastFirstGlance(page: Page): Promise<void> {
  const seen = await page.evaluate(() => Date.now());
  await page.waitForFunction((time) => Date.now() > time + 75, seen);
}

/** Presses the number of a line: an element of its own, or one of those that an element has. */
async function pressNumber(
  page: Page,
  numbers: Locator,
  line = 1,
): Promise<void> {
  const { x, y, width, height } = (await numbers.boundingBox())!;
  const count = (await numbers.innerText()).split("\n").length;
  await page.mouse.click(x + width / 2, y + (height * (line - 0.5)) / count);
}

function markdown(page: Page): Promise<string> {
  return page.evaluate(() => window.flowbook.markdown());
}

test("types reach from cell to cell: completion, parameters, problems, definition and renaming", async ({
  page,
}) => {
  await openText(page, notebookOf("Types", [main, extract]));
  const text = await edit(page, "main");

  await page.keyboard.press("Enter");
  await page.keyboard.type("extr");
  const option = page.getByRole("option", { name: /^extract/ });
  await expect(option).toBeVisible({ timeout: 30_000 });
  await expect(page.locator(".cm-completionInfo")).toContainText(
    "Reads the rows.",
  );
  await pastFirstGlance(page);
  await page.keyboard.press("Enter");
  await page.keyboard.type("(");
  await expect(page.locator(".flow-call b")).toHaveText(
    "airport: Input<string>",
  );
  await page.keyboard.type("7");
  await expect(
    cellOf(page, "main").getByRole("list", { name: "Problems in this cell" }),
  ).toContainText("This is number, but string is wanted here.");
  await expect(text.locator(".cm-lintRange-error")).toHaveText(["7"]);
  await expect(page.locator(".node", { hasText: "extract" })).toHaveAttribute(
    "aria-label",
    /Pending, problem\nThis is number, but string is wanted here\./,
  );

  await page.keyboard.press("Control+Home");
  await page.keyboard.press("End");
  for (let step = 0; step < 10; step += 1)
    await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("F12");
  await expect(
    page.getByRole("textbox", { name: "Code of cell extract" }),
  ).toBeFocused();
  await page.keyboard.press("F2");
  const field = page.getByRole("textbox", { name: "New name of extract" });
  await expect(field).toBeFocused();
  await field.fill("other");
  await page.keyboard.press("Enter");
  await expect(page.locator(".flow-rename")).toContainText(
    "“other” is defined in this notebook already.",
  );
  await field.fill("fetchRows");
  await page.keyboard.press("Enter");
  await expect
    .poll(() => markdown(page))
    .toContain('flow("F", () => fetchRows("IAD"))\nfetchRows(7)');
  expect(await markdown(page)).toContain("const fetchRows = task(");

  await page.keyboard.press("Control+z");
  await expect
    .poll(() => markdown(page))
    .toContain('flow("F", () => extract("IAD"))\nextract(7)');
  expect(await markdown(page)).toContain("const extract = task(");
});

test("a misspelt name is told with code as code and replaced by a click or a key, and problems stand in order of place", async ({
  page,
}) => {
  await openText(
    page,
    notebookOf("Misspelt", [
      {
        name: "main",
        source:
          'const rows = task(async () => readCvs("a.csv"))\nconst n: number = "text"\nflow("F", () => rosw())',
      },
    ]),
  );
  const text = await edit(page, "main");
  const problems = cellOf(page, "main").getByRole("list", {
    name: "Problems in this cell",
  });
  await expect(problems.locator("li > button > code")).toHaveText(
    ["1:7", "1:31", "2:7", "3:17"],
    { timeout: 30_000 },
  );

  await text.locator(".cm-lintRange-error", { hasText: "readCvs" }).hover();
  const told = page.locator(".cm-diagnostic", { hasText: "readCvs" });
  await expect(told.locator("code")).toHaveText(["readCvs", "readCsv"]);
  await expect(told).not.toContainText("`");
  // What is wrong comes before the type, which may be long.
  await expect(
    page.locator(".cm-tooltip-hover .cm-tooltip-section"),
  ).toHaveText([/readCsv/, /^any$/]);
  await told.getByRole("button", { name: "Replace with readCsv" }).click();
  await expect(text).toContainText('readCsv("a.csv")');
  await expect(text).toBeFocused();

  await page.keyboard.press("Control+End");
  await page.keyboard.press("Control+.");
  await expect(text).toContainText('flow("F", () => rows())');
  await expect(problems.locator("li")).toHaveCount(1);
  await page.keyboard.press("Control+z");
  await expect(text).toContainText("rosw");
});

testInNewPage(
  "hovering shows the type and the comment until somebody types",
  async ({ page }) => {
    await openApp(page);
    await openText(page, notebookOf("Hover", [main, extract]));
    await cellOf(page, "main").locator("textarea").hover();
    const text = cellOf(page, "main").locator(".cm-content");
    await text.click();
    const word = text.getByText("extract", { exact: true });
    await word.hover();
    const tooltip = page.locator(".cm-tooltip-hover");
    await expect(tooltip).toContainText(
      "Ref<{ id: number; airport: string; }[]>",
      {
        timeout: 30_000,
      },
    );
    await expect(tooltip).toContainText("Reads the rows.");

    await page.keyboard.press("Control+End");
    await page.keyboard.type("\nextract(true)");
    await expect(tooltip).toHaveCount(0);
    // As when a line moves below a pointer that lies still.
    await word.first().dispatchEvent("mousemove", await middleOf(word.first()));
    // What was asked for is answered before the problems are.
    await expect(cellOf(page, "main")).toContainText("This is boolean");
    await expect(tooltip).toHaveCount(0);
  },
);

test("the values of a query are helped with as code is: completion, types on hover, problems, definition, renaming and calls", async ({
  page,
}) => {
  const cells = [
    { name: "limits", source: "const limits = { least: 3 }" },
    { language: "sql" as const, name: "few", source: "SELECT 1 AS n" },
  ];
  await openText(page, notebookOf("Values", cells));
  const text = await edit(page, "few");
  await page.keyboard.type(" WHERE n > ${lim");
  const option = page.getByRole("option", { name: /^limits/ });
  await expect(option).toBeVisible({ timeout: 30_000 });
  await pastFirstGlance(page);
  await page.keyboard.press("Enter");
  await page.keyboard.type(".leest");
  await expect.poll(() => markdown(page)).toContain("n > ${limits.leest}");
  const problems = cellOf(page, "few").getByRole("list", {
    name: "Problems in this cell",
  });
  await expect(problems).toContainText("Did you mean “least”?");
  await expect(text.locator(".cm-lintRange-error")).toHaveText(["leest"]);
  for (let step = 0; step < 3; step += 1)
    await page.keyboard.press("Backspace");
  await page.keyboard.type("ast");
  await expect(problems).toHaveCount(0);

  const word = await middleOfWord(text, "limits");
  await page.mouse.move(word.x, word.y, { steps: 3 });
  await expect(page.locator(".cm-tooltip-hover")).toContainText(
    "const limits: { least: number; }",
  );

  await text.click();
  await page.keyboard.press("Control+End");
  for (let step = 0; step < 9; step += 1)
    await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("F2");
  await page.getByRole("textbox", { name: /New name/ }).fill("bounds");
  await page.keyboard.press("Enter");
  await expect.poll(() => markdown(page)).toContain("${bounds.least}");
  expect(await markdown(page)).toContain("const bounds = ");

  await page.keyboard.press("F12");
  const definition = cellOf(page, "limits").locator(".cm-content");
  await expect(definition).toBeFocused();

  await edit(page, "few");
  await page.keyboard.type(" AND n < ${Math.pow(");
  await expect(page.locator(".flow-call b")).toHaveText("x: number");
});

/** The middle of a word in a text, whatever the elements that it is in. */
function middleOfWord(
  text: Locator,
  word: string,
): Promise<{ x: number; y: number }> {
  return text.evaluate((element, wanted) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode as Text;
      const from = node.data.indexOf(wanted);
      if (from < 0) continue;
      const range = document.createRange();
      range.setStart(node, from);
      range.setEnd(node, from + wanted.length);
      const { x, y, width, height } = range.getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2 };
    }
    throw new Error(`${wanted} is not there`);
  }, word);
}

/** Its middle, as the place of an event of the mouse. */
async function middleOf(
  element: Locator,
): Promise<{ clientX: number; clientY: number; bubbles: boolean }> {
  const box = (await element.boundingBox())!;
  const [clientX, clientY] = [box.x + box.width / 2, box.y + box.height / 2];
  return { clientX, clientY, bubbles: true };
}

test("one history: typing in two cells, a deletion and a move are undone in order, also after a reload", async ({
  page,
}) => {
  const cells = ["a", "b", "c"].map((name) => ({
    name,
    source: `1 // ${name}`,
  }));
  await openText(page, notebookOf("History", cells));
  const texts: string[] = [await markdown(page)];
  const changed = async (): Promise<void> => {
    await expect.poll(() => markdown(page)).not.toBe(texts.at(-1));
    texts.push(await markdown(page));
  };
  await edit(page, "a");
  await page.keyboard.type("x");
  await changed();
  await edit(page, "b");
  await page.keyboard.type("y");
  await changed();
  await page.keyboard.press("Escape");
  await page.keyboard.press("d");
  await page.keyboard.press("d");
  await changed();
  await page.keyboard.press("Alt+ArrowUp");
  await changed();

  // It survives that the page goes away at once, also while the change before it is still being written.
  await page.keyboard.press("z");
  await expect.poll(() => markdown(page)).toBe(texts[3]);
  await page.reload();
  await page.waitForFunction(() => "flowbook" in window);
  await expect(cellOf(page, "a")).toBeVisible();
  expect(await markdown(page)).toBe(texts[3]);

  // From within a text it is the same history.
  await edit(page, "c");
  await page.keyboard.press("Control+z");
  await expect.poll(() => markdown(page)).toBe(texts[2]);
  await page.keyboard.press("Control+z");
  await expect.poll(() => markdown(page)).toBe(texts[1]);
  await expect(
    page.getByRole("textbox", { name: "Code of cell b" }),
  ).toBeFocused();
  await page.keyboard.press("Control+z");
  await expect.poll(() => markdown(page)).toBe(texts[0]);
  await expect(
    page.getByRole("textbox", { name: "Code of cell a" }),
  ).toBeFocused();
  for (const text of texts.slice(1)) {
    await page.keyboard.press("Control+Shift+Z");
    await expect.poll(() => markdown(page)).toBe(text);
  }
});

test("what a notice offers to undo goes with the next change, and when another notebook is opened", async ({
  page,
}) => {
  const cells = ["a", "b", "c"].map((name) => ({ name, source: "1" }));
  await openText(page, notebookOf("First", cells));
  const undo = page.getByRole("button", { name: "Undo", exact: true });
  await cellOf(page, "a").focus();
  await page.keyboard.press("d");
  await page.keyboard.press("d");
  await expect(undo).toBeVisible();
  await page.getByLabel("Title of the notebook").fill("Changed");
  await page.keyboard.press("Enter");
  // Sooner than it would go by itself.
  await expect(undo).toHaveCount(0, { timeout: 3_000 });

  await cellOf(page, "b").focus();
  await page.keyboard.press("d");
  await page.keyboard.press("d");
  await undo.click();
  await expect(cellOf(page, "b")).toBeVisible();
  await expect(undo).toHaveCount(0);
  await expect(cellOf(page, "a")).toHaveCount(0);

  await cellOf(page, "b").focus();
  await page.keyboard.press("d");
  await page.keyboard.press("d");
  await expect(undo).toBeVisible();
  await openText(page, notebookOf("Second", cells));
  await expect(page.getByLabel("Title of the notebook")).toHaveValue("Second");
  expect(await undo.count()).toBe(0);
});

test("a sheet is about its notebook, and closes when another one is opened", async ({
  page,
}) => {
  const cells = [{ name: "a", source: "1" }];
  await openText(page, notebookOf("First", cells));
  await page.keyboard.press("Control+K");
  await page.getByRole("combobox").fill("version history");
  await page.keyboard.press("Enter");
  const sheet = page.getByRole("dialog", { name: "Version history" });
  await expect(sheet.getByRole("list")).toBeVisible();
  await openText(page, notebookOf("Second", cells));
  await expect(page.getByLabel("Title of the notebook")).toHaveValue("Second");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("what is typed in a cell leaves all other cells, and all other nodes of the graph, untouched", async ({
  page,
}) => {
  const steps = ["one", "two", "three"].map((name) => ({
    name,
    source: `const ${name} = task((x: number) => x + 1)`,
  }));
  const flow = 'flow("F", () => two(one.with({ name: "name" })(three(1))))';
  await openText(
    page,
    notebookOf("Untouched", [...steps, { name: "main", source: flow }]),
  );
  await edit(page, "main");
  // A pointer that a cell came below has made it an editor.
  const coloured = "[aria-hidden] span, .cm-line span";
  for (const { name } of steps)
    await expect(cellOf(page, name).locator(coloured)).not.toHaveCount(0);
  for (let step = flow.length; step > flow.indexOf('" })'); step -= 1)
    await page.keyboard.press("ArrowLeft");
  await page.keyboard.type("d");
  await expect(page.locator("g.node", { hasText: "named" })).toBeVisible();

  await page.evaluate(() => {
    const touched = new Set<string>();
    new MutationObserver((records) => {
      for (const { target } of records) {
        const element =
          target instanceof Element ? target : target.parentElement;
        const found = element?.closest<Element>("[data-cell], g.node");
        const name =
          found?.querySelector("text.name")?.textContent ??
          found?.getAttribute("aria-label");
        if (name) touched.add(name);
      }
    }).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    });
    Object.assign(window, { touched });
  });
  await page.keyboard.type("r");
  await expect(page.locator("g.node", { hasText: "namedr" })).toBeVisible();
  const touched = await page.evaluate(() => [
    ...(window as unknown as { touched: Set<string> }).touched,
  ]);
  expect(touched.sort()).toEqual(["TypeScript cell main", "namedr"]);
});

test("an input method composes undisturbed while types are checked and the graph is drawn", async ({
  page,
}) => {
  await openText(page, notebookOf("Compose", [main, extract]));
  const text = await edit(page, "main");
  await page.keyboard.press("Enter");
  await page.keyboard.type("// ");
  const client = await page.context().newCDPSession(page);
  for (const composed of ["n", "ni", "ni h", "ni hao"]) {
    await client.send("Input.imeSetComposition", {
      text: composed,
      selectionStart: composed.length,
      selectionEnd: composed.length,
    });
    // The document follows, is compiled and drawn, while the composition goes on.
    await expect.poll(() => markdown(page)).toContain(`// ${composed}\n`);
    await expect(text).toContainText(`// ${composed}`);
  }
  await client.send("Input.insertText", { text: "你好" });
  await expect.poll(() => markdown(page)).toContain("// 你好\n");
  await expect(text).toContainText("// 你好");
  await page.keyboard.type("!");
  await expect.poll(() => markdown(page)).toContain("// 你好!\n");
  await page.keyboard.press("Control+z");
  await expect.poll(() => markdown(page)).not.toContain("你好!");
  // What was composed goes as a whole; with what was typed behind it only if that came soon.
  if ((await markdown(page)).includes("你好"))
    await page.keyboard.press("Control+z");
  await expect.poll(() => markdown(page)).not.toContain("你");
});

test("SQL completes tables that are there or will be, and their columns, and tells of those that are not", async ({
  page,
}) => {
  await openText(
    page,
    notebookOf("SQL", [
      {
        name: "work",
        source: `const rows = task(() => [{ airline: "LH", flights: 3 }])
const keep = load.with({ name: "keep" })
flow("F", () => { load("busy_airlines", rows()) })`,
      },
      { language: "sql", name: "query", source: "SELECT * FROM bus" },
    ]),
  );
  const text = await edit(page, "query");
  await expect(
    cellOf(page, "query").getByRole("list", { name: "Problems in this cell" }),
  ).toContainText("There is no table “bus”");
  await page.keyboard.type("y");
  await page.getByRole("option", { name: /^busy_airlines/ }).click();
  await expect(text).toHaveText("SELECT * FROM busy_airlines");
  await page.evaluate(() => window.flowbook.run());
  await page.keyboard.type(" WHERE airl");
  await expect(page.getByRole("option", { name: /^airline/ })).toContainText(
    "TEXT",
  );
});

test("Jupyter's keys make, move, turn, split, join, cut, copy, paste, fold and delete cells", async ({
  page,
}) => {
  const cells = ["a", "b"].map((name) => ({ name, source: `"${name}"` }));
  await openText(page, notebookOf("Keys", cells));
  const names = () =>
    page.evaluate(() =>
      [...window.flowbook.markdown().matchAll(/^```(\w+ .+)$/gm)].map(
        ([, name]) => name,
      ),
    );
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const focused = page.locator("[data-cell]:focus");

  await edit(page, "a");
  await press("Escape");
  await expect(focused).toHaveAccessibleName(/cell a$/);
  await press("Alt+ArrowDown");
  await expect.poll(names).toEqual(["ts b", "ts a"]);
  await expect(page.getByText("a is cell 2 of 2 now.")).toBeAttached();

  // Shift+Enter makes a new cell at the end only, and is in it.
  await press("k", "Shift+Enter");
  await expect(focused).toHaveAccessibleName(/cell a$/);
  await press("Shift+Enter");
  await expect.poll(names).toEqual(["ts b", "ts a", "ts cell1"]);
  // Numbers: a word might be completed by Enter.
  await page.keyboard.type("11\n22");
  await press("ArrowUp", "End", "Control+Shift+_");
  await expect.poll(names).toEqual(["ts b", "ts a", "ts cell1", "ts cell2"]);
  await expect(
    page.getByRole("textbox", { name: "Code of cell cell2" }),
  ).toBeFocused();
  await press("Escape", "k", "Shift+M");
  await expect.poll(names).toEqual(["ts b", "ts a", "ts cell1"]);
  expect(await markdown(page)).toContain("11\n22\n```");

  await expect(focused).toHaveAccessibleName(/cell cell1$/);
  await press("x");
  await expect.poll(names).toEqual(["ts b", "ts a"]);
  await expect(focused).toHaveAccessibleName(/cell a$/);
  await press("k", "v");
  await expect.poll(names).toEqual(["ts b", "ts cell1", "ts a"]);
  await press("c", "v");
  await expect.poll(names).toEqual(["ts b", "ts cell1", "ts cell2", "ts a"]);
  await press("o");
  await expect
    .poll(names)
    .toEqual(["ts b", "ts cell1", "ts cell2 folded", "ts a"]);
  await expect(cellOf(page, "cell2").locator("pre.folded")).toHaveText("11 …");
  await press("d", "d");
  await expect.poll(names).toEqual(["ts b", "ts cell1", "ts a"]);
  await press("m");
  await expect.poll(names).toEqual(["ts b", "ts cell1"]);
  await press("y");
  await expect.poll(names).toEqual(["ts b", "ts cell1", "ts a"]);
  await press("a");
  await expect(
    page.getByRole("textbox", { name: "Code of cell cell2" }),
  ).toBeFocused();
  await press("Escape");
  await expect.poll(names).toEqual(["ts b", "ts cell1", "ts cell2", "ts a"]);
  for (let step = 0; step < 7; step += 1) await press("z");
  await expect.poll(names).toEqual(["ts b", "ts a"]);
});

test("a cell is dragged to another place by its handle", async ({ page }) => {
  const cells = ["a", "b", "c"].map((name) => ({ name, source: `"${name}"` }));
  await openText(page, notebookOf("Drag", cells));
  const handle = cellOf(page, "a").getByRole("button", { name: /^Move a:/ });
  await handle.hover();
  await page.mouse.down();
  await expect(page.locator("html.dragging")).toBeAttached();
  // An editor that comes meanwhile may move what is aimed at.
  await expect(async () => {
    const target = await cellOf(page, "c").boundingBox();
    if (!target) throw new Error("the cell is not there");
    await page.mouse.move(target.x + 20, target.y + target.height - 3, {
      steps: 4,
    });
    await expect(page.locator(".gap").last()).toHaveClass(/target/, {
      timeout: 1_000,
    });
  }).toPass();
  await page.mouse.up();
  await expect
    .poll(() => markdown(page))
    .toMatch(/```ts b[^]*```ts c[^]*```ts a/);
  await expect(page.getByText("a is cell 3 of 3 now.")).toBeAttached();
});

testInNewPage(
  "a handle that is let go before the code that drags has come drags nothing",
  async ({ page }) => {
    const cells = ["a", "b"].map((name) => ({ name, source: `"${name}"` }));
    await openApp(page);
    await openText(page, notebookOf("Drag", cells));
    let come = () => {};
    const isToCome = new Promise<void>((resolve) => (come = resolve));
    await page.route(/\/dragCell-/, async (route) => {
      await isToCome;
      await route.continue();
    });
    const asked = page.waitForRequest(/\/dragCell-/);
    await cellOf(page, "a")
      .getByRole("button", { name: /^Move a:/ })
      .hover();
    await page.mouse.down();
    await asked;
    await page.mouse.up();
    const has = page.waitForResponse(/\/dragCell-/);
    come();
    await (await has).finished();
    // What is loaded is run in a task of its own, before this one.
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
    await page.mouse.move(200, 400, { steps: 3 });
    await expect(page.locator(".gap.target")).toHaveCount(0);
    await expect(page.locator("html.dragging")).toHaveCount(0);
  },
);

test("everything found in the notebook is replaced as one step", async ({
  page,
}) => {
  await openText(
    page,
    notebookOf("Find", [
      { name: "a", source: "const rate = 1" },
      { language: "sql", name: "b", source: "SELECT 1 AS rate" },
    ]),
  );
  const before = await markdown(page);
  await edit(page, "a");
  await page.keyboard.press("Control+f");
  const bar = page.getByRole("region", { name: "Find and replace" });
  await bar.getByRole("textbox", { name: "Find", exact: true }).fill("rate");
  await expect(bar.getByRole("status")).toHaveText("1 of 2");
  await expect(cellOf(page, "b").locator(".cm-searchMatch")).toHaveText("rate");
  await bar.getByRole("textbox", { name: "Replace with" }).fill("price");
  await bar.getByRole("button", { name: "Replace all" }).click();
  await expect
    .poll(() => markdown(page))
    .toBe(before.replaceAll("rate", "price"));
  await page.keyboard.press("Escape");
  await expect(bar).toBeHidden();
  await page.keyboard.press("z");
  await expect.poll(() => markdown(page)).toBe(before);
});

test("Replace goes on behind what it put in, and a pattern may match nothing at all", async ({
  page,
}) => {
  await openText(
    page,
    notebookOf("Steps", [
      { name: "a", source: "const foo = 1\nconst food = foo" },
    ]),
  );
  await edit(page, "a");
  await page.keyboard.press("Control+f");
  const bar = page.getByRole("region", { name: "Find and replace" });
  const field = bar.getByRole("textbox", { name: "Find", exact: true });
  await field.fill("foo");
  await expect(page.locator(".cm-searchMatch-selected")).toHaveCount(1);
  await bar.getByRole("textbox", { name: "Replace with" }).fill("foofoo");
  for (const [at, text] of [
    ["3 of 4", "const foofoo = 1\nconst food = foo"],
    ["5 of 5", "const foofoo = 1\nconst foofood = foo"],
  ] as const) {
    await bar.getByRole("button", { name: "Replace", exact: true }).click();
    await expect(bar.getByRole("status")).toHaveText(at);
    expect(await markdown(page)).toContain(text);
  }

  await bar.getByRole("button", { name: "Regular expression" }).click();
  await field.fill("o*");
  await expect(bar.getByRole("status")).toHaveText("1 of 7");
  await field.fill("1\\s+const");
  await expect(bar.getByRole("status")).toHaveText("1 of 1");
  await expect(cellOf(page, "a").locator(".cm-searchMatch")).toHaveText([
    "1",
    "const",
  ]);
  await page.keyboard.press("Escape");
});

test("Find leads to the match itself in a cell that is longer than the window", async ({
  page,
}) => {
  const lines = Array.from({ length: 200 }, (_, at) =>
    at === 90 || at === 190 ? "// needle" : `// ${at}`,
  );
  await openText(
    page,
    notebookOf("Long", [{ name: "a", source: lines.join("\n") }]),
  );
  await page.keyboard.press("Control+Shift+F");
  const bar = page.getByRole("region", { name: "Find and replace" });
  const current = page.locator(".cm-searchMatch-selected");
  await bar.getByRole("textbox", { name: "Find", exact: true }).fill("needle");
  await expect(bar.getByRole("status")).toHaveText("1 of 2");
  await expect(current).toBeInViewport();
  await page.keyboard.press("Enter");
  await expect(bar.getByRole("status")).toHaveText("2 of 2");
  await expect(
    page.locator(".cm-line", { has: current }).locator("xpath=preceding::*[1]"),
  ).toContainText("// 189");
  await expect(current).toBeInViewport();
  await page.keyboard.press("Escape");
});

testInNewPage(
  "code that nobody has touched looks as in its editor, which comes with the pointer and begins where it fell",
  async ({ page }) => {
    await openApp(page);
    const cells = [
      { name: "a", source: "const rate = 1" },
      {
        language: "sql" as const,
        name: "b",
        source: "SELECT 1,\n  'two' AS two",
      },
      { name: "c", source: "" },
    ];
    await openText(page, notebookOf("Untouched", cells));
    const looks = (text: string): Promise<unknown> =>
      page.getByText(text, { exact: true }).evaluate((element) => {
        const { x, y, height } = element.getBoundingClientRect();
        return [x, y, height, getComputedStyle(element).color];
      });
    const still = page.locator(".still .code-string");
    await expect(still).toHaveText("'two'");
    const [keyword, string] = [await looks("const"), await looks("'two'")];
    await expect(page.locator(".cm-editor")).toHaveCount(0);

    const at = await still.boundingBox();
    if (!at) throw new Error("the text is not there");
    await page.mouse.move(at.x + at.width * 0.61, at.y + at.height / 2);
    await page.mouse.down();
    await page.mouse.move(at.x + at.width * 0.99, at.y + at.height / 2);
    await page.mouse.up();
    await page.keyboard.type("ice'");
    await expect.poll(() => markdown(page)).toContain("  'twice' AS two");
    await expect(cellOf(page, "b").locator(".cm-content")).toBeFocused();
    expect(await looks("'twice'")).toEqual(string);

    await page.getByRole("textbox", { name: "Code of cell a" }).focus();
    await expect(cellOf(page, "a").locator(".cm-content")).toBeFocused();
    expect(await looks("const")).toEqual(keyword);
    await expect(page.locator(".cm-editor")).toHaveCount(2);
  },
);

/** Opens the app such that no editor comes before it is let. */
async function openWithHeldEditor(
  browser: Browser,
): Promise<{ page: Page; letCome: () => void }> {
  const context = await browser.newContext();
  const page = await context.newPage();
  let letCome = (): void => {};
  const held = new Promise<void>((resolve) => (letCome = resolve));
  await page.route(/cellEditor-[^/]*\.js$/, async (route) => {
    await held;
    await route.continue();
  });
  await openApp(page);
  return { page, letCome };
}

test("before the editor of a cell has come, its text knows the same steps back and the same keys, and keeps the focus where it goes", async ({
  browser,
}) => {
  const { page, letCome } = await openWithHeldEditor(browser);
  const cells = ["a", "b"].map((name) => ({ name, source: "12\n34" }));
  await openText(page, notebookOf("Early", cells));
  const text = await markdown(page);
  const field = page.getByRole("textbox", { name: "Code of cell b" });
  await field.focus();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Alt+ArrowUp");
  await expect.poll(() => markdown(page)).not.toBe(text);
  await field.focus();
  await page.keyboard.press("ControlOrMeta+z");
  await expect.poll(() => markdown(page)).toBe(text);
  await expect(field).toBeFocused();

  await page.keyboard.press("Control+Home");
  await pressNumber(page, cellOf(page, "b").locator(".numbers"), 2);
  await page.keyboard.press("Control+Shift+_");
  const second = page.getByRole("textbox", { name: "Code of cell b2" });
  await expect(second).toBeFocused();
  await page.keyboard.press("Escape");
  const focused = page.locator("[data-cell]:focus");
  await expect(focused).toHaveAccessibleName(/cell b2$/);
  letCome();
  await expect(cellOf(page, "b2").locator(".cm-content")).toBeAttached();
  await expect(focused).toHaveAccessibleName(/cell b2$/);
  await page.context().close();
});

test("before the editor of a cell has come, an input method composes in its text, and a key of the editor waits for it", async ({
  browser,
}) => {
  const { page, letCome } = await openWithHeldEditor(browser);
  await openText(page, notebookOf("Early", [{ name: "a", source: "12\n34" }]));
  const field = page.getByRole("textbox", { name: "Code of cell a" });
  await field.focus();
  await page.keyboard.press("Control+Home");
  const client = await page.context().newCDPSession(page);
  await client.send("Input.imeSetComposition", {
    text: "ni",
    selectionStart: 2,
    selectionEnd: 2,
  });
  await expect.poll(() => markdown(page)).toContain("ni12\n34");
  await client.send("Input.insertText", { text: "你" });
  await page.keyboard.press("Control+/");
  await expect(field).toHaveValue("你12\n34");
  letCome();
  await expect(cellOf(page, "a").locator(".cm-content")).toBeFocused();
  await expect.poll(() => markdown(page)).toContain("// 你12\n34");
  await page.context().close();
});

test("code and SQL are made tidy", async ({ page }) => {
  await openText(
    page,
    notebookOf("Tidy", [
      { name: "a", source: "const a=[ 1,2 ]" },
      {
        language: "sql",
        name: "b",
        source: "select 1 as one from sqlite_schema",
      },
    ]),
  );
  await edit(page, "a");
  await page.keyboard.press("Alt+Shift+F");
  await expect
    .poll(() => markdown(page), { timeout: 30_000 })
    .toContain("const a = [1, 2]");
  await edit(page, "b");
  await page.keyboard.press("Alt+Shift+F");
  await expect
    .poll(() => markdown(page))
    .toContain("SELECT\n  1 AS one\nFROM\n  sqlite_schema");
});

test("a name is changed in the values of queries too, and that of a SQL cell wherever its rows are used", async ({
  page,
}) => {
  await openText(
    page,
    notebookOf("Names", [
      { name: "limits", source: "const least = 1" },
      {
        language: "sql",
        name: "big",
        source: "SELECT 2 AS n WHERE 2 > ${least}",
      },
      { name: "seen", source: "big.length" },
    ]),
  );
  await edit(page, "big");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("F2");
  const field = page.getByRole("textbox", { name: "New name of least" });
  await expect(page.getByText("2 places in 2 cells.")).toBeVisible({
    timeout: 30_000,
  });
  await field.fill("most");
  await field.press("Enter");
  await expect.poll(() => markdown(page)).toMatch(/const most[^]*> \$\{most\}/);

  const name = cellOf(page, "big").getByRole("textbox", {
    name: "Name of the cell",
  });
  await name.fill("large");
  await name.press("Enter");
  await expect.poll(() => markdown(page)).toMatch(/sql large[^]*large\.length/);
  await page.getByRole("button", { name: "Undo" }).last().click();
  await expect.poll(() => markdown(page)).toMatch(/sql big[^]*big\.length/);
});

test("V puts what was copied last, here or elsewhere, and the cell that was copied where the clipboard may not be read", async ({
  page,
  context,
}) => {
  const cells = [
    { name: "one", source: "const a = 1" },
    { name: "two", source: "const b = 2" },
  ];
  await openText(page, notebookOf("Paste", cells));
  await cellOf(page, "one").focus();
  await page.keyboard.press("c");
  await expect(page.getByText("one was copied.")).toBeAttached();
  await page.keyboard.press("v");
  await expect(cellOf(page, "one2")).toBeFocused();

  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.evaluate(() =>
    navigator.clipboard.writeText("```ts other\nconst c = 3\n```\n"),
  );
  await page.keyboard.press("v");
  await expect(cellOf(page, "other")).toBeFocused();
  await context.clearPermissions();
});

test("who presses the number of a line writes in that line, and commands no cell", async ({
  page,
}) => {
  const cells = ["a", "b"].map((name) => ({ name, source: "12\n34\n56" }));
  await openText(page, notebookOf("Numbers", cells));
  const text = await edit(page, "b");
  const numbers = cellOf(page, "b").locator(".cm-lineNumbers");
  await pressNumber(page, numbers.getByText("2", { exact: true }));
  await page.keyboard.type("xdd");
  await expect.poll(() => markdown(page)).toContain("\n12\nxdd34\n56\n");
  await page.keyboard.down("Shift");
  await pressNumber(page, numbers.getByText("1", { exact: true }));
  await page.keyboard.up("Shift");
  await page.keyboard.type("z");
  await expect.poll(() => markdown(page)).toContain("\nz34\n56\n");
  // as a press of the bar that scrolls
  await cellOf(page, "b")
    .locator(".cm-scroller")
    .evaluate((scroller: HTMLElement) => scroller.focus());
  await expect(text).toBeFocused();
});

test("the line that marks the selected cell is seen beside its code too", async ({
  page,
}) => {
  await openText(page, notebookOf("Mark", [extract]));
  const cell = cellOf(page, "extract");
  const isSeen = () =>
    cell.evaluate((element) => {
      const { left, bottom } = element.getBoundingClientRect();
      return document.elementFromPoint(left + 2, bottom - 25) === element;
    });
  await cell.focus();
  expect(await isSeen()).toBe(true);
  await edit(page, "extract");
  expect(await isSeen()).toBe(true);
});

test("marks that turn the direction of writing round are seen in code, before it is edited and then, and turn nothing", async ({
  page,
}) => {
  const source =
    'const ok = "user" // \u202e } esle { \u2066check\nflow("F", () => {})';
  await openText(page, notebookOf("Turned", [{ name: "main", source }]));
  const cell = cellOf(page, "main");
  const seen = 'const ok = "user" // \\u202e } esle { \\u2066check';
  const still = cell.locator(".text pre");
  await expect(still).toHaveText(`${seen}\nflow("F", () => {})`);
  await expect(still.locator(".code-comment .code-direction")).toHaveCount(2);
  const text = await edit(page, "main");
  await expect(text.locator(".cm-line").first()).toHaveText(seen);
  expect(await page.evaluate(() => window.flowbook.markdown())).toContain(
    source,
  );
});
