// How long a task takes through real task workers, in a real Chromium against the production build.
import { withPage } from "./browserPage.mjs";

const notebook = (code) =>
  `---\nflowbook: 1\ntitle: Bench\n---\n\n\`\`\`ts main\n${code}\n\`\`\`\n`;

const inc = "const inc = task((x: number) => x + 1)";

/**
 * Flows of a size; two sizes of each, so that what a run costs whatever its size can be told from what a task costs. Each is the
 * first run of a notebook that was just opened: its workers start meanwhile, by way of the page, which draws the graph. From the
 * start of the run to its end; the plan before it and the report after it are not counted.
 */
const flows = {
  map: (n) =>
    `${inc}\nconst numbers = task((n: number) => Array.from({ length: n }, (_, i) => i))\nflow("F", () => inc.map(numbers(${n})))`,
  "mapped chain of three": (n) =>
    `${inc}\nconst numbers = task((n: number) => Array.from({ length: n }, (_, i) => i))\nflow("F", () => inc.map(inc.map(inc.map(numbers(${Math.round(n / 3)})))))`,
  "wide, a node each": (n) =>
    `${inc}\nflow("F", () => { for (let i = 0; i < ${n}; i++) inc(i) })`,
  chain: (n) =>
    `${inc}\nflow("F", () => { let x = inc(0); for (let i = 1; i < ${n}; i++) x = inc(x); return x })`,
};
const sizes = {
  map: [10_000, 40_000],
  "mapped chain of three": [9_000, 36_000],
  "wide, a node each": [2_000, 10_000],
  chain: [50, 250],
};

/** Measures against the app at an address, and prints a table. */
export async function benchBrowser({ url, executablePath, rounds = 5 }) {
  await withPage({ url, executablePath }, async (page) => {
    const times = new Map();
    const frames = new Map();
    for (let round = 0; round <= rounds; round += 1)
      for (const [name, make] of Object.entries(flows))
        for (const size of sizes[name]) {
          const { ran, longest } = await runOnce(page, notebook(make(size)));
          if (round === 0) continue;
          const key = `${name} ${size}`;
          times.set(key, [...(times.get(key) ?? []), ran]);
          frames.set(key, [...(frames.get(key) ?? []), longest]);
        }
    const trips = [];
    const kept = [];
    for (let round = 0; round < rounds; round += 1) {
      trips.push(await roundTrip(page, false));
      kept.push(await roundTrip(page, true));
    }
    console.log(
      `through task workers (median of ${rounds}; a task: how much more the larger run takes, by the number of tasks that it has more)`,
    );
    for (const name of Object.keys(flows)) {
      const [small, large] = sizes[name].map((size) =>
        median(times.get(`${name} ${size}`)),
      );
      const [few, many] = sizes[name];
      const perTask = ((large - small) * 1000) / (many - few);
      const frame = Math.max(...frames.get(`${name} ${many}`));
      console.log(
        `  ${name.padEnd(24)}${String(few).padStart(7)}: ${small.toFixed(0).padStart(5)} ms ${String(many).padStart(8)}: ${large.toFixed(0).padStart(5)} ms  a task: ${perTask.toFixed(1).padStart(7)} µs  longest frame ${frame.toFixed(0)} ms`,
      );
    }
    console.log(
      `  for comparison, a message to a plain worker and back: ${(median(trips) * 1000).toFixed(0)} µs; the same, and what came back put on the disk (strict) before the next: ${(median(kept) * 1000).toFixed(0)} µs`,
    );
  });
}

async function runOnce(page, text) {
  await page.evaluate((markdown) => window.flowbook.open(markdown), text);
  return page.evaluate(async () => {
    let longest = 0;
    let last = performance.now();
    let isOn = true;
    const frame = () => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      if (isOn) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    const { state, startedAt, endedAt } = await window.flowbook.run();
    isOn = false;
    if (state !== "Success") throw new Error(`The run is ${state}.`);
    return { ran: Date.parse(endedAt) - Date.parse(startedAt), longest };
  });
}

/** How long a message takes to a plain worker and back, in milliseconds; with what comes back put into an IndexedDB, if it is kept. */
function roundTrip(page, isKept) {
  return page.evaluate(async (isKept) => {
    const address = URL.createObjectURL(
      new Blob(["onmessage = ({ data }) => postMessage(data)"], {
        type: "text/javascript",
      }),
    );
    const worker = new Worker(address);
    const database = await new Promise((resolve, reject) => {
      const opening = indexedDB.open("bench-round-trip");
      opening.onupgradeneeded = () => opening.result.createObjectStore("put");
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error);
    });
    const keep = (at) =>
      new Promise((resolve, reject) => {
        const transaction = database.transaction("put", "readwrite", {
          durability: "strict",
        });
        transaction.objectStore("put").put({ value: at, event: at }, at);
        transaction.oncomplete = resolve;
        transaction.onabort = () => reject(transaction.error);
      });
    const count = 300;
    const begun = performance.now();
    for (let at = 0; at < count; at += 1) {
      await new Promise((resolve) => {
        worker.onmessage = resolve;
        worker.postMessage(at);
      });
      if (isKept) await keep(at);
    }
    const time = performance.now() - begun;
    worker.terminate();
    database.close();
    indexedDB.deleteDatabase("bench-round-trip");
    return time / count;
  }, isKept);
}

export function median(values) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)];
}
