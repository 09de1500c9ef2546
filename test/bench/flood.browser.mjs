// Whether a flood from user code holds up the page, in a real Chromium against the production build: the longest task on the
// page's thread while a task logs 200,000 lines and shows 5,000 outputs as fast as it can.
import { median } from "./browser.bench.mjs";
import { withPage } from "./browserPage.mjs";

const flood = `---
flowbook: 1
title: Flood
---

\`\`\`js main
const pour = task(async () => {
  for (let n = 0; n < 200000; n++) {
    log("line " + n)
    if (n % 40 === 0) display({ n, text: "output " + n })
  }
  return "poured"
})
flow("Flood", () => pour())
\`\`\`
`;

/** So many lines of a task are kept; the last says that the others were left out. */
const kept = 10_001;

/** Measures against the app at an address, and prints what it found. */
export async function benchFlood({ url, executablePath, rounds = 3 }) {
  await withPage(
    { url, executablePath, viewport: { width: 1400, height: 900 } },
    async (page) => {
      console.log(
        "a task that logs 200,000 lines and shows 5,000 outputs (tasks of the page's thread over 50 ms)",
      );
      for (const [what, tab, isSelected] of [
        ["graph on show", "graph", false],
        ["its logs on show", "logs", false],
        ["its node selected", "graph", true],
      ]) {
        const longest = [];
        const counts = [];
        for (let round = 0; round < rounds; round += 1) {
          await page.evaluate((text) => window.flowbook.open(text), flood);
          await page.locator(`#tab-${tab}`).click();
          if (isSelected)
            await page.getByRole("application").locator(".node").last().click();
          await page.waitForTimeout(500);
          const tasks = await page.evaluate(pour);
          const [{ lines }] = await page.evaluate(() =>
            window.flowbook.query("SELECT count(*) AS lines FROM history.logs"),
          );
          if (lines !== kept) throw new Error(`${lines} lines came`);
          longest.push(Math.max(0, ...tasks));
          counts.push(tasks.length);
        }
        console.log(
          `  ${what.padEnd(20)} longest ${Math.max(...longest).toFixed(0)} ms (median of rounds ${median(longest).toFixed(0)}), ${median(counts)} over 50`,
        );
      }
    },
  );
}

/** Runs on the page: the long tasks from the start of a run until nothing more comes of it. */
async function pour() {
  const tasks = [];
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) tasks.push(duration);
  });
  observer.observe({ type: "longtask" });
  document.querySelector('[title="Run the flow (Ctrl+Enter)"]').click();
  const isOver = async () =>
    (await window.flowbook.runs())[0]?.state === "Success";
  while (!(await isOver())) await new Promise((done) => setTimeout(done, 200));
  // What was logged goes on coming for a while.
  await new Promise((done) => setTimeout(done, 1_500));
  observer.disconnect();
  return tasks;
}
