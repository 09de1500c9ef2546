import { readFileSync } from "node:fs";
import { toParquet } from "../../../src/engine/sandbox/kernel/formats/parquetWriter.ts";
import { describe, expect, test } from "vitest";
import type { Graph } from "../../../src/core/graph.ts";
import { compileNotebook } from "../../../src/notebook/compile/compile.ts";
import { parseNotebook } from "../../../src/notebook/parse.ts";
import { nodeOf, rowsOf, startKernel } from "./kernelWorld.ts";

/** A notebook that uses most of the language, twelve cells with code and one with SQL. */
const { notebook } = parseNotebook(
  readFileSync(new URL("./twelveCells.flow.md", import.meta.url), "utf8"),
);
const program = compileNotebook(notebook);

/** The graph of a flow, as text: a line per node with what it needs. */
const draw = ({ nodes, edges }: Graph): string[] =>
  nodes.map(({ id }) => {
    const needs = edges.flatMap(({ from, to, input }) =>
      to === id ? [input === undefined ? from : `${from} as ${input}`] : [],
    );
    return needs.length > 0 ? `${id} <- ${needs.join(", ")}` : id;
  });

describe("the graphs of a notebook that uses most of the language", async () => {
  const report = await startKernel(program.cells).trace();
  const flow = (name: string) =>
    report.graphs.find((graph) => graph.flow === name)!;

  test("are drawn without a complaint", () => {
    expect(program.diagnostics).toEqual([]);
    expect(report.errors).toEqual([]);
    expect(report.graphs).toHaveLength(9);
  });

  test.each([
    [
      "Papers",
      [
        "query",
        "fetchPage-1 <- query as query",
        "otherPages-1 <- fetchPage-1 as total",
        "fetchPage-2 <- query as query, otherPages-1 as page",
        "itemsOf-1 <- fetchPage-2 as page",
        "load-1 <- fetchPage-1 as rows, itemsOf-1 as rows",
      ],
    ],
    [
      "Import",
      [
        "url",
        "fetchText-1 <- url as url",
        "formatOf-1 <- fetchText-1 as text",
        "case-1 <- formatOf-1 as value",
        "fromJson-1 <- fetchText-1 as text, case-1",
        "case-2 <- formatOf-1 as value",
        "fromCsv-1 <- fetchText-1 as text, case-2",
        "merge-1 <- fromJson-1 as json, fromCsv-1 as csv",
        "isLarge-1 <- merge-1 as rows",
        "case-3 <- isLarge-1 as condition",
        "sample-1 <- merge-1 as rows, case-3",
        "case-4 <- isLarge-1 as condition",
        "merge-2 <- sample-1 as true, merge-1 as false, case-4",
      ],
    ],
    [
      "Order fuel",
      [
        "readCsv-1",
        "cheapest-1 <- readCsv-1 as rows",
        "ask-1",
        "approve-1 <- cheapest-1 as value",
        "order-1 <- ask-1 as limit, approve-1 as price, ask-1 as note",
      ],
    ],
    [
      "With a safety net",
      [
        "extractLive-1",
        "extractLive-2",
        "lastKnown-1 <- extractLive-1",
        "summary-1 <- extractLive-1 as live",
      ],
    ],
    [
      "Orders",
      [
        "user",
        "days",
        "session-1 <- user as user",
        "fetchOrders-1 <- session-1 as token, days as day",
        "load-1 <- fetchOrders-1 as rows",
        "session-1/cleanup <- session-1 as value, fetchOrders-1",
      ],
    ],
    [
      "All airports",
      [
        "Near an airport-1/extractLive-1",
        "Near an airport-1/extractReference-1",
        "Near an airport-1/transform-1 <- Near an airport-1/extractLive-1 as live, Near an airport-1/extractReference-1 as airlines",
        "Near an airport-1 <- Near an airport-1/transform-1 as result",
        "load-1 <- Near an airport-1 as rows",
      ],
    ],
  ])("%s", (name, lines) => {
    expect(draw(flow(name))).toEqual(lines);
  });

  test("have the options of their tasks and flows", () => {
    expect(
      nodeOf(flow("Aircraft ETL"), "extractReference-1").options.cacheFor,
    ).toBe(86_400_000);
    expect(nodeOf(flow("Papers"), "fetchPage-2").options).toMatchObject({
      retryDelays: [1000, 5000, 30_000],
      functions: ["name"],
    });
    expect(nodeOf(flow("Embeddings"), "embed-1")).toMatchObject({
      options: { cacheFor: Infinity, cacheKey: "vectors-2", tags: ["gpu"] },
      args: [
        { type: "value", value: "small" },
        { type: "each", level: 0, of: { node: "titlesOf-1" } },
      ],
    });
    expect(
      nodeOf(flow("With a safety net"), "extractLive-2").options.functions,
    ).toEqual(["retryIf", "fallback"]);
    expect(flow("All airports").settings).toMatchObject({
      timeout: 600_000,
      schedules: [{ interval: 900_000 }, { timeZone: "Europe/Berlin" }],
    });
  });
});

describe("the tasks of that notebook", () => {
  const aircraft = {
    icao: "a1",
    callsign: "DLH4",
    lat: 51,
    lon: 8,
    seenAt: "",
  };
  const kernel = () =>
    startKernel(program.cells, {
      files: {
        "airlines.csv":
          "id,name,callsign,country\n1,Lufthansa,DLH,DE\n2,Nobody,,US\n",
        "a.parquet": toParquet(
          [{ station: "Köln", wind: 3, temperature: 31.5 }],
          {},
        ) as BlobPart,
      },
      hosts: ["https://opensky-network.org"],
      fetch: () => Promise.resolve(Response.json({ states: [] })),
      database: ({ method }) =>
        method === "query" || method === "sql"
          ? [aircraft]
          : method === "load-end"
            ? { inserted: 1 }
            : undefined,
    });

  test("run, and end themselves by signals", async () => {
    expect(await kernel().run("extractReference")).toEqual([
      { id: 1, name: "Lufthansa", callsign: "DLH", country: "DE" },
    ]);
    expect((await kernel().runJob("extractLive", ["IAD"])).answer).toEqual({
      type: "skipped",
      job: 1,
      message: "nothing flies near IAD",
    });
    expect(await kernel().runFails("order", 5, 6, "")).toMatchObject({
      message: "6 is above the limit of 5",
    });
    expect(await kernel().run("summary", new Error("no net"))).toBe(
      "failed: no net",
    );
    const digest = kernel();
    expect(await digest.run("digest", ["a.parquet"])).toBe(undefined);
    const loaded = digest.calls.find((call) => call.method === "load-rows");
    const [row] = rowsOf(loaded!.batch);
    expect(Object.values(row!)).toEqual(["Köln", 31.5]);
  });

  test("have the options that the flow's body gives them", async () => {
    const { answer } = await kernel().runJob("extractLive", ["JFK"], {
      phase: "fallback",
      flow: "With a safety net",
      node: "extractLive-2",
    });
    expect(answer).toMatchObject({ type: "returned", value: [] });
    const { said } = await kernel().runJob("fetchPage", ["sqlite", 2], {
      flow: "Papers",
      node: "fetchPage-2",
      hasName: true,
    });
    expect(said[0]).toMatchObject({ type: "named", name: "sqlite, page 2" });
  });

  test("are called by a cell that shows something", async () => {
    const { answer } = await kernel().viewJob("view", {
      "Aircraft ETL": { state: "Success", result: { seen: 3 } },
    });
    expect(answer).toMatchObject({
      type: "viewed",
      outputs: [
        { type: "markdown" },
        { type: "table", rows: [{ airline: "Lufthansa", lat: "51.00" }] },
      ],
    });
  });
});
