import type { Page } from "@playwright/test";
import { expect, openApp, test, testInOwnContext } from "./fixture.ts";
import { notebookOf, startRun, statesOf, waitForStates } from "./notebooks.ts";

const counting = notebookOf("Counting", [
  {
    name: "count",
    source: `
const write = task(async (n: number) => { await load("counted", [{ n }]); return n })
const wait = task(async (n: number) => { for (let i = 1; ; i += 1) { progress(Math.min(i, 300), 400); if (i === 50) log("still at it"); await new Promise((r) => setTimeout(r, 20)) } })
flow("Counting", () => { write(param("n", 1)) })
flow("Waiting", () => { wait(write(7)) })`,
  },
]);

const namesOf = (page: Page, sql: string) =>
  page.evaluate((text) => window.flowbook.query(text), sql);

/** Two tabs of one browser with the same notebook open; the first has it. */
async function openTwo(page: Page): Promise<{ owner: Page; reader: Page }> {
  await openApp(page);
  await page.evaluate((text) => window.flowbook.open(text), counting);
  const reader = await page.context().newPage();
  await reader.goto(page.url());
  await reader.waitForFunction(() => "flowbook" in window);
  await expect(reader.getByText("is open in another tab")).toBeVisible();
  return { owner: page, reader };
}

test("a second tab sees runs, rows and text of the first as they come, and changes nothing", async ({
  page,
}) => {
  const { owner, reader } = await openTwo(page);
  await owner.evaluate(() => window.flowbook.run({ flow: "Counting" }));
  await expect
    .poll(() =>
      reader.evaluate(async () => (await window.flowbook.runs())[0]?.state),
    )
    .toBe("Success");
  await expect
    .poll(() => namesOf(reader, "SELECT n FROM counted"))
    .toEqual([{ n: 1 }]);
  await owner.bringToFront();
  await owner
    .getByRole("textbox", { name: /^Code of/ })
    .first()
    .click();
  await owner.keyboard.press("Control+End");
  await owner.keyboard.type("\n// typed in the first tab");
  await reader.bringToFront();
  await expect(reader.getByText("typed in the first tab")).toBeVisible();

  const refused = await reader.evaluate(() =>
    window.flowbook.run().then(
      () => "ran",
      (error: { code: string }) => error.code,
    ),
  );
  expect(refused).toBe("read-only");
  await expect(
    reader.getByRole("button", { name: "Run flow" }).first(),
  ).toBeDisabled();
});

test("the second tab takes the notebook over: the run of the first ends, and what was typed there is kept", async ({
  page,
}) => {
  const { owner, reader } = await openTwo(page);
  await owner.bringToFront();
  await owner
    .getByRole("textbox", { name: /^Code of/ })
    .first()
    .click();
  await owner.keyboard.press("Control+End");
  await owner.keyboard.type("\n// the last word");
  await startRun(owner, { flow: "Waiting" });
  await waitForStates(owner, /Success,Running/);
  await reader.bringToFront();
  // Nothing is written while the task works.
  await expect(reader.getByText("75 %").first()).toBeAttached();
  await reader.getByRole("tab", { name: "Logs" }).click();
  await expect(
    reader.getByRole("button", { name: /still at it$/ }),
  ).toBeVisible();
  await reader.getByRole("button", { name: "Take over" }).click();
  await expect(owner.getByText("has taken this notebook over")).toBeVisible();
  await expect(reader.getByText("is open in another tab")).toBeHidden();
  // Both are told of the run, and what would run next is known here.
  await expect(
    owner.getByText("the run that was going on was cancelled"),
  ).toBeVisible();
  await expect(
    reader.getByText("The run of Waiting in the other tab was cancelled."),
  ).toBeVisible();
  await expect(
    reader.getByText("1 run, 1 reused").filter({ visible: true }),
  ).toHaveCount(1);

  const state = await reader.evaluate(
    async () => (await window.flowbook.runs())[0]!.state,
  );
  expect(["Cancelled", "Crashed"]).toContain(state);
  expect(await reader.evaluate(() => window.flowbook.markdown())).toContain(
    "// the last word",
  );
  const report = await reader.evaluate(() =>
    window.flowbook.run({ flow: "Counting", parameters: { n: 2 } }),
  );
  expect(statesOf(report)).toEqual({ write: "Success" });
  await expect
    .poll(() => namesOf(owner, "SELECT n FROM counted ORDER BY n"))
    .toEqual([{ n: 2 }, { n: 7 }]);
});

testInOwnContext(
  "a tab that is too slow to let go in time is told what became of its run, too",
  async ({ page }) => {
    const { owner, reader } = await openTwo(page);
    await startRun(owner, { flow: "Waiting" });
    await waitForStates(owner, /Success,Running/);
    const session = await owner.context().newCDPSession(owner);
    const slowDown = (rate: number) =>
      session.send("Emulation.setCPUThrottlingRate", { rate });
    await slowDown(40);
    await reader.getByRole("button", { name: "Take over" }).click();
    await expect(reader.getByText("is open in another tab")).toBeHidden();
    await slowDown(1);
    await expect(
      owner.getByText("the run that was going on was cancelled"),
    ).toBeVisible();
  },
);

test("the first tab has the notebook when it is loaded again, and the second when that is closed", async ({
  page,
}) => {
  const { owner, reader } = await openTwo(page);
  await owner.reload();
  await owner.waitForFunction(() => "flowbook" in window);
  await owner.evaluate(() => window.flowbook.run({ flow: "Counting" }));
  const taken = reader.getByText("has taken this notebook over");
  await expect(taken).toBeVisible();
  await owner.close();
  await expect(taken).toBeHidden();
  const report = await reader.evaluate(() =>
    window.flowbook.run({ flow: "Counting", parameters: { n: 2 } }),
  );
  expect(report.state).toBe("Success");
  expect(await namesOf(reader, "SELECT n FROM counted ORDER BY n")).toEqual([
    { n: 1 },
    { n: 2 },
  ]);
});

test("a tab that is loaded again follows if somebody types in the second meanwhile, and shows that", async ({
  page,
}) => {
  const { owner, reader } = await openTwo(page);
  let goOn = (): void => {};
  const typed = new Promise<void>((resolve) => (goOn = resolve));
  await owner.route(/\.js(\?|$)/, (route) =>
    typed.then(() => route.continue()),
  );
  const reloading = owner.reload();
  await expect(reader.getByText("is open in another tab")).toBeHidden();
  await reader
    .getByRole("textbox", { name: /^Code of/ })
    .first()
    .click();
  await reader.keyboard.press("Control+End");
  await reader.keyboard.type("\n// typed meanwhile");
  goOn();
  await reloading;
  await expect(owner.getByText("is open in another tab")).toBeVisible();
  await expect(owner.getByText("// typed meanwhile")).toBeVisible();
  expect(await reader.evaluate(() => window.flowbook.markdown())).toContain(
    "// typed meanwhile",
  );
});

test("a tab that was overtaken without noticing writes over nothing, and keeps what was typed there as a version", async ({
  page,
}) => {
  await openApp(page);
  await page.evaluate((text) => window.flowbook.open(text), counting);
  // As another tab leaves it, while this one was frozen and could not be told.
  await page.evaluate(async () => {
    const id = location.hash.slice("#n.".length);
    const opening = indexedDB.open("flowbook");
    await new Promise((resolve) => (opening.onsuccess = resolve));
    const store = opening.result
      .transaction("entries", "readwrite")
      .objectStore("entries");
    const entry = store.get(["entry", id]);
    entry.onsuccess = () => {
      store.put({ ...entry.result, owner: "another tab" }, ["entry", id]);
      store.put("# Theirs\n", ["text", id]);
    };
    await new Promise((resolve) => (store.transaction.oncomplete = resolve));
    opening.result.close();
  });
  await page
    .getByRole("textbox", { name: /^Code of/ })
    .first()
    .click();
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText("\n// typed too late");
  await expect(page.getByText("is kept as a version")).toBeVisible();
  await expect(
    page.getByRole("heading", { name: "Theirs", level: 2 }),
  ).toBeVisible();
  const versions = await page.evaluate(async () => {
    const opening = indexedDB.open("flowbook");
    await new Promise((resolve) => (opening.onsuccess = resolve));
    const all = opening.result
      .transaction("entries")
      .objectStore("entries")
      .getAll();
    await new Promise((resolve) => (all.onsuccess = resolve));
    opening.result.close();
    return all.result.filter((value) => typeof value === "string") as string[];
  });
  expect(versions.some((text) => text.includes("typed too late"))).toBe(true);
  expect(versions).toContain("# Theirs\n");
});

test("a schedule that is switched in the first tab is so in the second, also when that has the notebook", async ({
  page,
}) => {
  await openApp(page);
  const hourly = counting.replace(
    '{ write(param("n", 1)) }',
    '{ write(param("n", 1)) }, { schedule: every("1h") }',
  );
  await page.evaluate((text) => window.flowbook.open(text), hourly);
  const second = await page.context().newPage();
  await second.goto(page.url());
  const schedule = second.getByRole("switch", { name: "Run Counting by" });
  await expect(schedule).toBeChecked();
  await page.evaluate(() => window.flowbook.schedule(false));
  await expect(schedule).not.toBeChecked();
  await page.close();
  await expect(second.getByText("is open in another tab")).toBeHidden();
  await expect(schedule).not.toBeChecked();
});

test("a notebook that another tab has open is not deleted, and a tab that follows it is told when it is", async ({
  page,
}) => {
  const { owner, reader } = await openTwo(page);
  const third = await page.context().newPage();
  await third.goto(page.url().replace(/[?#].*/, ""));
  await third.waitForFunction(() => "flowbook" in window);
  const toHome = (tab: Page) =>
    tab.getByRole("button", { name: "All notebooks" }).click();
  const remove = (tab: Page) =>
    tab.getByRole("button", { name: "Delete Counting" }).click();
  await remove(third);
  await expect(third.getByText("is open in another tab")).toBeVisible();
  await owner.bringToFront();
  await toHome(owner);
  await remove(owner);
  await expect(owner.getByText("“Counting” was deleted.")).toBeVisible();
  await reader.bringToFront();
  await expect(
    reader.getByText("“Counting” was deleted in another tab"),
  ).toBeVisible();
  await owner.bringToFront();
  await owner.getByRole("button", { name: "Undo" }).click();
  await expect(
    owner.getByRole("button", { name: "Delete Counting" }),
  ).toBeVisible();
});

testInOwnContext(
  "what is said while nobody sees the tab stays until somebody has seen it",
  async ({ page }) => {
    await page.clock.install();
    await openApp(page);
    await page.evaluate((text) => window.flowbook.open(text), counting);
    const setHidden = (isHidden: boolean) =>
      page.evaluate((value) => {
        Object.defineProperty(document, "hidden", {
          configurable: true,
          value,
        });
        document.dispatchEvent(new Event("visibilitychange"));
      }, isHidden);
    await page.getByRole("button", { name: "All notebooks" }).click();
    await page.getByRole("button", { name: "Delete Counting" }).click();
    const undo = page.getByRole("button", { name: "Undo", exact: true });
    await expect(undo).toBeVisible();
    await setHidden(true);
    await page.clock.fastForward("10:00");
    await expect(undo).toBeVisible();
    await setHidden(false);
    await page.clock.fastForward("01:00");
    await expect(undo).toBeHidden();
  },
);
