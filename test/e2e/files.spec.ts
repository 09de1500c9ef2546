import { expect, openApp, test } from "./fixture.ts";
import { notebookOf, openText, run } from "./notebooks.ts";

const reading = notebookOf("Reading", [
  {
    name: "work",
    source: `
const read = task(async () => (await readCsv("a.csv")).length)
flow("Reading", () => read())`,
  },
]);

for (const [way, type, field] of [
  ["dropped anywhere on the page", "drop", "dataTransfer"],
  ["pasted", "paste", "clipboardData"],
] as const)
  test(`a file that is ${way} is kept with the notebook, which says how to read it`, async ({
    page,
  }) => {
    await openApp(page);
    await openText(page, reading);
    await page.evaluate(
      ([type, field]) => {
        const data = new DataTransfer();
        data.items.add(new File(["x,y\n1,2\n3,4\n"], "a.csv"));
        const init = { bubbles: true, cancelable: true, [field]: data };
        const event =
          type === "drop"
            ? new DragEvent(type, init)
            : new ClipboardEvent(type, init);
        document.body.dispatchEvent(event);
      },
      [type, field] as const,
    );
    await expect(
      page.getByText('A task reads it with readCsv("a.csv")'),
    ).toBeVisible();
    await page.getByRole("button", { name: "Show files" }).click();
    await expect(
      page.getByRole("tabpanel", { name: "Files" }).getByText("a.csv"),
    ).toBeVisible();
    const report = await run(page);
    expect(report.result).toBe(2);

    // The same in a cell that is being edited, and nothing of it is written there.
    await page.locator("textarea, .cm-content").first().click();
    const editor = page.locator(".cm-content");
    await expect(editor).toBeFocused();
    const before = await page.evaluate(() => window.flowbook.markdown());
    await editor.evaluate(
      (element, [type, field]) => {
        const data = new DataTransfer();
        data.items.add(new File(["x,y\n5,6\n"], "b.csv"));
        // Some systems add its name.
        if (type === "paste") data.items.add("b.csv", "text/plain");
        const init = { bubbles: true, cancelable: true, [field]: data };
        const event =
          type === "drop"
            ? new DragEvent(type, init)
            : new ClipboardEvent(type, init);
        element.dispatchEvent(event);
      },
      [type, field] as const,
    );
    await expect(
      page.getByText('A task reads it with readCsv("b.csv")'),
    ).toBeVisible();
    expect(await page.evaluate(() => window.flowbook.markdown())).toBe(before);
  });

test("a file is previewed, renamed, removed and brought back, and its cells are named", async ({
  page,
}) => {
  await openApp(page);
  await openText(page, reading);
  await page.evaluate(() =>
    window.flowbook.attach("a.csv", new Blob(["x,y\n1,two\n3,four\n"])),
  );
  await page.getByRole("tab", { name: /Files/ }).click();
  const pane = page.getByRole("tabpanel", { name: /Files/ });
  await expect(pane.getByRole("button", { name: "work" })).toBeVisible();
  await pane.getByRole("button", { name: "a.csv", exact: true }).click();
  await expect(pane.getByRole("cell", { name: "four" })).toBeVisible();

  await pane.getByRole("button", { name: "Rename a.csv" }).click();
  await pane.getByRole("textbox").fill("b.csv");
  await pane.getByRole("textbox").press("Enter");
  await expect(
    pane.getByRole("button", { name: "b.csv", exact: true }),
  ).toBeVisible();
  await expect(pane.getByText('readCsv("b.csv")')).toBeVisible();
  await pane.getByRole("button", { name: "Remove b.csv" }).click();
  await expect(pane.getByText("b.csv")).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(
    pane.getByRole("button", { name: "b.csv", exact: true }),
  ).toBeVisible();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    pane.getByRole("button", { name: "Download b.csv" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("b.csv");

  // A file in the place of another one of its name is no loss, and one that is refused says why.
  const attach = (name: string, text: string) =>
    page.evaluate(
      ([to, content]) => window.flowbook.attach(to!, new Blob([content!])),
      [name, text],
    );
  await attach("b.csv", "x,y\n5,six\n");
  await attach("c.json", "[1, ");
  await pane.getByRole("button", { name: "b.csv", exact: true }).click();
  // A press of the mouse would miss it, as the rows of b.csv come above it.
  await pane
    .getByRole("button", { name: "c.json", exact: true })
    .press("Enter");
  await expect(pane.getByRole("cell", { name: "six" })).toBeVisible();
  await expect(pane.getByText(/^c\.json .*JSON/)).toBeVisible();
  await expect(pane.getByText("preview")).toHaveCount(0);
  await page
    .getByText("There was a b.csv already; what it held was replaced.")
    .locator("..")
    .getByRole("button", { name: "Undo" })
    .click();
  await expect(pane.getByRole("cell", { name: "four" })).toBeVisible();
  await expect(pane.getByText(/^c\.json .*JSON/)).toBeVisible();

  await pane.getByRole("button", { name: "Rename c.json" }).click();
  await pane.getByRole("textbox").fill("b.csv");
  await pane.getByRole("textbox").press("Enter");
  await expect(pane.getByRole("textbox")).toHaveValue("b.csv");
  // Whoever types fast gives the next name before one is refused.
  await pane.getByRole("textbox").evaluate((field: HTMLInputElement) => {
    for (const name of ["b.csv", "d.json"]) {
      field.value = name;
      field.dispatchEvent(
        new KeyboardEvent("keydown", {
          key: "Enter",
          bubbles: true,
          cancelable: true,
        }),
      );
    }
  });
  await expect(
    pane.getByRole("button", { name: "d.json", exact: true }),
  ).toBeFocused();
  await pane.getByRole("button", { name: "Remove d.json" }).press("Enter");
  await expect(
    pane.getByRole("button", { name: "b.csv", exact: true }),
  ).toBeFocused();

  // A title above the columns, and decimal commas: the call that is offered has what it needs.
  await page.evaluate(() =>
    window.flowbook.attach(
      "t.csv",
      new Blob(["Report\nname;n;at\na;1,5;x\nb;2,25;y\n"]),
    ),
  );
  await pane.getByRole("button", { name: "t.csv", exact: true }).click();
  await expect(
    pane.getByText('readCsv("t.csv", { skip: 1, decimal: "," })'),
  ).toBeVisible();
  await expect(pane.getByText("2.25", { exact: true })).toBeVisible();
});

test("a file that is dropped on the row of a missing one takes its place, whatever it is called", async ({
  page,
}) => {
  await openApp(page);
  const missing = "attachments:\n  - a.csv\n  - data/b.csv\n";
  await openText(page, notebookOf("Missing", [], missing));
  await page.getByRole("tab", { name: /Files/ }).click();
  const pane = page.getByRole("tabpanel", { name: /Files/ });
  const drop = (row: Element, name: string) => {
    const data = new DataTransfer();
    data.items.add(new File(["x\n1\n"], name));
    const init = { bubbles: true, cancelable: true, dataTransfer: data };
    for (const type of ["dragover", "drop"])
      row.dispatchEvent(new DragEvent(type, init));
  };
  await pane.getByText("a.csv").evaluate(drop, "A (1).csv");
  const there = (name: string) =>
    pane.getByRole("button", { name, exact: true });
  await expect(there("a.csv")).toBeVisible();
  await pane.getByText("Drop more files").evaluate(drop, "b.csv");
  await expect(there("data/b.csv")).toBeVisible();
  await expect(pane.getByText("Missing")).toHaveCount(0);
});

test("of several files that are dropped the notebook opens, and the others are named", async ({
  page,
}) => {
  await openApp(page);
  await openText(page, reading);
  await page.evaluate((source) => {
    const data = new DataTransfer();
    data.items.add(new File(["x\n1\n"], "z.csv"));
    data.items.add(new File([source], "other.flow.md"));
    document
      .querySelector("main")!
      .dispatchEvent(
        new DragEvent("drop", { dataTransfer: data, bubbles: true }),
      );
  }, reading);
  await expect(
    page.getByText("z.csv was dropped too and left alone."),
  ).toBeVisible();
  await expect(page.getByRole("region", { name: "Preview" })).toBeVisible();
});

test("a file that is replaced makes stale what was made of it, and the plan says so; a cell that is auto reads it by itself", async ({
  page,
}) => {
  await openApp(page);
  await openText(page, reading);
  const attach = (text: string) =>
    page.evaluate(
      (content) => window.flowbook.attach("a.csv", new Blob([content])),
      text,
    );
  await attach("x\n1\n");
  expect((await run(page)).result).toBe(1);
  await attach("x\n1\n2\n");
  await page.locator(".flow-graph .node", { hasText: "read" }).click();
  const details = page.getByRole("region", { name: "Details of read" });
  await expect(details).toContainText("Stale: a.csv is another file now");
  const resultOf = async () =>
    (await page.evaluate(() => window.flowbook.runs()))[0]!.result;
  await page.evaluate(() => window.flowbook.resume());
  expect(await resultOf()).toBe(2);
  await expect(details).not.toContainText("Stale");

  await page.getByRole("button", { name: "More for cell work" }).click();
  await page.getByRole("menuitem", { name: /run by themselves/ }).click();
  await attach("x\n1\n2\n3\n");
  await expect.poll(resultOf).toBe(3);
});
