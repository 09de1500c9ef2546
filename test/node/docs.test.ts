import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { readDocs } from "../../build/docs.ts";
import type { RunReport } from "../../src/core/report.ts";
import { parseNotebook } from "../../src/notebook/parse.ts";
import { builtCli } from "./builtCli.ts";

const cli = builtCli();
const root = mkdtempSync(join(tmpdir(), "flowbook-docs-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const fileOf = (page: string) => resolve(`public/examples/${page}.flow.md`);

/** The pages of the docs with the flows that are defined in them. */
const pages = (await readDocs())
  .flatMap((part) => part.pages)
  .map(({ name, title }) => ({
    name,
    title,
    flows: parseNotebook(readFileSync(fileOf(name), "utf8"))
      .notebook.cells.filter(({ kind }) => kind !== "md")
      .flatMap(({ source }) => [...source.matchAll(/\bflow\("(.+?)"/g)])
      .map(([, flow]) => flow!),
  }));

async function run(page: string, flow: string): Promise<RunReport> {
  const given = [
    ...["run", fileOf(page), "--flow", flow, "--json"],
    ...["--db", join(root, `${page.replaceAll("/", "-")}.sqlite`)],
  ];
  const { stdout } = await promisify(execFile)(process.execPath, [
    cli,
    ...given,
    // What did not succeed is told by the exit code, too.
  ]).catch((thrown: { stdout: string }) => thrown);
  return JSON.parse(stdout) as RunReport;
}

/** Flows that wait for a person. */
const waiting = ["Letter", "Order"];

const results: Readonly<Record<string, unknown>> = {
  Words: { name: "a sentence", words: 9, isLong: true },
  Shop: "2026-05-31: 8 in all, tea first",
  "Two shops": { one: 90, all: [0.9, 1] },
  Greeting: "Hello, world! Hello, world!",
  Squares: 204,
  Pages: { nested: [[1, 2], [], [3]], flat: [1, 2, 3] },
  Calls: [10, 20, 30, 40, 50, 60],
  Sending: "plain: a letter of 200 g",
  Halves: [100, 50, 25, 12, 6, 3, 1],
  Tidy: "2 seen",
  Decide: "wish: nothing",
  Steps: 6,
  Planes: { changes: 1, left: 3 },
  Reading: [{ name: "Ada" }, { name: "Grace" }],
  Inspect: 4,
  Numbers: 10,
  Many: 1000,
  etl: [2, 4, 6],
  Postage: 6,
  "Kept squares": 3,
  Room: "the attic is tidy",
};

test.each(
  pages.flatMap(({ name, title, flows }) =>
    flows.map((flow) => ({ name, title, flow })),
  ),
)("$title: $flow runs, and comes to what the page says", async (example) => {
  const { name, flow } = example;
  const { state, result } = await run(name, flow);
  expect(state).toBe(waiting.includes(flow) ? "Paused" : "Success");
  if (flow in results) expect(result).toEqual(results[flow]);
});

test("the tour is read and done in ten minutes", () => {
  const { cells } = parseNotebook(
    readFileSync(fileOf("docs/tour"), "utf8"),
  ).notebook;
  const words = cells.flatMap(({ source }) => source.split(/\s+/));
  const parts = cells.flatMap(
    ({ source }) => source.match(/^## \d+\. /gm) ?? [],
  );
  expect(parts.length).toBeGreaterThan(4);
  // Two hundred words a minute, and a minute for what a part asks to do.
  expect(words.length / 200 + parts.length).toBeLessThan(10);
});

test("every page of the docs but the reference has a live example", () => {
  expect(
    pages.filter(({ flows }) => flows.length === 0).map(({ name }) => name),
  ).toEqual(["docs/reference"]);
  const known = pages.flatMap(({ flows }) => flows);
  expect([...waiting, ...Object.keys(results)]).toSatisfy((named: string[]) =>
    named.every((flow) => known.includes(flow)),
  );
});
