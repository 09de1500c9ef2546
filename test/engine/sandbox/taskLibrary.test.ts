import { readFileSync } from "node:fs";
import initSqlJs from "sql.js";
import { describe, expect, test } from "vitest";
import type { SqlValue, ToData } from "../../../src/engine/protocol.ts";
import { cell, startKernel, traceOne } from "./kernelWorld.ts";

type KernelOptions = Parameters<typeof startKernel>[1];

const kernelOf = (fn: string, options?: KernelOptions) =>
  startKernel(
    [cell("main", `const t = task(${fn})`, { declares: ["t"] })],
    options,
  );

describe("tables", () => {
  const openDatabase = async () => {
    const wasm = readFileSync("node_modules/sql.js/dist/sql-wasm.wasm");
    const SQL = await initSqlJs({ wasmBinary: new Uint8Array(wasm).buffer });
    const database = new SQL.Database();
    const query = (sql: string, parameters: readonly SqlValue[] = []) => {
      const statement = database.prepare(sql);
      statement.bind(parameters as (string | number | null)[]);
      const rows: unknown[] = [];
      while (statement.step()) rows.push(statement.getAsObject());
      statement.free();
      return rows;
    };
    return {
      query,
      database: (call: ToData) => {
        if (call.method !== "query" && call.method !== "exec") return undefined;
        const rows = query(call.sql, call.parameters as SqlValue[]);
        return call.method === "query" ? rows : { changes: 0 };
      },
    };
  };

  test("are copied with their columns and constraints", async () => {
    const { database, query } = await openDatabase();
    query(
      `CREATE TABLE "my a" (id INTEGER PRIMARY KEY, x REAL NOT NULL CHECK (x > 0), twice AS (2 * x))`,
    );
    query(`INSERT INTO "my a" VALUES (7, 1.5), (8, 2)`);
    query("CREATE TABLE b (old)");
    query(`CREATE VIEW v AS SELECT x FROM "my a"`);
    const kernel = kernelOf(`(from, to) => copyTable(from, to)`, { database });
    expect(await kernel.run("t", "my a", "b")).toEqual({ table: "b", rows: 2 });
    expect(query("SELECT * FROM b")).toEqual([
      { id: 7, x: 1.5, twice: 3 },
      { id: 8, x: 2, twice: 4 },
    ]);
    expect(() => query("INSERT INTO b (x) VALUES (-1)")).toThrow(/CHECK/);
    expect(await kernel.run("t", "v", "w")).toEqual({ table: "w", rows: 2 });
    expect((await kernel.runFails("t", "gone", "b")).message).toBe(
      "There is no table gone to copy.",
    );
    // To SQLite they are one table, which would be dropped before it is copied.
    for (const same of ["b", "B"])
      expect((await kernel.runFails("t", "b", same)).message).toMatch(
        /another name/,
      );
    expect(query("SELECT count(*) AS n FROM b")).toEqual([{ n: 2 }]);
    expect(await kernel.run("t", "B", "c")).toEqual({ table: "c", rows: 2 });
    expect((await kernel.runFails("t", 5, "b")).message).toMatch(/not 5/);
  });

  test("keep their constraints where a comment stands before the columns", async () => {
    const { database, query } = await openDatabase();
    query(
      `CREATE TABLE a/* (1) */--2
        (x INTEGER PRIMARY KEY, y INT CHECK (y > 0)) STRICT`,
    );
    query("INSERT INTO a VALUES (1, 2)");
    const kernel = kernelOf(`() => copyTable("a", "b")`, { database });
    expect(await kernel.run("t")).toEqual({ table: "b", rows: 1 });
    expect(() => query("INSERT INTO b VALUES (2, -1)")).toThrow(/CHECK/);
    expect(() => query("INSERT INTO b VALUES (1, 1)")).toThrow(/UNIQUE/);
  });

  test("may be of a view of the table that they replace", async () => {
    const { database, query } = await openDatabase();
    query("CREATE TABLE a (x)");
    query("INSERT INTO a VALUES (1), (2)");
    query("CREATE VIEW large AS SELECT x * 10 AS x FROM a WHERE x > 1");
    const kernel = kernelOf(`() => copyTable("large", "a")`, { database });
    expect(await kernel.run("t")).toEqual({ table: "a", rows: 1 });
    expect(query("SELECT * FROM a")).toEqual([{ x: 20 }]);
    expect(query("SELECT * FROM large")).toEqual([{ x: 200 }]);
  });

  test("are kept as they are at a time, the last few of them", async () => {
    const { database, query } = await openDatabase();
    query("CREATE TABLE a (x); ");
    let day = 1;
    const kernel = kernelOf(`() => snapshotTable("a", { keep: 2 })`, {
      database,
      now: () => Date.UTC(2026, 0, day, 10, 20, 30),
    });
    for (; day < 5; day += 1) {
      query("INSERT INTO a VALUES (1)");
      await kernel.run("t");
    }
    expect(
      query("SELECT name FROM sqlite_schema WHERE name GLOB 'a*' ORDER BY 1"),
    ).toEqual([
      { name: "a" },
      { name: "a_20260103_102030" },
      { name: "a_20260104_102030" },
    ]);
    expect(query("SELECT count(*) AS n FROM a_20260103_102030")).toEqual([
      { n: 3 },
    ]);
    expect(
      (
        await kernelOf(`() => snapshotTable("a", { keep: 0 })`, {
          database,
        }).runFails("t")
      ).code,
    ).toBe("invalid-option");
  });

  test("that are made in one second have a name each, and the newest are kept", async () => {
    const { database, query } = await openDatabase();
    query("CREATE TABLE A_1 (x)");
    query("CREATE TABLE a_1_20260101_102030_2_mine (x)");
    const kernel = kernelOf(
      `async keep => { const made = []; for (let n = 0; n < 11; n += 1) { await db.exec("INSERT INTO a_1 VALUES (1)"); made.push(await snapshotTable("a_1", { keep })) } return made }`,
      { database, now: () => Date.UTC(2026, 0, 1, 10, 20, 30) },
    );
    const first = "a_1_20260101_102030";
    const numbers = Array.from({ length: 10 }, (_, index) => index + 2);
    expect(await kernel.run("t", 3)).toEqual([
      { table: first, rows: 1 },
      ...numbers.map((n) => ({ table: `${first}_${n}`, rows: n })),
    ]);
    expect(
      query("SELECT name FROM sqlite_schema ORDER BY length(name), name"),
    ).toEqual([
      { name: "A_1" },
      { name: `${first}_9` },
      { name: `${first}_10` },
      { name: `${first}_11` },
      { name: `${first}_2_mine` },
    ]);
  });

  test("are not made in the place of a view", async () => {
    const { database, query } = await openDatabase();
    query("CREATE TABLE a (x)");
    query("CREATE VIEW v AS SELECT 1 AS one");
    const kernel = kernelOf(`() => copyTable("a", "V")`, { database });
    expect((await kernel.runFails("t")).message).toBe(
      '"V" is a view, and a copy is a table. Copy to another name, or drop the view with db.exec first.',
    );
    expect(query("SELECT * FROM v")).toEqual([{ one: 1 }]);
  });

  test("are asked and changed by tasks of a flow", async () => {
    const { database, query } = await openDatabase();
    const kernel = kernelOf(
      `async () => { await execSql("CREATE TABLE c AS SELECT ? AS x", [5]); return await querySql("SELECT x FROM c WHERE x = :x", { x: 5 }) }`,
      {
        database: (call) =>
          call.method === "query" && call.parameters
            ? query("SELECT x FROM c")
            : database(call),
      },
    );
    expect(await kernel.run("t")).toEqual([{ x: 5 }]);
    const graph = await traceOne(
      `copyTable.with({ waitFor: [execSql("DELETE FROM a")] })("a", "b")`,
    );
    expect(graph.nodes.map(({ id }) => id)).toEqual([
      "execSql-1",
      "copyTable-1",
    ]);
    expect((await kernelOf("() => querySql(5)").runFails("t")).code).toBe(
      "sql-failed",
    );
  });
});

test("jsonPath finds all values at a path", async () => {
  const kernel = kernelOf(`(value, path) => jsonPath(value, path)`);
  const value = { items: [{ n: 1, tags: ["a"] }, { n: 2 }] };
  expect(await kernel.run("t", value, "$.items[*].n")).toEqual([1, 2]);
  expect(await kernel.run("t", value, "$..[?@.n > 1].n")).toEqual([2]);
  expect((await kernel.runFails("t", value, "items[")).message).toMatch(
    /^"items\[" is no JSONPath: /,
  );
  expect((await kernel.runFails("t", value, 5)).message).toMatch(/not 5/);
});

describe("checkRows", () => {
  /** A schema as libraries of schemas make them. */
  const schema = `{ "~standard": { version: 1, vendor: "test", validate: row =>
    typeof row.id === "number" ? { value: { id: row.id, seen: true } }
    : { issues: [{ message: "no number", path: ["id"] }, { message: "odd", path: [{ key: "a" }, 0] }] } } }`;

  test("gives back what the schema makes of the rows", async () => {
    for (const given of [
      schema,
      schema.replace("validate: row", "validate: async row"),
      `Object.assign(() => {}, ${schema})`,
    ])
      expect(
        await kernelOf(`() => checkRows([{ id: 1 }], ${given})`).run("t"),
      ).toEqual([{ id: 1, seen: true }]);
  });

  test("names the rows that do not fit, leaves them out, or tells of each", async () => {
    const rows = `[{ id: 1 }, { id: "x" }, {}]`;
    const { code, message } = await kernelOf(
      `() => checkRows(${rows}, ${schema})`,
    ).runFails("t");
    expect(code).toBe("row-mismatch");
    expect(message).toBe(
      '2 of 3 rows do not fit the schema: row 2: id: no number; a.0: odd and row 3: id: no number; a.0: odd. Correct them, or leave them out and be told of them: { badRows: "skip" }.',
    );
    const skipping = kernelOf(
      `() => checkRows(${rows}, ${schema}, { badRows: "skip" })`,
    );
    expect(await skipping.run("t")).toEqual([{ id: 1, seen: true }]);
    expect(skipping.messages).toContainEqual(
      expect.objectContaining({
        type: "log",
        text: expect.stringMatching(/^2 of 3 rows do not fit/),
      }),
    );
    expect(
      await kernelOf(
        `async () => { const bad = []; await checkRows(${rows}, ${schema}, { badRows: one => bad.push([one.index, one.row, one.problem]) }); return bad }`,
      ).run("t"),
    ).toEqual([
      [1, { id: "x" }, "id: no number; a.0: odd"],
      [2, {}, "id: no number; a.0: odd"],
    ]);
  });

  test("waits for a verdict that is a promise of another kind", async () => {
    const later = schema
      .replace("validate: row =>", "validate: row => ({ then: told => told(")
      .replace("0] }] } } }", "0] }] }) }) } }");
    expect(
      await kernelOf(
        `() => checkRows([{ id: 1 }, {}], ${later}, { badRows: "skip" })`,
      ).run("t"),
    ).toEqual([{ id: 1, seen: true }]);
  });

  test("asks a schema that looks into itself", async () => {
    const own = `{ "~standard": { seen: true, validate(row) { return { value: { ...row, seen: this.seen } } } } }`;
    expect(
      await kernelOf(`() => checkRows([{ id: 1 }], ${own})`).run("t"),
    ).toEqual([{ id: 1, seen: true }]);
  });

  test.each(["", "async "])(
    "names the row for which a schema throws: validate: %srow => ...",
    async (kind) => {
      const throwing = `{ "~standard": { validate: ${kind}row => { if (row.id === 2) throw new TypeError("no such country"); return { value: row } } } }`;
      const { name, message, stack } = await kernelOf(
        `() => checkRows([{ id: 1 }, { id: 2 }], ${throwing}, { badRows: "skip" })`,
      ).runFails("t");
      expect([name, message]).toEqual([
        "Error",
        "The schema failed at row 2: no such country.",
      ]);
      expect(stack).toContain("TypeError: no such country");
    },
  );

  test("lets a signal of a schema end the task", async () => {
    const skipping = `{ "~standard": { validate: () => skip("holiday") } }`;
    const { answer } = await kernelOf(
      `() => checkRows([{}], ${skipping})`,
    ).runJob("t", []);
    expect(answer).toMatchObject({ type: "skipped", message: "holiday" });
  });

  test("ends its message with one full stop where that of the schema has its own", async () => {
    const { message } = await kernelOf(
      `() => checkRows([{}], ${schema.replace('"odd"', '"odd."')})`,
    ).runFails("t");
    expect(message).toContain("a.0: odd. Correct them");
  });

  test("takes rows and a schema only", async () => {
    for (const call of [
      `checkRows(5, ${schema})`,
      `checkRows([], {})`,
      `checkRows([], null)`,
      `checkRows([], ${schema}, { badRows: 1 })`,
      `checkRows([], ${schema}, { x: 1 })`,
    ])
      expect((await kernelOf(`() => ${call}`).runFails("t")).code).toMatch(
        /^invalid-/,
      );
  });
});

describe("artifacts", () => {
  const shown = async (call: string) => {
    const kernel = kernelOf(`async () => { await ${call} }`);
    await kernel.run("t");
    return kernel.messages.filter(({ type }) => type === "display");
  };

  test("are shown with the task run, each under its key", async () => {
    expect(
      await shown(
        `showTable([{ a: 1, b: 2 }], { key: "k", title: "T", columns: ["b"] })`,
      ),
    ).toMatchObject([
      { key: "k", output: { type: "table", title: "T", columns: ["b"] } },
    ]);
    expect(await shown(`showMarkdown("**x**")`)).toMatchObject([
      { key: "showMarkdown", output: { type: "markdown", text: "**x**" } },
    ]);
    expect(
      await shown(`showLink("https://a.org/?a=1&b", { label: "<see>" })`),
    ).toMatchObject([
      {
        output: {
          type: "html",
          text: '<a href="https://a.org/?a=1&amp;b">&lt;see&gt;</a>',
        },
      },
    ]);
    expect(
      await shown(
        `showImage(new Uint8Array([0x89, 80, 78, 71]), { alt: '"' })`,
      ),
    ).toMatchObject([
      {
        key: "showImage",
        output: {
          type: "image",
          mime: "image/png",
          bytes: new Uint8Array([0x89, 80, 78, 71]),
          alt: '"',
        },
      },
    ]);
    expect(
      await shown(`showImage(new Blob(["<svg/>"]), { key: "chart" })`),
    ).toMatchObject([
      { key: "chart", output: { mime: "image/svg+xml", alt: "" } },
    ]);
    expect(
      await shown(`showFile(toCsv([{ a: 1 }]), { name: "a.csv" })`),
    ).toMatchObject([
      {
        key: "a.csv",
        output: {
          type: "file",
          name: "a.csv",
          bytes: new TextEncoder().encode("a\n1\n"),
        },
      },
    ]);
    expect(
      await shown(`showProgress(3, { total: 10, label: "pages" })`),
    ).toMatchObject([
      { output: { text: expect.stringContaining('value="3" max="10"') } },
    ]);
  });

  test("give the value on, and are nodes of a flow", async () => {
    expect(await kernelOf(`() => showTable([{ a: 1 }])`).run("t")).toEqual([
      { a: 1 },
    ]);
    const graph = await traceOne(`showTable(readCsv("a.csv"), { key: "k" })`);
    expect(graph.nodes.map(({ id }) => id)).toEqual([
      "readCsv-1",
      "showTable-1",
    ]);
  });

  test("refuse what they cannot show", async () => {
    for (const call of [
      `showLink("javascript:alert(1)")`,
      `showLink("a")`,
      `showImage(new Uint8Array([1]))`,
      `showImage(new Blob(["text"]))`,
      `showImage("https://a.org/x.png")`,
      `showMarkdown(5)`,
      `showFile("a")`,
      `showFile(5, { name: "a" })`,
      `showProgress("x")`,
      `showTable(5)`,
      `showTable([], { colour: 1 })`,
    ])
      expect(
        (await kernelOf(`() => ${call}`).runFails("t")).code,
        call,
      ).toMatch(/^invalid-/);
  });
});

test("notifyBrowser hands its message to the page", async () => {
  const kernel = kernelOf(`() => notifyBrowser("Done", { body: "12 rows" })`);
  await kernel.run("t");
  expect(
    kernel.messages.filter(({ type }) => type === "display"),
  ).toMatchObject([
    { output: { type: "notification", text: "Done", body: "12 rows" } },
  ]);
  for (const call of [`notifyBrowser(5)`, `notifyBrowser("a", { icon: "b" })`])
    expect((await kernelOf(`() => ${call}`).runFails("t")).code, call).toMatch(
      /^invalid-/,
    );
});

test("notifyBrowser says how its body is written to who gives it as an argument", async () => {
  const kernel = kernelOf(`() => notifyBrowser("Done", "12 rows")`);
  expect((await kernel.runFails("t")).message).toBe(
    'notifyBrowser takes texts: notifyBrowser("The load is done", { body: "12 rows" }), not "12 rows".',
  );
});

test.each([
  [
    `showProgress(5, 3)`,
    "The options of showProgress are an object, not 3. Its options are key, total and label.",
  ],
  [
    `showFile("x", "a.txt")`,
    'The options of showFile are an object, not "a.txt". Its options are key and name.',
  ],
  [
    `toParquet([], "a")`,
    'The options of toParquet are an object, not "a". Its options are columns and types.',
  ],
  [
    `showTable(null)`,
    "showTable takes rows, or the name of a table of the database, not null.",
  ],
])("%s is told what it takes", async (call, message) => {
  expect((await kernelOf(`() => ${call}`).runFails("t")).message).toBe(message);
});

test("a cell can build on the library as the library is built", async () => {
  const kernel = startKernel(
    [
      cell(
        "library",
        `const readIni = task(async (name, options) => {
           const text = await readText(name, options)
           return text.split("\\n").filter(Boolean).map(line => ({ key: line.split("=")[0], value: line.split("=")[1] }))
         })`,
        { declares: ["readIni"] },
      ),
      cell(
        "main",
        `const t = task(() => readIni("a.zip", { entry: "x.ini" }))`,
        {
          declares: ["t"],
          inputs: ["readIni"],
        },
      ),
    ],
    {
      files: {
        "a.zip": (await import("fflate")).zipSync({
          "x.ini": new TextEncoder().encode("a=1\nb=2"),
        }) as BlobPart,
      },
    },
  );
  expect(await kernel.run("t")).toEqual([
    { key: "a", value: "1" },
    { key: "b", value: "2" },
  ]);
});
