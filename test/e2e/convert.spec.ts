import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { Page } from "@playwright/test";
import { startEvilHost } from "../engines/evil.ts";
import { expect, openApp, test } from "./fixture.ts";
import { notebookOf, openText, run } from "./notebooks.ts";

/** Drops a file anywhere on the page. */
async function drop(page: Page, name: string, text: string): Promise<void> {
  await page.evaluate(
    ([name, text]) => {
      const data = new DataTransfer();
      data.items.add(new File([text], name));
      const at = document.querySelector(".home > main") ?? document.body;
      at.dispatchEvent(
        new DragEvent("drop", {
          bubbles: true,
          cancelable: true,
          dataTransfer: data,
        }),
      );
    },
    [name, text] as const,
  );
}

/** Presses a button of the share sheet that hands out a file, and gives its path. */
async function download(page: Page, name: string): Promise<string> {
  const downloading = page.waitForEvent("download");
  await page.getByRole("button", { name }).click();
  const file = await downloading;
  const path = test.info().outputPath(file.suggestedFilename());
  await file.saveAs(path);
  return path;
}

const markdown = (page: Page): Promise<string> =>
  page.evaluate(() => window.flowbook.markdown());

test("a page that was downloaded opens from disk, shows everything, runs and asks for nothing, and opens here again", async ({
  page,
  context,
  complaints,
}) => {
  complaints.allow(/Content Security Policy|sandboxed/);
  const evil = await startEvilHost();
  const { origin } = evil;
  const attack = `<img src="${origin}/img"><script>fetch("${origin}/script")</scr\${""}ipt><iframe src="${origin}/frame"></iframe><meta http-equiv="refresh" content="0;url=${origin}/refresh"><form action="${origin}/form"><button>x</button></form><link rel="stylesheet" href="${origin}/css"><link rel="preload" as="image" href="${origin}/preload"><style>@import "${origin}/import"; * { background: url(${origin}/background) }</style><video src="${origin}/video" poster="${origin}/poster"></video><object data="${origin}/object"></object><b onclick="fetch('${origin}/click')" id="bait">bait</b>`;
  const text =
    notebookOf("Attack </title><script>alert(1)</script>", [
      {
        name: "main",
        source: `
const extract = task(() => [{ name: "<img src=${origin}/cell>", n: 1 }])
flow("Main flow", () => { load("planes", extract()) })`,
      },
      {
        name: "shown",
        source: `
display(html\`${attack}\`)
display(svg\`<svg width="200" height="50" viewBox="0 0 200 50"><image href="${origin}/image"/><circle cx="25" cy="25" r="20" fill="currentColor"/><script>fetch("${origin}/svg")</scr\${""}ipt></svg>\`)
display(md\`![x](${origin}/markdown)\`)
display({ answer: 42 })
console.log("<img src=${origin}/logged> was logged")`,
      },
      { language: "sql", name: "rows", source: "SELECT * FROM planes" },
    ]) +
    `\n# Prose\n\n<img src="${origin}/prose"> ![x](${origin}/picture) <script>fetch("${origin}/prose-script")</script>\n`;
  await openApp(page);
  await openText(page, text);
  await run(page);
  await page.evaluate(() => window.flowbook.output("shown"));
  await page.evaluate(() => window.flowbook.output("rows"));
  const logged = `<img src=${origin}/logged> was logged`;
  await expect(page.getByText(logged, { exact: true })).toBeVisible();
  const before = await markdown(page);

  await page.getByRole("button", { name: "Share" }).click();
  const path = await download(page, "A page (.html)");

  const reader = await context.newPage();
  const requests: string[] = [];
  // What the policy stops is sometimes announced as a request too, but it gets no answer and reaches nobody.
  reader.on("response", (response) => requests.push(response.url()));
  reader.on("dialog", (dialog) => {
    requests.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  await reader.goto(pathToFileURL(path).href);
  await expect(
    reader.getByRole("heading", { name: "Attack", exact: false }),
  ).toBeVisible();
  await expect(
    reader.getByRole("img", { name: "Graph of Main flow" }),
  ).toContainText("extract");
  await expect(reader.getByText(/^Success, /)).toBeVisible();
  await expect(reader.getByText('"answer": 42')).toBeVisible();
  await expect(reader.getByText(logged, { exact: true })).toBeVisible();
  await expect(
    reader.getByRole("cell", { name: `<img src=${origin}/cell>` }).first(),
  ).toBeVisible();
  const frame = reader.frameLocator('iframe[title="HTML output"]');
  await frame.locator("#bait").click({ force: true });
  await expect(
    reader.frameLocator('iframe[title="Chart"]').locator("circle"),
  ).toBeVisible();
  await reader.waitForLoadState("networkidle");
  expect(requests.filter((url) => !/^(file|data|about):/.test(url))).toEqual(
    [],
  );
  expect(evil.hits).toEqual([]);
  // Not even the name of the host is looked up.
  expect(evil.connections()).toBe(0);
  await reader.close();

  await page.keyboard.press("Escape");
  await drop(page, "page.html", readFileSync(path, "utf8"));
  await expect.poll(() => markdown(page)).toBe(before);
  await evil.close();
});

test("Jupyter notebooks and TypeScript files open where they are dropped, and what could not be taken is said", async ({
  page,
}) => {
  await openApp(page);
  await openText(
    page,
    notebookOf("There and back", [
      { name: "work", source: 'flow("Working", () => 1)' },
      { language: "sql", name: "one", source: "SELECT `1`" },
    ]),
  );
  const before = await markdown(page);
  await page.getByRole("button", { name: "Share" }).click();
  const ipynb = readFileSync(await download(page, "Jupyter (.ipynb)"), "utf8");
  const ts = readFileSync(await download(page, "TypeScript (.ts)"), "utf8");
  const types = await download(page, "flowbook.d.ts");
  expect(readFileSync(types, "utf8")).toContain("declare function task");
  await page.keyboard.press("Escape");

  const id = await page.evaluate(() => location.hash);
  await drop(page, "back.ipynb", ipynb);
  await expect.poll(() => page.evaluate(() => location.hash)).not.toBe(id);
  expect(await markdown(page)).toBe(before);
  const preview = page.getByRole("region", { name: "Preview" });
  await expect(preview).toContainText("is the file back.ipynb");
  await drop(page, "own.flow.md", before.replace("There and", "Here and"));
  await expect(preview).toContainText("is the file own.flow.md");
  expect(await markdown(page)).toContain("Here and back");
  await page.evaluate(() => window.flowbook.open("empty\n"));
  await drop(page, "back.ts", ts);
  await expect.poll(() => markdown(page)).toBe(before);

  await drop(
    page,
    "study.ipynb",
    JSON.stringify({
      nbformat: 4,
      nbformat_minor: 5,
      metadata: { language_info: { name: "python" } },
      cells: [
        { cell_type: "code", source: "print(1)", metadata: {}, outputs: [] },
      ],
    }),
  );
  await expect(
    page.getByText("study.ipynb: One cell of Python became text"),
  ).toBeVisible();
  expect(await markdown(page)).toContain("```python\nprint(1)\n```");

  await drop(page, "broken.ipynb", "{");
  await expect(page.getByText(/cannot be read.*not valid JSON/)).toBeVisible();
  expect(await markdown(page)).toContain("```python\nprint(1)\n```");
});
