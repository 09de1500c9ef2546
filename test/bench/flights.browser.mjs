// From the bytes of a Parquet file of 3 million flights to a durable table with an index, in a real Chromium, beside decoding them
// alone with the library that reads them, both in a task.
import { median } from "./browser.bench.mjs";
import { withPage } from "./browserPage.mjs";

const tasks = {
  "decode alone": `return decoding.decode(await readBytes(file))`,
  "load, index, commit": `const { rows } = await load("flights", streamParquet(file), { mode: "replace" })
  await db.exec("CREATE INDEX by_origin ON flights (origin)")
  return rows`,
  "load, commit": `return (await load("plain", streamParquet(file), { mode: "replace" })).rows`,
};

const notebookWith = (decoding) => `---
flowbook: 1
title: Flights
attachments:
  - name: flights-3m.parquet
---

\`\`\`ts library
${decoding}
\`\`\`

${Object.entries(tasks)
  .map(
    ([name, body], at) =>
      `\`\`\`ts t${at}\nconst t${at}Task = task(async (file: string) => {\n  ${body}\n})\nflow("${name}", () => t${at}Task("flights-3m.parquet"))\n\`\`\`\n`,
  )
  .join("\n")}`;

/** Measures against the app at an address, and prints a table. */
export async function benchFlights({
  url,
  executablePath,
  decoding,
  rounds = 3,
}) {
  await withPage({ url, executablePath }, async (page) => {
    await page.evaluate(
      (text) => window.flowbook.open(text),
      notebookWith(decoding),
    );
    const file = new URL("examples/flights/flights-3m.parquet", url).href;
    await page.evaluate(async (address) => {
      const blob = await (await fetch(address)).blob();
      await window.flowbook.attach("flights-3m.parquet", blob);
    }, file);
    const goes = Object.fromEntries(
      Object.keys(tasks).map((name) => [name, []]),
    );
    let longest = 0;
    let busiest = 0;
    for (let round = 0; round <= rounds; round += 1)
      for (const name of Object.keys(tasks)) {
        const [go, worked] = await withTrace(page, () =>
          page.evaluate(runOnce, name),
        );
        if (go.state !== "Success") throw new Error(`${name}: ${go.message}`);
        if (round === 0) continue;
        goes[name].push(go.ran);
        longest = Math.max(longest, go.longest);
        busiest = Math.max(busiest, worked);
      }
    console.log(
      `3,000,000 flights from Parquet, in a task (median of ${rounds} [least to most])`,
    );
    const alone = median(goes["decode alone"]);
    for (const [name, times] of Object.entries(goes))
      console.log(
        `  ${name.padEnd(22)}${(median(times) / 1000).toFixed(1)} s [${(Math.min(...times) / 1000).toFixed(1)} to ${(Math.max(...times) / 1000).toFixed(1)}]  ${(median(times) / alone).toFixed(2)} x`,
      );
    console.log(
      `  longest frame of the page meanwhile: ${longest.toFixed(0)} ms; most that the page's own thread worked at a stretch: ${busiest.toFixed(0)} ms`,
    );
  });
}

/**
 * Does something, and gives how long the page's thread worked at one stretch at most, in milliseconds of a processor: where all
 * processors are busy, a frame may wait for one.
 */
async function withTrace(page, work) {
  const session = await page.context().browser().newBrowserCDPSession();
  const threads = new Set();
  const tasks = [];
  session.on("Tracing.dataCollected", ({ value }) => {
    for (const { name, pid, tid, tdur, args } of value) {
      const thread = `${pid} ${tid}`;
      if (name === "thread_name" && args.name === "CrRendererMain")
        threads.add(thread);
      if (name === "ThreadControllerImpl::RunTask" && tdur)
        tasks.push({ thread, time: tdur / 1000 });
    }
  });
  const traced = new Promise((resolve) =>
    session.once("Tracing.tracingComplete", resolve),
  );
  await session.send("Tracing.start", {
    traceConfig: { includedCategories: ["toplevel"] },
    transferMode: "ReportEvents",
  });
  const result = await work();
  await session.send("Tracing.end");
  await traced;
  await session.detach();
  const times = tasks
    .filter(({ thread }) => threads.has(thread))
    .map(({ time }) => time);
  return [result, Math.max(0, ...times)];
}

async function runOnce(flow) {
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
  const { state, message, startedAt, endedAt } = await window.flowbook.run({
    flow,
  });
  isOn = false;
  return {
    state,
    message,
    longest,
    ran: Date.parse(endedAt) - Date.parse(startedAt),
  };
}
