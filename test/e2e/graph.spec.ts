import type { Page } from "@playwright/test";
import { expect, testInOnePage as test } from "./fixture.ts";
import {
  endOfRun,
  notebookOf,
  openCode,
  openText,
  run,
  startRun,
  waitForStates,
} from "./notebooks.ts";

const graph = (page: Page) => page.getByRole("application");

/** A flow of `n` tasks in rows of 20, each of which needs one of the row before. */
const layered = (n: number): string => `
const step = task((n: number) => n + 1)
flow("Layered", () => {
  let row = Array.from({ length: 20 }, (_, i) => step(i))
  for (let made = 20; made < ${n}; made += 20) row = row.map((one) => step(one))
})`;

test("the details of a stale task say what its parameters were and are", async ({
  page,
}) => {
  await openCode(
    page,
    `const take = task((n: number) => n)
flow("F", () => take(param("count", { type: "number", default: 2 })))`,
  );
  await run(page);
  await page.locator("#tab-graph").click();
  await page.locator(".node", { hasText: "take" }).click();
  const details = page.getByRole("region", { name: "Details of take" });
  await expect(details).not.toContainText("Stale");
  await page.getByRole("spinbutton", { name: "count" }).fill("3");
  await expect(details).toContainText(
    "Stale: an input changed (count). count was 2 and is 3.",
  );
});

test("another notebook is opened while a field of the form has the focus, and the browser complains of nothing", async ({
  page,
}) => {
  for (const name of ["first", "second"]) {
    await openCode(
      page,
      `const take = task((n: number) => n)
flow("F", () => take(param("${name}", { type: "number", default: 2 })))`,
    );
    const field = page.getByRole("spinbutton", { name });
    await field.fill("3");
    await expect(field).toBeFocused();
  }
  await openCode(page, 'flow("F", () => {})');
  await expect(page.getByRole("spinbutton")).toHaveCount(0);
});

test("drawn to an earlier time the graph shows the run as it was then, and The end brings it back", async ({
  page,
}) => {
  await openCode(
    page,
    `const first = task(async () => { await new Promise(r => setTimeout(r, 300)); return 1 })
const second = task(async (n: number) => { await new Promise(r => setTimeout(r, 300)); return n })
flow("F", () => second(first()))`,
  );
  const { startedAt, tasks } = await run(page);
  await page.locator("#tab-timeline").click();
  const slider = page.getByLabel("Time of the run");
  const [begun, ended] = [tasks[0]!.startedAt!, tasks[0]!.endedAt!];
  const middle = (Date.parse(begun) + Date.parse(ended)) / 2;
  await slider.fill(String(middle - Date.parse(startedAt)));
  const node = (name: string) =>
    page.locator("#panel-timeline .node:visible", { hasText: name });
  await expect(node("first")).toHaveAttribute("data-state", "Running");
  await expect(node("second")).toHaveAttribute("data-state", "Pending");
  await slider.press("End");
  await expect(node("second")).toHaveAttribute("data-state", "Success");
  await slider.press("Home");
  await page.locator("#tab-graph").click();
  await expect(graph(page).locator(".node").last()).toHaveAttribute(
    "data-state",
    "Pending",
  );
  await page.getByRole("button", { name: "The end" }).click();
  await expect(graph(page).locator(".node").last()).toHaveAttribute(
    "data-state",
    "Success",
  );
});

test("a run that goes on stays at the time that was chosen, until Now is pressed", async ({
  page,
}) => {
  await openCode(
    page,
    `
const step = task(async (n: number) => { await new Promise((r) => setTimeout(r, 400)); return n + 1 })
const wait = task(async () => { for (;;) await new Promise((r) => setTimeout(r, 20)) })
flow("Steps", () => { wait(); step(step(step(step(step(0))))) })`,
  );
  await startRun(page);
  await waitForStates(page, /^Running,Success/);
  await page.getByRole("tab", { name: "Timeline" }).click();
  await page.getByLabel("Time of the run").press("Home");
  const now = page.getByRole("button", { name: "Now" });
  await expect(now).toBeVisible();
  await waitForStates(page, /^Running(,Success){5}/);
  await expect(now).toBeVisible();
  await now.click();
  await expect(now).toBeHidden();
  await page.evaluate(() => window.flowbook.cancel());
  await endOfRun(page);
});

test("the dashes of an arrow move while what it leads to runs, without an animation that paints every frame", async ({
  page,
}) => {
  await openCode(
    page,
    `const first = task(() => 1)
const second = task(async (n: number) => { await new Promise(() => {}); return n })
flow("F", () => second(first()))`,
  );
  const running = run(page);
  const line = graph(page).locator(".edge.flowing .line");
  await expect(line).toHaveCount(1);
  const places = await line.evaluate(
    (path) =>
      new Promise<string[]>((resolve) => {
        const seen: string[] = [];
        const look = () => {
          seen.push((path as SVGElement).style.strokeDashoffset);
          if (seen.length === 3) resolve(seen);
        };
        new MutationObserver(look).observe(path, { attributes: true });
      }),
  );
  expect(new Set(places).size).toBe(3);
  expect(
    await line.evaluate((path) => path.getAnimations().length),
    "animations of the line",
  ).toBe(0);
  await page.evaluate(() => window.flowbook.cancel());
  await running;
  await expect(
    graph(page).locator('.edge .line[style*="dashoffset"]'),
  ).toHaveCount(0);
});

test("two runs side by side: what they were given, how they went, and what came of them", async ({
  page,
}) => {
  await openCode(
    page,
    `const half = task((n: number) => { if (n % 2) throw fail("odd"); return n / 2 })
const other = task(() => "same")
flow("F", () => { half(param("n", 4)); other() })`,
  );
  await run(page);
  await run(page, { parameters: { n: 3 } });
  await page.locator("#tab-runs").click();
  await page.getByLabel("Compare with another run").selectOption({ index: 1 });
  const table = page.getByRole("table", { name: "Tasks of both runs" });
  await expect(table.getByRole("row")).toHaveCount(2);
  await expect(table).toContainText("half");
  await expect(table).toContainText("other code or inputs");
  await expect(table).toContainText("differs");
  await expect(page.getByText("Both ran the same text.")).toBeVisible();
  const parameters = page.getByRole("listitem").filter({ hasText: "→" });
  await expect(parameters).toHaveText(/n\s+4\s+→\s+3/);
  await page.getByRole("button", { name: "All 2 tasks" }).click();
  await expect(table.getByRole("row")).toHaveCount(3);
});

test("a run of a flow that is gone is shown with its name, and another flow can be run", async ({
  page,
}) => {
  const cells = [
    {
      name: "a",
      source: `const first = task(() => 1)\nflow("A", () => first())`,
    },
    {
      name: "b",
      source: `const second = task(() => 2)\nflow("B", () => second())`,
    },
  ];
  await openText(page, notebookOf("Two", cells));
  await run(page, { flow: "B" });
  const chosen = page.getByLabel("Flow", { exact: true });
  await expect(chosen).toHaveValue("B");
  const cell = page.getByRole("region", { name: /cell b$/ });
  await cell.focus();
  await page.keyboard.press("d");
  await page.keyboard.press("d");
  await expect(chosen).toHaveCount(0);
  await expect(
    graph(page).getByRole("button", { name: /^first/ }),
  ).toBeVisible();
  await page.locator("#tab-runs").click();
  await page
    .getByRole("list", { name: "Runs, newest first" })
    .getByRole("button")
    .click();
  await page.locator("#tab-graph").click();
  await expect(chosen).toHaveValue("B");
  await expect(
    graph(page).getByRole("button", { name: /^second/ }),
  ).toBeVisible();
  await expect(
    page.getByText("B is not in this notebook any more"),
  ).toBeVisible();
  await chosen.selectOption("A");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await waitForStates(page, /^Success$/);
  await expect(chosen).toHaveCount(0);
});

test("a map of which elements have failed is tried again from its details, its menu, or one of them", async ({
  page,
}) => {
  await openCode(
    page,
    `const half = task((n: number) => { if (n % 2) throw fail("odd"); return n / 2 })
flow("F", () => half.map([2, 3]))`,
  );
  await run(page);
  await graph(page).getByRole("button", { name: /^half/ }).click();
  const details = page.getByRole("region", { name: "Details of half" });
  const retry = details.getByRole("button", { name: "Retry" });
  await expect(retry).toHaveCount(1);
  await details.getByRole("option", { name: /1/ }).last().click();
  await expect(retry).toHaveCount(2);
  await graph(page)
    .getByRole("button", { name: /^half/ })
    .click({ button: "right" });
  await page.getByRole("menuitem", { name: /^Retry/ }).click();
  await expect
    .poll(() => page.evaluate(() => window.flowbook.runs()))
    .toMatchObject([{ state: "Failed" }]);
});

test("the sign that opens a task of a run stands beside its name, however long that is", async ({
  page,
}) => {
  const name = "aTaskWithANameThatIsMuchLongerThanItsColumnIsWideInAnyPane";
  await openCode(
    page,
    `const ${name} = task(() => 1)\nflow("F", () => ${name}())`,
  );
  await run(page);
  await run(page);
  await page.locator("#tab-runs").click();
  const row = page.locator("tbody").getByRole("button", { name });
  const offset = () =>
    row.evaluate((button) => {
      const range = document.createRange();
      range.selectNodeContents(button.lastChild!);
      const [line] = [...range.getClientRects()].filter(({ width }) => width);
      const sign = button.querySelector("svg")!.getBoundingClientRect();
      return Math.abs(line!.y + line!.height / 2 - sign.y - sign.height / 2);
    });
  expect(await offset()).toBeLessThan(4);
  await page.getByLabel("Compare with another run").selectOption({ index: 1 });
  await page.getByRole("button", { name: "All 1 task" }).click();
  expect(await offset()).toBeLessThan(4);
});

test("a search leads from node to node, and the picture as SVG has them all", async ({
  page,
}) => {
  await openCode(
    page,
    `const fetchPage = task(() => 1)
const fetchAll = task(() => 2)
const load2 = task((a: number, b: number) => a + b)
flow("F", () => load2(fetchPage(), fetchAll()))`,
  );
  await graph(page).locator(".node").first().press("/");
  const field = page.locator('input[aria-label="Find in the graph"]');
  await field.fill("fetch");
  await expect(graph(page).locator(".node.found")).toHaveCount(2);
  await expect(page.getByText("1 of 2")).toBeVisible();
  await field.press("Enter");
  await expect(page.getByText("2 of 2")).toBeVisible();
  await field.press("Enter");
  await expect(page.getByText("1 of 2")).toBeVisible();
  await field.press("Escape");
  await expect(graph(page).locator(".node.found")).toHaveCount(0);

  await page.getByRole("button", { name: "Save the graph" }).click();
  const saving = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: "Save as SVG" }).click();
  const file = await saving;
  expect(file.suggestedFilename()).toBe("f.svg");
  const chunks: Buffer[] = [];
  for await (const chunk of await file.createReadStream())
    chunks.push(chunk as Buffer);
  const svg = Buffer.concat(chunks).toString();
  for (const name of ["fetchPage", "fetchAll", "load2"])
    expect(svg).toContain(`>${name}</tspan>`);
});

test("with the keyboard alone a node is found, chosen and run", async ({
  page,
}) => {
  await openCode(
    page,
    `const first = task(() => 1)
const second = task((n: number) => n)
const third = task((n: number) => n)
flow("F", () => third(second(first())))`,
  );
  const nodes = graph(page).locator(".node");
  await expect(nodes).toHaveCount(3);
  await nodes.first().focus();
  await page.keyboard.press("ArrowDown");
  await expect(nodes.nth(1)).toBeFocused();
  await page.keyboard.press("Enter");
  const details = page.getByRole("region", { name: "Details of second" });
  await details.getByRole("button", { name: "Run to here" }).focus();
  await page.keyboard.press("Enter");
  await expect(nodes.nth(1)).toHaveAttribute("data-state", "Success");
  await expect(nodes.nth(2)).toHaveAttribute("data-state", "Pending");
});

test("a graph of 2,000 nodes is painted, walks by keys, and its map leads elsewhere", async ({
  page,
}) => {
  await openCode(page, layered(2_000));
  await expect(graph(page)).toHaveAccessibleName(/^Graph of 2000 tasks/);
  await expect(page.locator("canvas.flow-graph")).toBeVisible();
  const stand = page.locator("canvas.flow-graph button");
  await stand.focus();
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await expect(stand).toHaveAttribute("aria-pressed", "true");
  const details = page.getByRole("region", { name: /^Details of step/ });
  await expect(details).toBeVisible();
  await details.getByRole("button", { name: "Close the details" }).click();
  for (let at = 0; at < 6; at += 1)
    await page.getByRole("button", { name: "Zoom in" }).click();
  await expect(page.locator(".flow-minimap")).toBeVisible();
});

test("of 400 nodes only those in sight are elements and kept up to date, and all are there from far away", async ({
  page,
}) => {
  await openCode(page, layered(400));
  await expect(graph(page)).toHaveAccessibleName(/^Graph of 400 tasks/);
  await expect(page.locator("canvas.flow-backdrop")).toBeVisible();
  // Tab leads to one of them from wherever they are seen.
  const first = graph(page).locator('.node[tabindex="0"]');
  await expect(first).toHaveCSS("opacity", "0");
  await first.focus();
  await page.keyboard.press("ArrowDown");
  await expect(first).toBeFocused();
  await expect(first).toHaveCSS("opacity", "1");
  await expect(graph(page).locator(".node:has(.box)")).toHaveCount(2);
  await run(page);
  await page.getByRole("button", { name: "Find in the graph" }).click();
  const field = page.locator('input[aria-label="Find in the graph"]');
  await field.fill("step");
  await expect(page.locator("canvas.flow-backdrop")).toBeHidden();
  await expect
    .poll(() => graph(page).locator(".node:visible").count())
    .toBeGreaterThan(0);
  expect(await graph(page).locator(".node:visible").count()).toBeLessThan(200);
  // What came about while they were out of sight is not lost.
  await expect(
    graph(page).locator('.node.task:visible:not([data-state="Success"])'),
  ).toHaveCount(0);
});

test("seen from nearer fewer nodes are drawn, and those around what is in sight show the end of a run too", async ({
  page,
}) => {
  // Each step of the zoom is there at once.
  await page.emulateMedia({ reducedMotion: "reduce" });
  await openCode(page, layered(400));
  const drawn = graph(page).locator(".node:has(.box)");
  const others = graph(page).locator(
    '.node.task:has(.box):not([data-state="Success"])',
  );
  const zoom = async (way: "in" | "out", times: number) => {
    for (let at = 0; at < times; at += 1)
      await page.getByRole("button", { name: `Zoom ${way}` }).click();
  };
  await page.getByRole("button", { name: "Find in the graph" }).click();
  await page.locator('input[aria-label="Find in the graph"]').fill("step");
  await expect.poll(() => drawn.count()).toBeGreaterThan(0);
  await zoom("in", 5);
  await expect.poll(() => drawn.count()).toBeLessThan(40);
  const near = await drawn.count();
  expect(near).toBeGreaterThan(0);

  await run(page);
  await expect(others).toHaveCount(0);
  await zoom("out", 3);
  await expect.poll(() => drawn.count()).toBeGreaterThan(near);
  await expect(others).toHaveCount(0);
  await page.emulateMedia({ reducedMotion: null });
});

test("the lines that fit are copied to a file, and a long log finds its filter", async ({
  page,
}) => {
  await openCode(
    page,
    `const talk = task(() => { for (let i = 0; i < 3000; i++) log("line", i); console.warn("careful"); console.error("too late") })
flow("F", () => talk())`,
  );
  await run(page);
  const tab = page.getByRole("tab", {
    name: "Logs 1 warning, 1 error",
    exact: true,
  });
  await tab.click();
  await page.getByLabel("Find in the logs").fill("careful");
  await expect(
    page.getByRole("status").filter({ hasText: /^1 line$/ }),
  ).toBeVisible();
  const lines = page.getByRole("region", { name: "Log lines" });
  await expect(lines.getByRole("listitem")).toHaveCount(1);
  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save the lines on show" }).click();
  const file = await saving;
  const chunks: Buffer[] = [];
  for await (const chunk of await file.createReadStream())
    chunks.push(chunk as Buffer);
  expect(Buffer.concat(chunks).toString()).toMatch(
    /^\d\d:\d\d:\d\d\.\d{3} warning talk: careful\n$/,
  );
});
