import { expect, test } from "./fixture.ts";

// Firefox ends no worker that has filled its memory, which grows slower and slower. What Chromium does is in e2e/sandbox.spec.ts.

const notebook = `---
flowbook: 1
title: Hungry
---

\`\`\`ts work
const first = task(async () => { await load("kept", [{ n: 1 }]); return 1 })
const hungry = task(async (n: number, eats: boolean) => {
  await load("lost", [{ n }])
  for (const all: object[] = []; eats; )
    if (all.push({ n: all.length, inner: {} }) % 500_000 === 0) log(\`\${all.length} objects\`)
  return n + 1
})
flow("Timed", () => hungry.with({ timeout: "5s" })(first(), true))
flow("Cancelled", () => hungry(first(), param("eats", true)))
\`\`\`
`;

test("a task that has filled its memory is ended by its timeout and by Cancel, leaves no rows, and Resume works", async ({
  tab,
}) => {
  const timed = await tab.evaluate(async (text) => {
    await window.flowbook.open(text);
    const { tasks } = await window.flowbook.run({ flow: "Timed" });
    return tasks.map(({ state }) => state);
  }, notebook);
  expect(timed).toEqual(["Success", "TimedOut"]);

  await tab.evaluate(() => {
    const tabs = [...document.querySelectorAll<HTMLElement>('[role="tab"]')];
    tabs.find(({ textContent }) => textContent?.includes("Logs"))?.click();
    void window.flowbook.run({ flow: "Cancelled" });
  });
  await expect
    .poll(
      () =>
        tab.evaluate(
          () => document.querySelector('[role="tabpanel"]')?.textContent,
        ),
      { timeout: 30_000 },
    )
    .toContain("1000000 objects");
  const { cancelled, tables, resumed } = await tab.evaluate(async () => {
    await window.flowbook.cancel();
    const [run] = await window.flowbook.runs();
    return {
      cancelled: run!.tasks.map(({ state }) => state),
      tables: await window.flowbook.query(
        "SELECT name FROM sqlite_schema WHERE type = 'table'",
      ),
      resumed: await window.flowbook.resume({
        flow: "Cancelled",
        parameters: { eats: false },
      }),
    };
  });
  expect(cancelled).toEqual(["Success", "Cancelled"]);
  expect(tables).toEqual([{ name: "kept" }]);
  expect(resumed).toMatchObject({ state: "Success", result: 2 });
  expect(resumed.tasks.map(({ attempts }) => attempts)).toEqual([1, 2]);
});
