/** The page without a mouse, for readers who listen, with less motion, other colours, and in little room. */
import type { Locator, Page } from "@playwright/test";
import { openShowcase, views } from "../../scripts/views.mjs";
import { expect, openApp, test, testInOwnContext } from "./fixture.ts";
import { notebookOf, openCode, openText, run, waitFor } from "./notebooks.ts";

/** Presses Tab, or Shift+Tab, until what has the focus is such an element. */
async function tabTo(
  page: Page,
  selector: string,
  key: "Tab" | "Shift+Tab" = "Tab",
): Promise<void> {
  for (let pressed = 0; pressed < 150; pressed += 1) {
    await page.keyboard.press(key);
    const isThere = await page.evaluate(
      (wanted) => document.activeElement?.matches(wanted) ?? false,
      selector,
    );
    if (isThere) return;
  }
  throw new Error(`Tab never came to ${selector}`);
}

/** Chooses an action by the words for it. */
async function act(page: Page, words: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.type(words);
  await page.keyboard.press("Enter");
}

test("an example is opened, run, mended, looked at and shared with the keyboard alone", async ({
  page,
}) => {
  await openApp(page);
  await page.getByRole("application").waitFor();
  await act(page, "All notebooks");
  await page.getByRole("heading", { name: "Examples" }).waitFor();
  await tabTo(page, ".examples button");
  await page.keyboard.press("Enter");
  await page.getByRole("application").waitFor();

  // the live source fails, as the example tells one to try
  const text = await page.evaluate(() => window.flowbook.markdown());
  await tabTo(page, "select[id*=source]");
  // on its way it came through the editors
  expect(await page.evaluate(() => window.flowbook.markdown())).toBe(text);
  await page.keyboard.type("broken");
  await page.keyboard.press("Control+Enter");
  await waitFor(page, { "Aircraft ETL": "Failed" });

  // along a row to the parameter that only this task takes, and down its edge
  await tabTo(page, ".flow-graph .node");
  const source = page.locator(".flow-graph .node:focus", { hasText: "source" });
  while ((await source.count()) === 0) await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  const details = page.getByRole("region", {
    name: "Details of extractLiveData",
  });
  await expect(
    details.getByText("Failed", { exact: true }).first(),
  ).toBeVisible();

  await tabTo(page, "select[id*=source]", "Shift+Tab");
  await page.keyboard.type("snapshot");
  await act(page, "Resume");
  await waitFor(page, { "Aircraft ETL": "Success" });

  await act(page, "Show the tables");
  await page.locator(".list button").first().waitFor();
  await tabTo(page, ".list button", "Shift+Tab");
  await page.keyboard.press("Enter");
  await expect(
    page.getByRole("list", { name: "Tables" }).locator("[aria-current=true]"),
  ).toBeFocused();
  await expect(page.locator("[role=region] table").last()).toBeVisible();

  await act(page, "Share");
  const sheet = page.getByRole("dialog", { name: "Share this notebook" });
  await tabTo(page, "dialog .primary");
  await page.keyboard.press("Escape");
  await expect(sheet).toBeHidden();
});

test("what is pressed leaves the focus near by, also when it goes", async ({
  page,
}) => {
  await openApp(page);
  await openCode(
    page,
    `const rest = task((rows: unknown) => rows)
flow("F", () => rest(ask("Why?", { why: { type: "string" } })))`,
  );
  await page.getByRole("button", { name: "Run", exact: true }).focus();
  await page.keyboard.press("Enter");
  await waitFor(page, { F: "Paused" });
  const controls = page.getByRole("group", { name: "Run", exact: true });
  await expect(controls).toBeFocused();

  await page.getByRole("button", { name: "Answer: Why?" }).press("Enter");
  const form = page.getByRole("form", { name: "Answer Why?" });
  await expect(form).toBeFocused();
  // Nothing has been typed that could be wrong.
  const field = form.getByLabel("why");
  await expect(field).toHaveAttribute("aria-invalid", "false");
  await field.focus();
  await page.keyboard.press("Tab");
  await expect(field).toHaveAttribute("aria-invalid", "true");
  // It means the form that one is in, and begins no other run; on a button it does not answer the other way.
  await form.getByRole("button", { name: "Decline" }).press("Control+Enter");
  await field.fill("because");
  await page.keyboard.press("Control+Enter");
  await waitFor(page, { F: "Success" });
  expect(await page.evaluate(() => window.flowbook.runs())).toHaveLength(1);

  await page.getByRole("button", { name: "Close the details" }).press("Enter");
  await expect(
    page.getByRole("application").getByRole("button", { name: /^Why\?/ }),
  ).toBeFocused();
  await page.getByRole("button", { name: "Table", exact: true }).click();
  const inTable = page.getByRole("button", { name: "Why?", exact: true });
  await inTable.press("Enter");
  await page.getByRole("button", { name: "Close the details" }).press("Enter");
  await expect(inTable).toBeFocused();

  const share = page.getByRole("button", { name: "Share" });
  const close = page.getByRole("dialog").getByRole("button", { name: "Close" });
  await share.press("Enter");
  await close.press("Enter");
  await expect(share).toBeFocused();
  await act(page, "Version history");
  await close.press("Enter");
  await expect(share).toBeFocused();
  await act(page, "Show the logs");
  await expect(share).toBeFocused();
});

testInOwnContext(
  "the keys of a word that is being composed do nothing else in a field",
  async ({ page }) => {
    await openApp(page);
    await openText(page, notebookOf("Words", [{ name: "work", source: "1" }]));
    const client = await page.context().newCDPSession(page);
    const title = page.getByLabel("Title of the notebook");
    await title.focus();
    await page.keyboard.press("End");
    await client.send("Input.imeSetComposition", {
      text: "ni",
      selectionStart: 2,
      selectionEnd: 2,
    });
    for (const key of ["Enter", "Escape"]) {
      await page.keyboard.press(key);
      await expect(title).toBeFocused();
      await expect(title).toHaveValue("Wordsni");
    }
    await client.send("Input.insertText", { text: "你" });
    await expect(title).toHaveValue("Words你");
    await page.keyboard.press("Enter");
    await expect(title).not.toBeFocused();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Words你");
  },
);

test("a run is spoken as it goes, and the table says of each task what the graph shows", async ({
  page,
}) => {
  await openApp(page);
  await openCode(
    page,
    `const good = task(() => 1)
const bad = task(() => { throw new Error("no rows") })
flow("F", () => { good(); bad() })`,
  );
  const heard = page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        let said = "";
        const listener = new MutationObserver(() => {
          const lines = document.querySelectorAll("[aria-live=polite]");
          said += [...lines].map(({ textContent }) => textContent).join(" ");
          if (!/F.*failed/i.test(said)) return;
          listener.disconnect();
          resolve(said);
        });
        listener.observe(document.body, {
          subtree: true,
          childList: true,
          characterData: true,
        });
      }),
  );
  await run(page);
  expect(await heard).toContain("bad");
  await page.getByRole("button", { name: "Table", exact: true }).click();
  const table = page.getByRole("table", { name: "The flow as a table" });
  await expect(table.getByRole("row", { name: /^good Success/ })).toBeVisible();
  const row = table.getByRole("row", { name: /^bad Failed/ });
  await expect(row).toContainText("no rows");
});

test("with less motion nothing on the page moves by itself", async ({
  page,
}) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await openApp(page);
  await openShowcase(page);
  const moving = await page.evaluate(async () => {
    const running = window.flowbook.run();
    const seen = new Set<string>();
    const isOver = running.then(
      () => true,
      () => true,
    );
    const frame = () =>
      new Promise<false>((resolve) =>
        requestAnimationFrame(() => resolve(false)),
      );
    while (!(await Promise.race([isOver, frame()])))
      for (const { effect } of document.getAnimations())
        seen.add((effect as KeyframeEffect).target?.className.toString() ?? "");
    return [...seen];
  });
  expect(moving).toEqual([]);
});

test("in forced colours the graph is drawn in them, and what is chosen shows", async ({
  page,
}) => {
  await page.emulateMedia({ forcedColors: "active", colorScheme: "dark" });
  await openApp(page);
  await openCode(
    page,
    `const one = task(() => 1)\nflow("F", () => one(param("n", 1)))`,
  );
  const system = (name: string) =>
    page.evaluate((colour) => {
      const probe = document.createElement("i");
      probe.style.color = colour;
      document.body.append(probe);
      const { color } = getComputedStyle(probe);
      probe.remove();
      return color;
    }, name);
  const text = await system("CanvasText");
  for (const part of [".task .name", ".parameter .value"])
    await expect(page.locator(`.flow-graph ${part}`)).toHaveCSS("fill", text);
  await expect(page.locator(".flow-graph .task .box")).toHaveCSS(
    "stroke",
    text,
  );
  await expect(page.locator("#tab-graph")).toHaveCSS(
    "background-color",
    await system("Highlight"),
  );
});

test("in forced colours no code shines through the line numbers of the cell that is chosen", async ({
  page,
}) => {
  await page.emulateMedia({ forcedColors: "active" });
  await openApp(page);
  await openCode(page, "const one = 1");
  const cell = page.getByRole("region", { name: "TypeScript cell work" });
  await cell.click();
  await expect(cell).toHaveAttribute("aria-current", "true");
  await expect(cell.locator(".cm-gutters")).toHaveCSS(
    "background-color",
    "rgb(255, 255, 255)",
  );
});

test("where the pane is narrowest the tools of the graph are in one row", async ({
  page,
}) => {
  // Half of a small screen, as with letters of twice the size.
  await page.setViewportSize({ width: 720, height: 450 });
  await openApp(page);
  await openCode(page, `const one = task(() => 1)\nflow("F", () => one())`);
  await run(page);
  const replay = page.getByRole("button", { name: "Replay the run" });
  await expect(replay).toBeVisible();
  const top = async (name: string) =>
    (await page.getByRole("button", { name, exact: true }).boundingBox())!.y;
  expect(await top("Save the graph as a picture")).toBe(await top("Zoom out"));
});

test("in a low window the list of runs and the run below it scroll together, and cover nothing", async ({
  page,
}) => {
  // A small screen with letters of twice the size.
  await page.setViewportSize({ width: 640, height: 400 });
  await openApp(page);
  await openShowcase(page);
  const places = page.getByRole("navigation", { name: "Views" });
  await places.getByRole("button", { name: "Runs" }).click();
  const end = page.locator("#panel-runs").getByText(/^Ended /);
  await expect(end).toBeAttached();
  // What is covered by something else cannot be pressed.
  await places.getByRole("button", { name: "Graph" }).click({ trial: true });
  await page
    .locator(".foot")
    .getByRole("button", { name: "Run", exact: true })
    .click({ trial: true });
  await end.click({ trial: true });
});

test("in forced colours a menu and a sheet have an edge", async ({ page }) => {
  await page.emulateMedia({ forcedColors: "active" });
  await openApp(page);
  await page.getByRole("button", { name: "Menu", exact: true }).click();
  const edge = "1px solid";
  await expect(page.getByRole("menu")).toHaveCSS("border-top", RegExp(edge));
  await page.getByRole("menuitem", { name: /Keyboard help/ }).click();
  await expect(page.getByRole("dialog")).toHaveCSS("border-top", RegExp(edge));
});

/** Controls that reach out of the window where nothing scrolls to them, once a frame was drawn: what opens is placed for that. */
function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const frame = (): Promise<unknown> => new Promise(requestAnimationFrame);
    await frame();
    await frame();
    const scrolls = (element: Element | null): boolean =>
      element !== null &&
      ((/auto|scroll/.test(getComputedStyle(element).overflowX) &&
        element.scrollWidth > element.clientWidth) ||
        scrolls(element.parentElement));
    const controls = document.querySelectorAll(
      "button, input:not(.unseen), select, textarea, summary, h2, h3",
    );
    return [...controls]
      .filter((control) => {
        if (!control.checkVisibility({ visibilityProperty: true }))
          return false;
        const { left, right, width } = control.getBoundingClientRect();
        const isOut = width > 1 && (left < -1 || right > innerWidth + 1);
        return isOut && !scrolls(control.parentElement);
      })
      .map(({ ariaLabel, textContent }) => ariaLabel ?? textContent ?? "");
  });
}

for (const [room, viewport] of [
  ["at 200 % zoom", { width: 720, height: 450 }],
  ["on a phone", { width: 390, height: 844 }],
] as const)
  test(`nothing is cut off on any view ${room}`, async ({ page }) => {
    await page.setViewportSize(viewport);
    await openApp(page);
    await openShowcase(page);
    const found: Record<string, string[]> = {};
    for (const view of views) {
      await view.show(page);
      const cut = await cutOff(page);
      if (cut.length > 0) found[view.name] = cut;
      await view.leave?.(page);
    }
    expect(found).toEqual({});
  });

test("on a phone a notebook is read, given its parameters and run", async ({
  page,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await openApp(page);
  await openCode(
    page,
    `const twice = task((n: number) => { console.warn("careful"); return 2 * n })\nflow("F", () => twice(param("n", 1)))`,
  );
  const place = page.getByRole("navigation", { name: "Views" });
  await place.getByRole("button", { name: "Graph" }).click();
  await page.getByLabel("n", { exact: true }).fill("21");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await waitFor(page, { F: "Success" });
  await expect(place.getByRole("img", { name: "1 warning" })).toHaveText("! 1");
  await place.getByRole("button", { name: "Runs" }).click();
  await expect(
    page.getByRole("list", { name: "Runs, newest first" }),
  ).toContainText("n 21");
  await place.getByRole("button", { name: "Notebook" }).click();
  await expect(page.getByRole("main")).toBeVisible();
  await page.getByRole("button", { name: "Success", exact: true }).click();
  await expect(page.getByRole("main")).toBeHidden();
  await expect(page.locator("aside svg g.node").first()).toBeVisible();
  await place.getByRole("button", { name: "Notebook" }).click();
  await page.getByRole("button", { name: "Menu" }).click();
  await page.getByRole("menuitem", { name: "Theme: as the system" }).click();
  await page.getByRole("menuitem", { name: "Theme: light" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});

/** Which of the controls cover each other. */
function covering(controls: Locator): Promise<string[]> {
  return controls.evaluateAll((elements) => {
    const shown = elements.map((element) => ({
      name: element.textContent.trim(),
      box: element.getBoundingClientRect(),
    }));
    return shown.flatMap(({ name, box }, at) =>
      shown
        .slice(at + 1)
        .filter(
          (other) =>
            box.left < other.box.right &&
            other.box.left < box.right &&
            box.top < other.box.bottom &&
            other.box.top < box.bottom,
        )
        .map((other) => `${name} and ${other.name}`),
    );
  });
}

for (const width of [390, 320])
  test(`on a phone of ${width} px how a run ended does not cover what comes next`, async ({
    page,
  }) => {
    await page.setViewportSize({ width, height: 844 });
    await openApp(page);
    await openCode(
      page,
      `const step = task((n: number) => n)
       const bad = task((n: number) => { throw new Error("no") })
       flow("F", () => { bad(step(step(step(step(param("n", 1)))))) })`,
    );
    await run(page);
    const foot = page.locator(".foot .run button");
    await expect(foot).toHaveText([
      /Failed/,
      /1 run, 4 reused/,
      /Resume/,
      /Run/,
    ]);
    expect(await covering(foot)).toEqual([]);
    // Nor does what is opened there, or at the other edge, lie beyond the window.
    await page.getByRole("button", { name: /4 reused/ }).click();
    await expect(page.getByRole("dialog").getByText("step")).toHaveCount(4);
    await expect.poll(() => outside(page)).toEqual([]);
    await page.keyboard.press("Escape");
    for (const name of ["More for cell work", "Menu"]) {
      await page.getByRole("button", { name, exact: true }).click();
      await expect(page.getByRole("menuitem").first()).toBeVisible();
      await expect.poll(() => outside(page)).toEqual([]);
      await page.keyboard.press("Escape");
    }
  });

/** Where open panels go beyond the window, or what is in them beyond their sides. */
function outside(page: Page): Promise<string[]> {
  return page.locator(":popover-open").evaluateAll((panels) =>
    panels.flatMap((panel) => {
      const { left, right, top, bottom } = panel.getBoundingClientRect();
      const beyond = { left: -left, top: -top };
      const others = {
        right: right - innerWidth,
        bottom: bottom - innerHeight,
      };
      const inside = { width: panel.scrollWidth - panel.clientWidth };
      return Object.entries({ ...beyond, ...others, ...inside })
        .filter(([, by]) => by > 0)
        .map(([edge, by]) => `${edge} by ${by}`);
    }),
  );
}

test("in a narrow pane the tools of the graph stay together, and how the run went is read in full", async ({
  page,
}) => {
  await page.setViewportSize({ width: 1024, height: 768 });
  await openApp(page);
  await openShowcase(page);
  const tools = [
    "Graph",
    "Zoom in",
    "Replay the run",
    "Save the graph as a picture",
  ];
  const rows = await Promise.all(
    tools.map(async (name) => {
      const box = await page
        .locator("aside")
        .getByRole("button", { name, exact: true })
        .boundingBox();
      return box && Math.round(box.y + box.height / 2);
    }),
  );
  expect(new Set(rows).size).toBe(1);
  const summary = page.getByText(/1 Failed, 1 Trigger failed/);
  expect(await summary.evaluate((it) => it.scrollWidth <= it.clientWidth)).toBe(
    true,
  );
});

test("the label of a parameter is read in full, however long", async ({
  page,
}) => {
  await openApp(page);
  const label = "A label that is much longer than a field is wide anywhere";
  await openCode(
    page,
    `const one = task((n: number) => n)
     flow("F", () => one(param("n", { type: "number", default: 1, label: "${label}" })))`,
  );
  const shown = page.locator("aside").getByText(label);
  await expect(shown).toBeVisible();
  expect(await shown.evaluate((it) => it.scrollWidth <= it.clientWidth)).toBe(
    true,
  );
});

test("in the list of notebooks one is found by its title and opened with the keyboard", async ({
  page,
}) => {
  await openApp(page);
  await openText(page, notebookOf("Timetables", []));
  await openText(page, notebookOf("Prices", []));
  await act(page, "All notebooks");
  await page.getByRole("heading", { name: "Examples" }).waitFor();
  await act(page, "timetab");
  await expect(page.getByLabel("Title of the notebook")).toHaveValue(
    "Timetables",
  );
});

/** Opens a notebook with the focus on its cell; the code of the palette comes when `come` is called. Gives the notebook's text. */
async function focusBeforePalette(page: Page) {
  let come = () => {};
  const isToCome = new Promise<void>((resolve) => (come = resolve));
  await page.route(/\/Palette-[^/]*\.js$/, async (route) => {
    await isToCome;
    await route.continue();
  });
  await openApp(page);
  await openCode(page, "const kept = 1");
  await page.locator("[data-cell]").first().focus();
  const text = await page.evaluate(() => window.flowbook.markdown());
  return { come, text };
}

test("what is typed for the palette before its code came is in its field, and changes no cell", async ({
  page,
}) => {
  const { come, text } = await focusBeforePalette(page);
  const asked = page.waitForRequest(/\/Palette-/);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("adds");
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Enter");
  await asked;
  expect(await page.evaluate(() => window.flowbook.markdown())).toBe(text);
  come();
  await expect(page.getByRole("dialog").getByRole("combobox")).toHaveValue(
    "add",
  );
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  expect(await page.evaluate(() => window.flowbook.markdown())).toBe(text);
});

test("what is typed for the palette beside a cell that is written in is not in the cell", async ({
  page,
}) => {
  const { come, text } = await focusBeforePalette(page);
  await page.keyboard.press("Enter");
  await expect(page.locator(".cm-content")).toBeFocused();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("new note");
  await page.keyboard.press("Enter");
  come();
  const field = page.getByRole("dialog").getByRole("combobox");
  await expect(field).toHaveValue("new note");
  await page.keyboard.press("Escape");
  await field.waitFor({ state: "hidden" });
  expect(await page.evaluate(() => window.flowbook.markdown())).toBe(text);
});

test("a palette that is asked for while the page begins stays, with what was typed", async ({
  page,
}) => {
  await page.goto(".");
  await page.waitForFunction(() => "flowbook" in window);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("new note");
  await page.getByRole("button", { name: "Run", exact: true }).waitFor();
  await expect(page.getByRole("dialog").getByRole("combobox")).toHaveValue(
    "new note",
  );
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Title of the notebook")).toHaveValue(
    "Untitled",
  );
});
