import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { nameOf, partsOf, sumOf } from "../../scripts/parts.mjs";
import { serve } from "../../scripts/serve.mjs";
import { expect, testInOwnContext as test } from "./fixture.ts";

test.use({ serviceWorkers: "allow" });

const dist = "dist";
const parts = partsOf(dist);
const budgets = JSON.parse(readFileSync("test/size/budgets.json", "utf8")) as {
  part: string;
  budget: number;
}[];

function budgetOf(name: string): number {
  return (budgets.find(({ part }) => part === name)?.budget ?? 0) * 1000;
}

/** Serves the app, but gives a file only if it `isOpen`; the others wait until they are released. */
async function withhold(isOpen: (file: string) => boolean) {
  let release = () => {};
  const released = new Promise<void>((done) => (release = done));
  const given: string[] = [];
  const server = await serve({
    folder: dist,
    base: "/folder/",
    port: 4781,
    gate: async (file) => {
      if (!isOpen(file)) await released;
      given.push(file);
    },
  });
  return { ...server, given, release };
}

/** What moves on the page after it was painted, as the browser scores it. */
async function watchShifts(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    const scope = window as unknown as { shift: number };
    scope.shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        scope.shift += (entry as PerformanceEntry & { value: number }).value;
    }).observe({ type: "layout-shift", buffered: true });
  });
  return () =>
    page.evaluate(() => (window as unknown as { shift: number }).shift);
}

const firstLine = "Which aircraft are near an airport right now";

for (const [name, viewport] of [
  ["wide", { width: 1280, height: 800 }],
  ["narrow", { width: 390, height: 844 }],
] as const)
  test(`a first visit shows the example before any script is there, and nothing jumps when it is (${name})`, async ({
    page,
  }) => {
    await page.setViewportSize(viewport);
    const shifts = await watchShifts(page);
    const server = await withhold((file) => !file.endsWith(".js"));
    try {
      await page.goto(server.url, { waitUntil: "commit" });
      const line = page.getByText(firstLine);
      await expect(line).toBeVisible();
      await page.waitForFunction(
        () => performance.getEntriesByName("first-contentful-paint").length > 0,
      );
      const style = /\.(?:css|html)$/;
      expect(server.given.filter((file) => style.test(file)).sort()).toEqual(
        [...parts.firstPaint].sort(),
      );
      expect(sumOf(dist, parts.firstPaint)).toBeLessThan(
        budgetOf("first paint"),
      );
      const before = await line.boundingBox();
      const code = page.locator(".shell-code");
      await expect(code).toContainText("const reference =");
      const codeBefore = await code.boundingBox();

      server.release();
      await expect(page.locator("#shell")).toHaveCount(0);
      await expect(page.locator("[data-cell]").first()).toBeVisible();
      expect(await line.boundingBox()).toEqual(before);
      const host = page.locator("[data-cell] .host").first();
      expect(await host.boundingBox()).toEqual(codeBefore);
      await page.evaluate(() => window.flowbook.graph());
      expect(await shifts()).toBeLessThan(0.01);
    } finally {
      server.release();
      await page.close();
      await server.close();
    }
  });

test("a notebook can be seen, typed in and run before more than the page, its workers, SQLite and what reads its files and loads their rows has come", async ({
  page,
}) => {
  const needed = new Set(parts.usable);
  const ofItsTasks = [
    ...["csv.js", "json.js", "loading.js"],
    ...["tableLoad.js", "freeList.js", "knownTables.js"],
  ];
  const isEarly = (file: string): boolean =>
    !/\.(?:js|css)$/.test(file) ||
    needed.has(file) ||
    ofItsTasks.includes(nameOf(file));
  const server = await withhold(() => true);
  let release = () => {};
  const released = new Promise<void>((done) => (release = done));
  // Held back in the browser: requests that wait for the server would use up its connections.
  await page.route("**/assets/**", async (route) => {
    const file = route.request().url().slice(server.url.length);
    if (!isEarly(file)) await released;
    await route.continue();
  });
  try {
    await page.goto(server.url);
    const field = page.getByRole("textbox", { name: "Code of cell etl" });
    await expect(field).toBeVisible();
    await expect(page.locator("aside svg g.node").first()).toBeVisible();
    await page.getByRole("button", { name: "Run flow" }).click();
    const pane = page.getByRole("tabpanel", { name: /Graph/ });
    await expect(pane.getByText("6 Success")).toBeVisible();

    await field.focus();
    await page.keyboard.press("Control+Home");
    await page.keyboard.type("// typed early\n");
    await expect(field).toHaveValue(/^\/\/ typed early\nflow/);

    expect(server.given.filter((file) => !isEarly(file))).toEqual([]);
    expect(sumOf(dist, parts.usable)).toBeLessThan(budgetOf("usable notebook"));

    release();
    await expect(page.locator(".cm-content").first()).toBeFocused();
    await page.keyboard.type("// and late");
    await expect
      .poll(() => page.evaluate(() => window.flowbook.markdown()))
      .toContain("// typed early\n// and lateflow(");
  } finally {
    release();
    await page.close();
    await server.close();
  }
});

test("a chosen theme is there from the first paint", async ({ page }) => {
  await page.addInitScript(() =>
    localStorage.setItem("flowbook.theme", "dark"),
  );
  const server = await withhold((file) => !file.endsWith(".js"));
  try {
    await page.goto(server.url, { waitUntil: "commit" });
    await expect(page.getByText(firstLine)).toBeVisible();
    await expect(page.locator("body")).toHaveCSS(
      "background-color",
      "rgb(17, 21, 27)",
    );
  } finally {
    server.release();
    await page.close();
    await server.close();
  }
});
