// What it costs to keep a database on the disk, in real Chromium workers: Flowbook's storage beside others, and beside its goals.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { browserArguments } from "../../scripts/browserArguments.mjs";

const ours = "Flowbook";
const exporting = "export() and one value";
const opfs = "sqlite-wasm, opfs-sahpool";

const append = "100 rows, no index";
/** What is added to a job that the exporting ones do not take part in. */
const quiet = ", no export in between";
const opening = "opening, to the first query";
const load = "50 MB more in one transaction";

/** Goals: what is measured, from the medians by size, job and contender, and what it should be at most or at least. */
const goals = [
  {
    what: "100 rows into 100 MB, ms",
    most: 5,
    of: (at) => at(100, append + quiet, ours),
  },
  {
    what: "100 rows into 100 MB, times as fast as export()",
    least: 100,
    of: (at) => at(100, append, exporting) / at(100, append, ours),
  },
  {
    what: "100 rows into 100 MB, times as long as opfs-sahpool",
    most: 1.5,
    of: (at) => at(100, append + quiet, ours) / at(100, append + quiet, opfs),
  },
  {
    what: "100 rows, the slowest of the sizes by the fastest",
    most: 1.5,
    of: (at, sizes) => {
      const times = sizes.map((size) => at(size, append + quiet, ours));
      return Math.max(...times) / Math.min(...times);
    },
  },
  {
    what: "50 MB into 100 MB, times as long as opfs-sahpool",
    most: 1.5,
    of: (at) => at(100, load, ours) / at(100, load, opfs),
  },
  {
    what: "50 MB into 100 MB, times as fast as export()",
    least: 3,
    of: (at) => at(100, load, exporting) / at(100, load, ours),
  },
  {
    what: "opening 100 MB, ms",
    most: 1000,
    of: (at) => at(100, opening, ours),
  },
  {
    what: "opening 400 MB, ms",
    most: 2000,
    of: (at) => at(400, opening, ours),
  },
];

/** Measures with databases of these sizes in MB against the bench's page at an address, and prints tables. */
export async function benchStorage({ url, executablePath, sizes }) {
  const profile = mkdtempSync(join(tmpdir(), "flowbook-bench-"));
  const context = await chromium.launchPersistentContext(profile, {
    ...(executablePath ? { executablePath } : {}),
    args: browserArguments,
  });
  try {
    const [page] = context.pages();
    const medians = new Map();
    for (const size of sizes) {
      await page.goto(url);
      await page.waitForFunction(() => "benchStorage" in window);
      const rounds =
        size > 100 ? { small: 5, large: 3 } : { small: 11, large: 5 };
      const measured = await page.evaluate(
        ([megabytes, of]) => window.benchStorage(megabytes, of),
        [size, rounds],
      );
      for (const { job, isQuiet, measurements } of measured) {
        const name = isQuiet ? `${job}${quiet}` : job;
        console.log(table(`storage, ${size} MB, ${name}`, measurements));
        for (const { name: contender, median } of measurements)
          medians.set(`${size} ${name} ${contender}`, median);
      }
    }
    const at = (size, job, name) => medians.get(`${size} ${job} ${name}`);
    console.log("storage, goals (all strict: on the disk when it is done)");
    for (const { what, most, least, of } of goals) {
      const value = of(at, sizes);
      if (!Number.isFinite(value)) continue;
      const isMet = most === undefined ? value >= least : value <= most;
      const asked =
        most === undefined ? `at least ${least}` : `at most ${most}`;
      console.log(
        `  ${what.padEnd(56)}${asked.padStart(14)}${value.toFixed(value < 10 ? 2 : 0).padStart(10)}  ${isMet ? "met" : "not met"}`,
      );
    }
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

function table(title, measurements) {
  const first = measurements[0].median;
  const ms = (time) => time.toFixed(time < 100 ? 1 : 0);
  const rows = measurements.map(
    ({ name, median, low, high }) =>
      `  ${name.padEnd(32)}${`${ms(median)} ms`.padStart(12)}${`${ms(low)}–${ms(high)}`.padStart(18)}${`${(median / first).toFixed(1)} x`.padStart(10)}`,
  );
  return [`${title} (median, middle half, ratio)`, ...rows].join("\n");
}
