// How smooth the page is, in a real Chromium against the production build: frames while a large graph is panned, zoomed and
// run, and the longest task on the page's thread while a run logs, progresses and maps.
import { median } from "./browser.bench.mjs";
import { withPage } from "./browserPage.mjs";

const notebook = (code) =>
  `---\nflowbook: 1\ntitle: Bench\n---\n\n\`\`\`ts main\n${code}\n\`\`\`\n`;

/** A flow of `n` tasks in layers of 20, each of which needs two of the layer before. */
const layered = (n) =>
  notebook(`const step = task((a: number, b: number) => (a ?? 0) + (b ?? 0) + 1)
flow("Layered", () => {
  let row = Array.from({ length: 20 }, (_, i) => step(i, 0))
  for (let made = 20; made < ${n}; made += 20)
    row = row.map((one, i) => step(one, row[(i * 7 + made / 20) % 20]))
})`);

/** A run that logs, progresses and maps. */
const busy = (n) =>
  notebook(`const list = task(() => Array.from({ length: ${n} }, (_, i) => i))
const work = task((x: number) => { if (x % 10 === 0) log("element", x); return x * 2 })
const count = task(async () => {
  for (let i = 0; i < 2000; i++) {
    progress(i, 2000, "counting")
    log("line", i)
    if (i % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  }
})
const sum = task((xs: number[]) => xs.reduce((a, b) => a + b, 0))
flow("Busy", () => { count(); return sum(work.map(list())) })`);

/** Measures against the app at an address, and prints what it found. */
export async function benchGraph({ url, executablePath, rounds = 3 }) {
  await withPage(
    { url, executablePath, viewport: { width: 1400, height: 900 } },
    async (page) => {
      await page.evaluate(watch);
      const counters = await page.context().newCDPSession(page);
      await counters.send("Performance.enable");
      /** How long a processor was at work for the page's thread, in milliseconds; workers want processors, too. */
      const busyTime = async () => {
        const { metrics } = await counters.send("Performance.getMetrics");
        return metrics.find(({ name }) => name === "ThreadTime").value * 1000;
      };
      console.log(
        "the page (frames as 50th and 95th percentile and longest, the page's thread's work per frame, and its tasks over 50 ms)",
      );
      for (const size of [1_000, 5_000]) {
        await page.evaluate(
          (text) => window.flowbook.open(text),
          layered(size),
        );
        await drawn(page, size);
        for (const [what, act] of [
          ["pan and zoom", panAndZoom],
          ["run", run],
        ]) {
          await page.evaluate(() => window.watch.start());
          const before = await busyTime();
          await act(page);
          const busyFor = (await busyTime()) - before;
          tell(`${size} nodes, ${what}`, { ...(await stop(page)), busyFor });
        }
      }
      for (const tab of ["graph", "timeline", "runs", "logs"]) {
        const longest = [];
        let last;
        for (let round = 0; round < rounds; round += 1) {
          await page.evaluate(
            (text) => window.flowbook.open(text),
            busy(10_000),
          );
          await page.locator(`#tab-${tab}`).click();
          await page.waitForTimeout(500);
          await page.evaluate(() => window.watch.start());
          await run(page);
          await page.waitForTimeout(300);
          last = await stop(page);
          longest.push(Math.max(0, ...last.tasks));
        }
        tell(`map over 10,000, ${tab} on show`, {
          ...last,
          longestTask: Math.max(...longest),
          medianTask: median(longest),
        });
      }
    },
  );
}

/**
 * Runs as a reader does: the report of the page API would be copied out of the page. The page itself says when the run is
 * over: to ask it from outside takes a walk through all that is drawn, and longer than a frame.
 */
function run(page) {
  return page.evaluate(async () => {
    const controls = document.querySelector(".controls[role=group]");
    const isRunning = () => controls.querySelector("button.cancel") !== null;
    const changes = (isReached) =>
      new Promise((resolve) => {
        const observer = new MutationObserver(() => {
          if (!isReached()) return;
          observer.disconnect();
          resolve();
        });
        observer.observe(controls, { childList: true, subtree: true });
      });
    const begun = changes(isRunning);
    [...controls.querySelectorAll("button")].at(-1).click();
    await begun;
    await changes(() => !isRunning());
  });
}

async function drawn(page, size) {
  await page.waitForFunction(
    (count) =>
      document
        .querySelector(".flow-graph, [data-graph]")
        ?.getAttribute("aria-label")
        ?.includes(String(count)),
    size,
    { timeout: 60_000 },
  );
  await page.waitForTimeout(500);
}

/** Drags and turns the wheel, a step each frame or so. */
async function panAndZoom(page) {
  const box = await page.locator(".drawing").boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  for (let at = 0; at < 12; at += 1) await page.mouse.wheel(0, -120);
  await page.mouse.down();
  for (let at = 0; at < 60; at += 1)
    await page.mouse.move(
      x + 120 * Math.sin(at / 6),
      y + 120 * Math.cos(at / 6) - 120,
    );
  await page.mouse.up();
  for (let at = 0; at < 30; at += 1)
    await page.mouse.wheel(0, at < 15 ? 60 : -60);
}

const stop = (page) => page.evaluate(() => window.watch.stop());

/** Runs on the page: counts frames and long tasks between start and stop. */
function watch() {
  const frames = [];
  const tasks = [];
  let isOn = false;
  let next = 0;
  new PerformanceObserver((list) => {
    if (isOn)
      for (const { duration } of list.getEntries()) tasks.push(duration);
  }).observe({ type: "longtask" });
  window.watch = {
    start() {
      frames.length = 0;
      tasks.length = 0;
      isOn = true;
      let last = performance.now();
      const frame = (now) => {
        frames.push(now - last);
        last = now;
        next = requestAnimationFrame(frame);
      };
      next = requestAnimationFrame(frame);
    },
    async stop() {
      await new Promise((done) => setTimeout(done, 100));
      isOn = false;
      cancelAnimationFrame(next);
      return { frames: [...frames], tasks: [...tasks] };
    },
  };
}

function tell(what, { frames, tasks, longestTask, medianTask, busyFor }) {
  const sorted = frames.toSorted((one, other) => one - other);
  const at = (share) => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
  const longest = longestTask ?? Math.max(0, ...tasks);
  console.log(
    `  ${what.padEnd(38)}${String(frames.length).padStart(5)} frames: ${at(0.5).toFixed(0).padStart(4)} ${at(0.95).toFixed(0).padStart(5)} ${at(1).toFixed(0).padStart(5)} ms${busyFor === undefined ? "" : `, page ${(busyFor / frames.length).toFixed(0).padStart(3)} ms`}   longest task ${longest.toFixed(0)} ms${medianTask === undefined ? "" : ` (median of rounds ${medianTask.toFixed(0)})`}, ${tasks.length} over 50`,
  );
}
