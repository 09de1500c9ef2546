import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type {
  DataCall,
  LoadRequest,
  RowBatch,
  SqlValue,
  ToData,
} from "../../../src/engine/protocol.ts";
import type { DataClient } from "../../../src/engine/sandbox/kernel/dataClient.ts";
import { Encoders } from "../../../src/engine/sandbox/kernel/encoders.ts";
import {
  type Loading,
  loadRows,
} from "../../../src/engine/sandbox/kernel/load.ts";
import { RowBatcher } from "../../../src/engine/sandbox/kernel/rowBatch.ts";
import { joinSql } from "../../../src/engine/sandbox/kernel/sqlText.ts";
import { cell, rowsOf, startKernel } from "./kernelWorld.ts";

/** A load from a worker that makes no encoders. */
function loadingTo(data: DataClient): Loading {
  return {
    data,
    encoders: new Encoders(() => {
      throw new EvalError("refused");
    }),
    isRef: () => false,
    groupsOf: () => undefined,
    typesOf: () => ({}),
    namesOf: () => [],
  };
}

function toRowBatch(
  rows: readonly unknown[],
  first: number,
  table: string,
): RowBatch {
  const batcher = new RowBatcher(table);
  for (let row = 1; row < first; row += 1) batcher.add({});
  batcher.take();
  for (const row of rows) batcher.add(row);
  return batcher.take().batch;
}

/** What a value is when it has crossed. */
function asSent(value: SqlValue): SqlValue {
  if (typeof value === "string")
    return value.replace(/\p{Surrogate}/gu, "\uFFFD");
  if (Number.isNaN(value)) return null;
  if (value === 0) return 0;
  if (typeof value !== "bigint") return value;
  if (Number.isSafeInteger(Number(value))) return Number(value);
  return BigInt.asIntN(64, value) === value ? value : String(value);
}

describe("rows as records", () => {
  test("give back the rows, with null for what a row does not have", () => {
    const value = fc.oneof(
      fc.string(),
      fc.string({ unit: "binary", maxLength: 100 }),
      fc.double(),
      fc.bigInt(),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.constant(null),
      fc.uint8Array(),
    );
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(fc.string(), value, { noNullPrototype: true })),
        (rows) => {
          const names = new Set(rows.flatMap((row) => Object.keys(row)));
          const batch = toRowBatch(rows, 1, "t");
          expect(batch.columns).toEqual([...names]);
          expect(rowsOf(batch)).toEqual(
            rows.map((row) =>
              Object.fromEntries(
                [...names].map((name) => [
                  name,
                  Object.hasOwn(row, name) ? asSent(row[name]!) : null,
                ]),
              ),
            ),
          );
        },
      ),
    );
  });

  test("keep texts apart that meet in the middle of a character", () => {
    const rows = ["é\uD83D", "\uDE00", "😀", ""].map((text) => ({ text }));
    expect(rowsOf(toRowBatch(rows, 1, "t"))).toEqual(
      ["é\uFFFD", "\uFFFD", "😀", ""].map((text) => ({ text })),
    );
  });

  test("that each have columns of their own end at what SQLite takes", () => {
    const rows = Array.from({ length: 2001 }, (_, index) => ({
      [`c${index}`]: index,
    }));
    expect(toRowBatch(rows.slice(0, 2000), 1, "t").columns).toHaveLength(2000);
    expect(() => toRowBatch(rows, 1, "t")).toThrow(
      "Row 2001, column c2000 for the table t is one more than SQLite takes. Load rows of name and value.",
    );
  });

  test("hold what SQLite can store", () => {
    const row = {
      date: new Date(0),
      yes: true,
      none: undefined,
      nested: { a: [1n, new Date(0)] },
      address: new URL("https://a.org/x"),
      bytes: new Uint8Array([1]).buffer,
      view: new Uint16Array([1]),
    };
    expect(rowsOf(toRowBatch([row], 1, "t"))).toEqual([
      {
        date: "1970-01-01T00:00:00.000Z",
        yes: 1,
        none: null,
        nested: '{"a":["1","1970-01-01T00:00:00.000Z"]}',
        address: "https://a.org/x",
        bytes: new Uint8Array([1]),
        view: new Uint8Array([1, 0]),
      },
    ]);
  });

  test.each([
    [
      { a: () => 1 },
      "Row 7, column a for the table t is a function, which cannot be stored; load data only.",
    ],
    [
      { a: Symbol() },
      "Row 7, column a for the table t is a symbol, which cannot be stored; load data only.",
    ],
    [
      { a: Promise.resolve() },
      "Row 7, column a for the table t is a promise; await it first.",
    ],
    [
      { a: new Date(NaN) },
      "Row 7, column a for the table t is an invalid Date; use null where there is no date.",
    ],
    [
      { a: { at: new Date(NaN) } },
      "Row 7, column a for the table t is an object that JSON cannot say: its field at is an invalid Date.",
    ],
    [
      { a: new Map([["k", 1]]) },
      "Row 7, column a for the table t is an object that JSON cannot say: it is a Map; write Object.fromEntries(map).",
    ],
    [
      { a: { tags: new Set(["x"]) } },
      "Row 7, column a for the table t is an object that JSON cannot say: its field tags is a Set; write [...set].",
    ],
    [
      { a: [new Uint8Array(2)] },
      "Row 7, column a for the table t is an object that JSON cannot say: its field 0 is bytes; give them a column of their own.",
    ],
    [
      { a: new TypeError("gone") },
      "Row 7, column a for the table t is an object that JSON cannot say: it is an Error; write error.message.",
    ],
    [
      { a: { pattern: /x/ } },
      "Row 7, column a for the table t is an object that JSON cannot say: its field pattern is a RegExp; write regexp.source.",
    ],
    [
      { a: new Blob(["x"]) },
      "Row 7, column a for the table t is an object that JSON cannot say: it is a Blob; write await blob.text(), or give its bytes a column of their own.",
    ],
    [
      { a: { b: () => 1 } },
      "Row 7, column a for the table t is an object that JSON cannot say: its field b is a function.",
    ],
    [
      null,
      'Row 7 for the table t is null. Rows are objects, with a field for each column: { id: 1, name: "Lufthansa" }.',
    ],
    [
      [1],
      'Row 7 for the table t is a list. Rows are objects, with a field for each column: { id: 1, name: "Lufthansa" }.',
    ],
  ])("%s is refused with its row", (row, message) => {
    expect(() => toRowBatch([row], 7, "t")).toThrow(message);
  });
});

/** A database that collects what is loaded. */
function collect() {
  const batches: RowBatch[] = [];
  const requests: LoadRequest[] = [];
  let open = 0;
  let mostOpen = 0;
  return {
    batches,
    requests,
    get mostOpen() {
      return mostOpen;
    },
    async database(call: ToData): Promise<unknown> {
      if (call.method === "load-begin") requests.push(call.request);
      if (call.method === "load-rows") {
        mostOpen = Math.max(mostOpen, (open += 1));
        batches.push(call.batch);
        await new Promise((resolve) => setImmediate(resolve));
        open -= 1;
      }
      if (call.method !== "load-end") return undefined;
      const rows = batches.reduce((sum, batch) => sum + batch.rows, 0);
      return { table: "t", rows, inserted: rows, updated: 0 };
    },
  };
}

const kernelOf = (
  fn: string,
  database: (call: ToData) => unknown = () => undefined,
) =>
  startKernel([cell("main", `const t = task(${fn})`, { declares: ["t"] })], {
    database,
  });

describe("load", () => {
  test("sends batches of 50,000 rows, three at once, and gives the report", async () => {
    const store = collect();
    const { answer, said } = await startKernel([], {
      database: store.database,
      now: () => 0,
      timers: [],
    }).runJob("load", [
      "t",
      Array.from({ length: 225_000 }, (_, id) => ({ id })),
      { mode: "upsert", key: "id", types: { id: "INTEGER" } },
    ]);
    expect(answer).toMatchObject({
      value: { table: "t", rows: 225_000, inserted: 225_000, updated: 0 },
    });
    expect(store.batches.map(({ rows }) => rows)).toEqual([
      50_000, 50_000, 50_000, 50_000, 25_000,
    ]);
    expect(store.mostOpen).toBe(3);
    expect(rowsOf(store.batches[4]!).at(-1)).toEqual({ id: 224_999 });
    expect(store.requests).toEqual([
      { table: "t", mode: "upsert", key: ["id"], types: { id: "INTEGER" } },
    ]);
    expect(said.filter(({ type }) => type === "progress").at(-1)).toMatchObject(
      { done: 225_000, total: 225_000, label: "rows, 2 MB" },
    );
  });

  test("writes into the buffers again that the database gives back, also for the next load", async () => {
    const sent: ArrayBufferLike[] = [];
    const data = {
      newLoad: () => 1,
      opened: () => Promise.resolve(),
      call(call: DataCall) {
        if (call.method !== "load-rows") return Promise.resolve({ rows: 0 });
        const { buffer } = call.batch.records;
        sent.push(buffer);
        return Promise.resolve([buffer]);
      },
    } as unknown as DataClient;
    const rows = Array.from({ length: 60_000 }, (_, id) => ({
      text: `${id} `.repeat(20),
    }));
    const parts = loadingTo(data);
    const load = () => loadRows(parts, "t", rows, {}, () => {});
    await load();
    const first = new Set(sent.splice(0));
    expect(first.size).toBeLessThanOrEqual(4);
    await load();
    expect(sent.length).toBeGreaterThan(4);
    for (const buffer of sent.slice(0, -1)) expect(first).toContain(buffer);
  });

  test("takes no more rows before the first are on their way to the database", async () => {
    let open = () => {};
    const opened = new Promise<void>((resolve) => (open = resolve));
    let made = 0;
    function* rows() {
      while (made < 120_000) yield { id: (made += 1) };
    }
    let send = () => {};
    const sent = new Promise<void>((resolve) => (send = resolve));
    const data = {
      newLoad: () => 1,
      opened: () => opened,
      call({ method }: DataCall) {
        if (method === "load-rows") send();
        return Promise.resolve({ rows: made });
      },
    } as unknown as DataClient;
    const loading = loadRows(loadingTo(data), "t", rows(), {}, () => {});
    await sent;
    await new Promise((resolve) => setImmediate(resolve));
    expect(made).toBe(50_000);
    open();
    expect(await loading).toEqual({ rows: 120_000 });
  });

  test("takes iterables, async iterables and refs", async () => {
    const store = collect();
    const kernel = startKernel(
      [
        cell(
          "main",
          `const t = task(async () => {
            await load("t", new Set([{ a: 1 }]))
            await load("t", (async function* () { yield { a: 2 }; yield { a: 3 } })())
            return await load("t", readJson("rows.json")).rows
          })`,
          { declares: ["t"] },
        ),
      ],
      { database: store.database, files: { "rows.json": '[{"a":4}]' } },
    );
    expect(await kernel.run("t")).toBe(4);
    expect(store.batches.flatMap(rowsOf)).toEqual([
      { a: 1 },
      { a: 2 },
      { a: 3 },
      { a: 4 },
    ]);
  });

  test("takes the columns of a Parquet file as they are", async () => {
    const store = collect();
    const kernel = kernelOf(
      `async () => {
        const rows = Array.from({ length: 60_000 }, (_, id) => ({ id, at: new Date(id * 12345678), name: id % 2 ? "n" + id : null }))
        const file = await toParquet(rows)
        await load("t", streamParquet(file))
        await load("t", streamParquet(file, { filter: { id: { $gte: 0 } } }))
        await load("t", rows)
      }`,
      store.database,
    );
    await kernel.run("t");
    const all = store.batches.flatMap(rowsOf);
    expect(all.length).toBe(180_000);
    expect(all.slice(0, 60_000)).toEqual(all.slice(120_000));
    expect(all.slice(60_000, 120_000)).toEqual(all.slice(120_000));
    expect(all[2]).toEqual({
      id: 2,
      at: "1970-01-01T06:51:31.356Z",
      name: null,
    });
  });

  test("has rows of the same columns in each batch of an upsert, with the numbers that they have", async () => {
    const store = collect();
    const rows = `[{ id: 1, x: 1 }, { x: 2, id: 2 }, { id: 3 }, { id: 4, x: null }, { id: 5, y: 1 }`;
    const upsert = (given: string, next: string) =>
      kernelOf(
        `() => load("t", ${given.replace("ROWS", `${rows}${next}]`)}, { mode: "upsert", key: "id" })`,
        store.database,
      );
    for (const given of [
      "ROWS",
      "new Set(ROWS)",
      "(async function* () { yield* ROWS })()",
    ]) {
      store.batches.length = 0;
      await upsert(given, "").run("t");
      expect(
        store.batches.map((batch) => [batch.columns, rowsOf(batch)]),
      ).toEqual([
        [
          ["id", "x"],
          [
            { id: 1, x: 1 },
            { id: 2, x: 2 },
          ],
        ],
        [["id"], [{ id: 3 }]],
        [["id", "x"], [{ id: 4, x: null }]],
        [["id", "y"], [{ id: 5, y: 1 }]],
      ]);
      expect((await upsert(given, ", 6").runFails("t")).message).toMatch(
        /^Row 6 for the table t is 6\./,
      );
    }
  });

  test("takes the types that a stream declares, unless it has its own", async () => {
    const store = collect();
    const kernel = kernelOf(
      `async () => {
        const text = "id,x,y\\n1,2,3\\n4,5,6\\n"
        const types = { x: "REAL", y: "TEXT" }
        await load("t", streamCsv(new Blob([text]), { types }), { types: { y: "INTEGER" } })
        await load("t", streamCsv(new Response(text), { types }))
        await load("t", streamCsv(new Blob([text + "ü,x,é\\n"]), { types, badLines: "skip" }))
        await load("t", streamCsv(new Blob(["id,x,y\\n"]), { types }))
        const file = await toParquet([{ x: 1 }, { x: 2 }], { types: { x: "REAL" } })
        await load("t", streamParquet(file))
      }`,
      store.database,
    );
    await kernel.run("t");
    expect(store.requests.map(({ types }) => types)).toEqual([
      { x: "REAL", y: "INTEGER" },
      { x: "REAL", y: "TEXT" },
      { x: "REAL", y: "TEXT" },
      { x: "REAL", y: "TEXT" },
      { x: "REAL" },
    ]);
  });

  test("says the columns of a file of CSV that has no rows", async () => {
    const store = collect();
    const kernel = kernelOf(
      `async () => {
        const text = "id;name\\n"
        await load("t", streamCsv(new Blob([text])))
        await load("t", streamCsv(new Blob([text]), { decimal: "," }))
        await load("t", streamCsv(new Response(text)))
        await load("t", streamCsv(new Blob([""])))
      }`,
      store.database,
    );
    await kernel.run("t");
    expect(store.batches.map(({ columns, rows }) => [columns, rows])).toEqual(
      Array(3).fill([["id", "name"], 0]),
    );
  });

  test("says the columns of a list without rows that was read, and of Parquet without rows", async () => {
    const store = collect();
    const kernel = kernelOf(
      `async () => {
        const options = { types: { x: "REAL" } }
        await load("t", await readCsv(new Blob(["id;x\\n"]), options))
        const file = await toParquet([{ id: 1, x: 0.5 }])
        await load("t", await readParquet(file, { filter: { id: { $gt: 1 } } }))
        await load("t", streamParquet(file, { rowStart: 1 }))
        await load("t", streamParquet(file, { filter: { id: { $gt: 1 } }, columns: ["x"] }))
        await load("t", [])
        await load("t", (await readCsv(new Blob(["id\\n"]))).slice())
      }`,
      store.database,
    );
    await kernel.run("t");
    const types = { x: "REAL" };
    expect(store.requests.map(({ types }) => types)).toEqual([
      ...[types, types, types, types],
      ...[{}, {}],
    ]);
    expect(store.batches.map(({ columns, rows }) => [columns, rows])).toEqual([
      ...Array(3).fill([["id", "x"], 0]),
      [["x"], 0],
    ]);
  });

  test("makes a column REAL that the source of a list says is one, if its values are numbers still", async () => {
    const store = collect();
    const kernel = kernelOf(
      `async () => {
        const text = "code,x,n\\n,2,3\\n,5,6\\n"
        const types = { code: "TEXT", x: "REAL", n: "INTEGER" }
        const read = () => readCsv(new Blob([text]), { types })
        await load("t", await read())
        await load("t", await read(), { types: { x: "INTEGER" } })
        const changed = await read()
        for (const row of changed) { row.x = row.x > 2 ? "much" : "little"; row.n /= 2 }
        await load("t", changed)
        await load("t", (await read()).slice(2))
        const file = await toParquet(await read())
        await load("t", await readParquet(file))
        await load("t", await readParquet(file, { columns: ["n"] }))
        await load("t", streamParquet(file, { filter: { n: { $gt: 3 } } }))
      }`,
      store.database,
    );
    await kernel.run("t");
    expect(store.requests.map(({ types }) => types)).toEqual([
      { x: "REAL" },
      { x: "INTEGER" },
      {},
      {},
      { x: "REAL" },
      {},
      { x: "REAL" },
    ]);
  });

  test("is taken back when a row is wrong, with the number of the row", async () => {
    const store = collect();
    const kernel = kernelOf(
      `() => load("t", Array.from({ length: 50_002 }, (_, i) => i === 50_001 ? 5 : { i }))`,
      store.database,
    );
    expect(await kernel.runFails("t")).toMatchObject({
      code: "row-mismatch",
      message: expect.stringMatching(/^Row 50002 for the table t is 5\./),
    });
    expect(kernel.calls.map(({ method }) => method)).toEqual([
      "load-begin",
      "load-rows",
      "load-abort",
    ]);
  });

  test("fails with what the database said first", async () => {
    const kernel = kernelOf(
      `() => load("t", Array.from({ length: 250_000 }, (_, i) => ({ i })))`,
      (call) => {
        if (call.method === "load-rows")
          throw {
            code: "row-mismatch",
            name: "FlowError",
            message: `batch ${call.call}`,
          };
      },
    );
    expect((await kernel.runFails("t")).message).toBe("batch 2");
    expect(kernel.calls.at(-1)).toMatchObject({ method: "load-abort" });
  });

  test.each([
    [`load(5, [])`, /load takes the name of a table first: .*not 5/],
    [
      `load("t", [], { mode: "insert" })`,
      /mode must be "append", "replace" or "upsert", not "insert"/,
    ],
    [`load("t", [], { mode: "upsert" })`, /upsert needs a key/],
    [
      `load("t", [], { keys: "id" })`,
      /no option "keys". The options are mode, key and types/,
    ],
    [
      `load("t", [], { types: { a: "INT" } })`,
      /type of the column a must be "INTEGER", "REAL", "TEXT" or "BLOB", not "INT"/,
    ],
    [`load("t", 5)`, /load\("t"\) takes rows/],
  ])("%s is refused", async (call, message) => {
    const kernel = kernelOf(`() => ${call}`);
    expect((await kernel.runFails("t")).message).toMatch(message);
    expect(kernel.calls).toEqual([]);
  });
});

describe("db and sql", () => {
  test("turn values into what SQLite takes", async () => {
    const kernel = kernelOf(
      `async () => {
        await db.query("q", [true, new Date(0), undefined, 1n, "x"])
        await db.exec("e", { a: false, b: null })
        await sql\`SELECT * FROM t WHERE a IN (\${[1, 2]}) AND b = \${true}\`
        return [await sql\`DELETE FROM t\`, await db.exec("e").changes]
      }`,
      (call) =>
        call.method === "exec" || ("sql" in call && /^DELETE/.test(call.sql))
          ? { changes: 3 }
          : [{ a: 1 }],
    );
    expect(await kernel.run("t")).toEqual([[], 3]);
    expect(
      kernel.calls.map((call) =>
        "sql" in call ? [call.method, call.sql, call.parameters] : [],
      ),
    ).toEqual([
      ["query", "q", [1, "1970-01-01T00:00:00.000Z", null, 1n, "x"]],
      ["exec", "e", { a: 0, b: null }],
      ["sql", "SELECT * FROM t WHERE a IN (?, ?) AND b = ?", [1, 2, 1]],
      ["sql", "DELETE FROM t", []],
      ["exec", "e", []],
    ]);
  });

  test("refuse values that SQLite does not take, with their place", async () => {
    const kernel = kernelOf(`async x => { await db.query("q", [1, x]) }`);
    expect((await kernel.runFails("t", { a: 1 })).message).toMatch(
      /^Parameter 2 is {"a":1}\. SQLite takes/,
    );
  });

  test("sql as a node of a flow runs its statement", async () => {
    const kernel = startKernel([], { database: () => [{ n: 1 }] });
    expect(await kernel.run("sql", ["SELECT ", ""], [5])).toEqual([{ n: 1 }]);
    expect(kernel.calls).toMatchObject([{ sql: "SELECT ?", parameters: [5] }]);
  });

  test("sql gives the rows of a RETURNING", async () => {
    const kernel = startKernel([], {
      database: () => ({ changes: 1, rows: [{ id: 7 }] }),
    });
    expect(
      await kernel.run("sql", ["INSERT INTO t VALUES (1) RETURNING id"], []),
    ).toEqual([{ id: 7 }]);
    expect(kernel.calls).toMatchObject([{ method: "sql" }]);
  });

  test("an empty list fills IN () with nothing", () => {
    expect(joinSql(["a IN (", ")"], [[]])).toEqual({
      sql: "a IN ()",
      parameters: [],
    });
  });

  test.each([
    [
      ["SELECT '%", "%'"],
      /Value 1 of the statement stands in quotes, .* '%' \|\| \$\{\.\.\.\} \|\| '%'/,
    ],
    [["SELECT 'it''s ", "'"], /Value 1 .* in quotes/],
    [["SELECT '\n', ", ", 'a\n", "'"], /Value 2 .* in quotes/],
    [['SELECT * FROM "', '"'], /Value 1 .* values, not names/],
    [["SELECT * FROM `", "` WHERE a = ", ""], /Value 1 .* values, not names/],
    [["SELECT 1 -- not '", "\n+ ", ""], /Value 1 .* a comment/],
    [["SELECT /* ", " */ 1"], /Value 1 .* a comment/],
  ])(
    "a value that stands in what holds none is refused: %j",
    (strings, message) => {
      expect(() =>
        joinSql(
          strings,
          strings.slice(1).map(() => 5),
        ),
      ).toThrow(message);
    },
  );

  test("a value may stand beside what holds none", () => {
    const strings = [
      "SELECT 'a'",
      "'b', \"c\"",
      "/* ' */",
      "-- ' \n",
      "[d]",
      "",
    ];
    expect(joinSql(strings, [1, [2, 3], 4, 5, 6])).toEqual({
      sql: "SELECT 'a'?'b', \"c\"?, ?/* ' */?-- ' \n?[d]?",
      parameters: [1, 2, 3, 4, 5, 6],
    });
  });

  test("a Map or a Set as a value is told what to write instead", () => {
    expect(() => joinSql(["a IN (", ")"], [new Set([1])])).toThrow(
      "Value 1 of the statement is a Set; write [...set]. SQLite takes",
    );
    expect(() => joinSql(["a = ", ""], [new Map()])).toThrow(
      "Value 1 of the statement is a Map; write Object.fromEntries(map). SQLite takes",
    );
  });
});
