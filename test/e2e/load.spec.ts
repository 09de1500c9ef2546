import type { Page } from "@playwright/test";
import { expect, openApp, test } from "./fixture.ts";
import { notebookOf, openText, run } from "./notebooks.ts";

const count = 45_000;
/** Of each row: with them, the rows of a load are more than the 32 MB that wait in memory. */
const textLength = 1000;

const loading = notebookOf("Loading", [
  {
    name: "work",
    source: `
const texts = (from: number, word: string) =>
  Array.from({ length: ${count} }, (_, at) => ({ id: from + at, text: (word + (from + at) + " ").repeat(400).slice(0, ${textLength}) }))
const fill = task(async (mode: "append" | "upsert" | "replace", from: number, word: string) => {
  const { inserted, updated } = await load("big", texts(from, word), { mode, ...(mode !== "append" && { key: "id" }) })
  return { inserted, updated }
})
const spoil = task(async (mode: "append" | "upsert") => {
  const rows: { id: number | string; text: string }[] = texts(100_000, "spoilt")
  rows[${count - 1}]!.id = "none"
  await load("big", rows, { mode, ...(mode === "upsert" && { key: "id" }) })
})
flow("Filling", () => fill(param("mode", "upsert") as "upsert", param("from", 0), param("word", "a")))
flow("Spoiling", () => spoil(param("mode", "upsert") as "upsert"))`,
  },
]);

/** From now on counts how many Blobs the worker of the database reads at once. */
async function countReads(page: Page): Promise<() => Promise<number>> {
  const worker = page
    .workers()
    .find((one) => one.url().includes("database.worker"))!;
  await worker.evaluate(() => {
    const { prototype } = FileReaderSync;
    const original = Object.getOwnPropertyDescriptor(
      prototype,
      "readAsArrayBuffer",
    )!.value as FileReaderSync["readAsArrayBuffer"];
    const counted = Object.assign(self, { reads: 0 });
    prototype.readAsArrayBuffer = function (blob) {
      counted.reads += 1;
      return original.call(this, blob);
    };
  });
  return () =>
    worker.evaluate(() => {
      const counted = self as unknown as { reads: number };
      const { reads } = counted;
      counted.reads = 0;
      return reads;
    });
}

async function rowsOf(page: Page) {
  const [found] = await page.evaluate(() =>
    window.flowbook.query(
      `SELECT count(*) AS rows, count(DISTINCT id) AS ids, sum(length(text)) AS length,
        sum(text <> substr(replace(printf('%.*c', 400, '.'), '.', 'a' || id || ' '), 1, 1000)) AS others,
        (SELECT integrity_check FROM pragma_integrity_check) AS state FROM big`,
    ),
  );
  return found;
}

test("more rows than wait in memory are upserted, appended and replaced with a key, and all of them are there; those that cannot leave nothing", async ({
  page,
}) => {
  test.setTimeout(240_000);
  await openApp(page);
  await openText(page, loading);
  const readsSince = await countReads(page);
  const fill = async (mode: string, from: number, word: string) => {
    const { state, result } = await run(page, {
      flow: "Filling",
      parameters: { mode, from, word },
    });
    expect(state).toBe("Success");
    expect(await readsSince()).toBeGreaterThan(1);
    return result;
  };

  expect(await fill("replace", 0, "b")).toEqual({
    inserted: count,
    updated: 0,
  });
  expect(await fill("upsert", 5000, "a")).toEqual({
    inserted: 5000,
    updated: count - 5000,
  });
  const upserted = {
    rows: count + 5000,
    ids: count + 5000,
    length: (count + 5000) * textLength,
    others: 5000,
    state: "ok",
  };
  expect(await rowsOf(page)).toEqual(upserted);

  for (const mode of ["upsert", "append"]) {
    const { state, tasks } = await run(page, {
      flow: "Spoiling",
      parameters: { mode },
    });
    expect(state).toBe("Failed");
    expect(tasks[0]!.message).toContain(
      `Row ${count} does not fit the table "big": the column "id" is INTEGER, and the value is the text "none". Nothing was loaded.`,
    );
    expect(await readsSince()).toBeGreaterThan(1);
    expect(await rowsOf(page)).toEqual(upserted);
  }

  expect(await fill("append", 50_000, "a")).toEqual({
    inserted: count,
    updated: 0,
  });
  await page.reload();
  await page.waitForFunction(() => "flowbook" in window);
  expect(await rowsOf(page)).toEqual({
    rows: 2 * count + 5000,
    ids: 2 * count + 5000,
    length: (2 * count + 5000) * textLength,
    others: 5000,
    state: "ok",
  });
});
