/** Files are read in the sandbox, in the formats that they are in, by libraries that the sandbox is handed when it needs them. */
import { gzipSync } from "node:zlib";
import type { Page } from "@playwright/test";
import { zipSync } from "fflate";
import { parquetWriteBuffer } from "hyparquet-writer";
import { expect, testInOnePage as test } from "./fixture.ts";
import { openCode, query, run } from "./notebooks.ts";

/** Attaches a file. */
async function attach(
  page: Page,
  name: string,
  bytes: Uint8Array,
): Promise<void> {
  await page.evaluate(
    ({ name, base64 }) =>
      window.flowbook.attach(
        name,
        Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)),
      ),
    { name, base64: Buffer.from(bytes).toString("base64") },
  );
}

/** The result of a run that succeeds. */
async function resultOf(page: Page): Promise<unknown> {
  const report = await run(page);
  expect(report.state, report.message).toBe("Success");
  return report.result;
}

/** Opens a notebook whose flow F runs that function. */
const openTask = (page: Page, fn: string) =>
  openCode(page, `const t = task(${fn})\nflow("F", () => t())`);

const csv = `id,name\n${Array.from({ length: 200_000 }, (_, id) => `${id},n${id}\n`).join("")}`;

test("a packed file of several slices streams into the database", async ({
  page,
}) => {
  const fn = `async () => (await load("t", streamCsv("big.csv.gz"))).rows`;
  await openTask(page, fn);
  await attach(page, "big.csv.gz", gzipSync(csv));
  expect(await resultOf(page)).toBe(200_000);
  expect(
    await query(page, "SELECT sum(id) AS s, max(name) AS m FROM t"),
  ).toEqual([{ s: 19_999_900_000, m: "n99999" }]);
});

test("every format is written and read by its library in the sandbox", async ({
  page,
}) => {
  await openTask(
    page,
    `async () => {
      const rows = [{ id: 1, name: "x" }]
      const of = (text: string) => new Blob([text])
      return [
        await readCsv(of(await toCsv(rows))),
        await readNdjson(of(await toNdjson(rows))),
        await readParquet(await toParquet(rows)),
        await readExcel(await toExcel(rows)),
        await readSqlite(await toSqlite({ rows }), "rows"),
        await readHtmlTable(of("<table><tr><th>id<th>name<tr><td>1<td>x</table>")),
        await readParquet("packed.parquet"),
      ].map(list => JSON.stringify(list))
    }`,
  );
  await attach(
    page,
    "packed.parquet",
    new Uint8Array(
      parquetWriteBuffer({
        columnData: [
          { name: "id", data: [1n], type: "INT64" },
          { name: "name", data: ["x"], type: "STRING" },
        ],
        codec: "GZIP",
        compressors: { GZIP: (bytes) => new Uint8Array(gzipSync(bytes)) },
      }),
    ),
  );
  expect(await resultOf(page)).toEqual(
    Array.from({ length: 7 }, () => '[{"id":1,"name":"x"}]'),
  );
});

test("a file of an archive is read by slices of the attachment", async ({
  page,
}) => {
  const fn = `async () => [
    (await readCsv("two.zip", { entry: "b.csv" })).length,
    await readJson("two.zip", { entry: "a.json" }),
  ]`;
  await openTask(page, fn);
  await attach(
    page,
    "two.zip",
    zipSync({
      "a.json": new TextEncoder().encode("[3]"),
      "b.csv": new TextEncoder().encode(csv),
    }),
  );
  expect(await resultOf(page)).toEqual([200_000, [3]]);
});
