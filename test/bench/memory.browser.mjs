// How much memory a database takes of the page's process at most, beside the size of its file: opening, a load of 50 MB, download
// and import, each in a browser of its own, for memory that was taken once is rarely given back. What an empty notebook takes is
// not counted. Linux only: /proc tells how much a process has had at most, and forgets it when told to.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { chromium } from "@playwright/test";
import { browserArguments } from "../../scripts/browserArguments.mjs";

/** The peak may be at most so many times the file as it is in the end. */
const most = 2.2;
const loaded = 50;

/** A row has about 1 kB. */
const text = `---
flowbook: 1
title: Memory
---

\`\`\`ts main
const fill = task((rows: number) => db.exec(\`CREATE TABLE IF NOT EXISTS filled (id INTEGER PRIMARY KEY, bytes BLOB);
  INSERT INTO filled (bytes) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \${rows})
  SELECT randomblob(1000) FROM n\`))
flow("Fill", () => { fill(param("rows", 0)) })
\`\`\`
`;
const rowsPerMegabyte = 1000;

/** Measures against the app at an address with databases of these sizes in MB, and prints tables. */
export async function benchMemory({ url, executablePath, sizes }) {
  for (const size of sizes) {
    const profile = mkdtempSync(join(tmpdir(), "flowbook-memory-"));
    const inBrowser = (work) => withBrowser({ profile, executablePath }, work);
    try {
      const empty = await inBrowser((page) => make(page, url, 0));
      const filled = await inBrowser((page) => make(page, url, size));
      const rows = [];
      const base = await inBrowser(async (page, memory) => {
        await open(page, empty);
        await memory.settled();
        return memory.now();
      });
      /** What the notebook takes at most while it is opened and something is done with it, or only in doing that. */
      const measure = async (what, notebook, work) => {
        const result = await inBrowser(async (page, memory) => {
          await open(page, notebook);
          // What the pane reads of a table to show it is not of what is done with the file.
          if (work) await page.getByRole("tab", { name: "Tables" }).click();
          await memory.settled();
          if (work) {
            memory.rest();
            await work(page);
          }
          return { size: await sizeOf(page), peak: memory.peak() - base };
        });
        rows.push({ what, ...result });
      };
      const file = join(profile, "database.sqlite");
      const importing = (page) => takeIn(page, file);
      await measure("opening, until the page is at rest", filled);
      await measure("download", filled, (page) => download(page, file));
      await measure("import into an empty notebook", empty, importing);
      await measure("import over the same", empty, importing);
      await measure(`${loaded} MB more in one transaction`, filled, (page) =>
        fill(page, loaded),
      );
      console.log(table(size, base, rows));
    } finally {
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    }
  }
}

async function withBrowser({ profile, executablePath }, work) {
  const context = await chromium.launchPersistentContext(
    join(profile, "profile"),
    {
      ...(executablePath ? { executablePath } : {}),
      args: browserArguments,
      acceptDownloads: true,
    },
  );
  try {
    const [page] = context.pages();
    const session = await context.newCDPSession(page);
    return await work(page, watchMemory(session));
  } finally {
    await context.close();
  }
}

/** The memory of the process that has had most, of all that show pages; this process has started no other browser. */
function watchMemory(session) {
  const renderers = () =>
    descendants(process.pid).filter((pid) =>
      read(`/proc/${pid}/cmdline`).includes("--type=renderer"),
    );
  const largest = (name) => {
    const line = new RegExp(`^${name}:\\s+(\\d+) kB`, "m");
    const sizes = renderers().map((pid) =>
      Number(line.exec(read(`/proc/${pid}/status`))?.[1] ?? 0),
    );
    return 1024 * Math.max(...sizes);
  };
  return {
    now: () => largest("VmRSS"),
    peak: () => largest("VmHWM"),
    /** What the page makes ready when it has been opened takes memory too, and is done once it takes no more for a while. Then it gives back what it no longer needs. */
    async settled() {
      let before = largest("VmRSS");
      for (let calm = 0; calm < 6;) {
        await setTimeout(500);
        const now = largest("VmRSS");
        calm = Math.abs(now - before) < 2e6 ? calm + 1 : 0;
        before = now;
      }
      await session.send("Memory.simulatePressureNotification", {
        level: "critical",
      });
      await setTimeout(1000);
    },
    /** From here on counts what is had at most. */
    rest() {
      for (const pid of renderers())
        writeFileSync(`/proc/${pid}/clear_refs`, "5");
    },
  };
}

function descendants(pid) {
  const children = read(`/proc/${pid}/task/${pid}/children`)
    .split(" ")
    .filter(Boolean)
    .map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

/** Processes come and go. */
function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** Makes a notebook with a database of so many MB; gives its address. */
async function make(page, url, megabytes) {
  await page.goto(url);
  await page.waitForFunction(() => "flowbook" in window);
  await page.evaluate((markdown) => window.flowbook.open(markdown), text);
  for (let done = 0; done < megabytes; done += 50)
    await fill(page, Math.min(50, megabytes - done));
  return page.url();
}

async function fill(page, megabytes) {
  const report = await page.evaluate(
    (rows) => window.flowbook.run({ parameters: { rows } }),
    megabytes * rowsPerMegabyte,
  );
  if (report.state !== "Success") throw new Error(report.tasks[0].message);
}

async function open(page, address) {
  await page.goto("about:blank");
  await page.goto(address);
  await page.waitForFunction(() => "flowbook" in window);
  await sizeOf(page);
}

async function sizeOf(page) {
  const [{ bytes }] = await page.evaluate(() =>
    window.flowbook.query(
      "SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size",
    ),
  );
  return bytes;
}

async function download(page, path) {
  const downloading = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download", exact: true }).click();
  await (await downloading).saveAs(path);
}

async function takeIn(page, path) {
  await page
    .getByRole("group", { name: "The database" })
    .locator("input[type=file]")
    .setInputFiles(path);
  await page
    .getByText("is this notebook's database now")
    .waitFor({ timeout: 120_000 });
}

function table(megabytes, base, rows) {
  const mb = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;
  const lines = rows.map(({ what, size, peak }) => {
    const times = peak / size;
    return `  ${what.padEnd(40)}${mb(size).padStart(8)}${mb(peak).padStart(10)}${`${times.toFixed(2)} x`.padStart(10)}  ${times <= most ? "met" : "not met"}`;
  });
  return [
    `memory of the page's process, ${megabytes} MB (file, peak beyond the ${mb(base)} of an empty notebook, times the file: at most ${most})`,
    ...lines,
  ].join("\n");
}
