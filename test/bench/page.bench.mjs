// How quick the page itself is: from a key to the redrawn graph, and from the text of a notebook to its cells on the page.
import { median } from "./browser.bench.mjs";
import { withPage } from "./browserPage.mjs";

const fence = (kind, name, source) =>
  `\`\`\`${kind} ${name}\n${source}\n\`\`\`\n`;

/** A notebook of tasks that hand on rows, a flow of all of them, and prose between. */
function notebook(title, cells) {
  const parts = [];
  const steps = [];
  for (let at = 0; at < cells - 1; at += 1)
    if (at % 5 === 4)
      parts.push(
        `## Part ${at}\n\nWhat **follows** takes the rows of the part before, one \`step\` after the other.\n`,
      );
    else {
      steps.push(`step${at}`);
      parts.push(
        fence(
          "ts",
          `part${at}`,
          `/** Adds ${at} to each row. */\nconst step${at} = task(async (rows: { id: number }[]) => {\n  return rows.map((row) => ({ ...row, id: row.id + ${at} }))\n}, { retries: 2, retryDelay: "1s" })`,
        ),
      );
    }
  const calls = steps.reduce((inner, step) => `${step}(${inner})`, "[]");
  parts.push(
    fence(
      "ts",
      "main",
      `flow("F", () => ${calls.replace(/^(\w+)/, '$1.with({ name: "x" })')})`,
    ),
  );
  return `---\nflowbook: 1\ntitle: ${title}\n---\n\n${parts.join("\n")}`;
}

/** Measures against the app at an address, and prints what it found. */
export async function benchPage({ url, executablePath, rounds = 7 }) {
  await withPage(
    { url, executablePath, viewport: { width: 1280, height: 800 } },
    async (page) => {
      await openNotebook(page, notebook("Warm", 10));

      const shown = [];
      const settled = [];
      const inSight = [];
      const whole = [];
      for (let round = 0; round <= rounds; round += 1) {
        const times = await openNotebook(page, notebook(`Bench ${round}`, 100));
        if (round === 0) continue;
        shown.push(times.shown);
        settled.push(times.settled);
        inSight.push(times.inSight);
        whole.push(times.whole);
      }
      console.log("the page (Chromium)");
      console.log(
        `  opening 100 cells          on the page after ${median(shown).toFixed(0)} ms (at most ${Math.max(...shown).toFixed(0)}), its graph after ${median(settled).toFixed(0)} ms, the controls of what is in sight after ${median(inSight).toFixed(0)} ms, of all after ${median(whole).toFixed(0)} ms (asked for: under 300 ms)`,
      );

      await openNotebook(page, notebook("Keys", 50));
      const keys = await typeName(
        page,
        "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
      );
      const sorted = [...keys].sort((a, b) => a - b);
      const p95 = sorted[Math.floor(sorted.length * 0.95)];
      console.log(
        `  key to graph, 50 cells     median ${median(keys).toFixed(0)} ms, p95 ${p95.toFixed(0)} ms (asked for: under 50 ms), ${keys.length} keys`,
      );
    },
  );
}

/** Opens a text: when the text of all of its cells is on the page, when its graph is drawn, and when each cell in sight, and each at all, has what can be done with it. */
function openNotebook(page, text) {
  return page.evaluate(async (markdown) => {
    const cells = markdown.match(/^```\w+ \w+$/gm).length;
    const title = /^title: (.+)$/m.exec(markdown)[1];
    // What the last opening left to be painted is none of this one's.
    await new Promise((resolve) =>
      requestAnimationFrame(() => requestIdleCallback(resolve)),
    );
    const begun = performance.now();
    let shown;
    const painted = new Promise((resolve) => {
      const look = () => {
        const there = document.querySelectorAll(
          "[data-cell]:not(.prose)",
        ).length;
        if (there === cells && document.title.startsWith(`${title} `))
          setTimeout(() => {
            shown = performance.now() - begun;
            resolve();
          });
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
    await window.flowbook.open(markdown);
    const settled = performance.now() - begun;
    await painted;
    let inSight;
    // Of a cell whose controls are not there yet there is its text.
    for (;;) {
      const next = document.querySelector("pre[data-cell]");
      if (!next || next.getBoundingClientRect().top >= innerHeight)
        inSight ??= performance.now() - begun;
      if (!next) break;
      await new Promise((resolve) => setTimeout(resolve));
    }
    return { shown, settled, inSight, whole: performance.now() - begun };
  }, text);
}

/** Types into the name of a node, key by key; how long each took until the graph showed it. */
async function typeName(page, letters) {
  await page
    .getByRole("region", { name: /cell main$/ })
    .scrollIntoViewIfNeeded();
  const text = page.getByRole("textbox", { name: "Code of cell main" });
  await text.click();
  await page.keyboard.press("Control+Home");
  for (
    let step = 0;
    step < 'flow("F", () => step48.with({ name: "x'.length;
    step += 1
  )
    await page.keyboard.press("ArrowRight");
  // What helps with writing has been started by entering the text, and is not what is measured.
  await page.keyboard.type("_");
  await page.waitForTimeout(3_000);
  await page.evaluate(() => {
    const graph = document.querySelector("aside .flow-graph .canvas");
    const watch = (window.watched = { times: [], begun: 0, wanted: "" });
    window.addEventListener(
      "keydown",
      (event) => {
        if (event.key.length !== 1) return;
        watch.begun = performance.now();
        watch.wanted += event.key;
      },
      true,
    );
    const look = () => {
      if (
        watch.begun === 0 ||
        !graph.textContent.includes(`x_${watch.wanted}`.slice(0, 12))
      )
        return;
      const { begun } = watch;
      watch.begun = 0;
      // Tells of the frame that is being made, or else of the next one, when it is made. A request for an animation frame
      // within one would be answered in the frame after.
      const made = new IntersectionObserver(() => {
        made.disconnect();
        watch.times.push(performance.now() - begun);
      });
      made.observe(graph);
    };
    new MutationObserver(look).observe(graph, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    });
  });
  const times = [];
  for (const letter of letters) {
    // Begins anew before the name is too long to be shown whole.
    if ((await page.evaluate(() => window.watched.wanted.length)) > 7) {
      await page.evaluate(() => (window.watched.wanted = ""));
      for (let step = 0; step < 8; step += 1)
        await page.keyboard.press("Backspace");
      await page.waitForTimeout(300);
    }
    await page.keyboard.press(letter);
    await page.waitForFunction(
      (n) => window.watched.times.length >= n,
      times.length + 1,
    );
    times.push(await page.evaluate(() => window.watched.times.at(-1)));
    await page.waitForTimeout(80);
  }
  return times;
}
