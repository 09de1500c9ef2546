import { describe, expect, onTestFinished, test, vi } from "vitest";
import {
  copyValue,
  copyFailure,
  refuseEmptied,
} from "../../../src/engine/sandbox/kernel/copy.ts";
import { compileNotebook } from "../../../src/notebook/compile/compile.ts";
import { parseNotebook } from "../../../src/notebook/parse.ts";
import { compile } from "../../notebook/compile/cells.ts";
import { cell, context, startKernel } from "./kernelWorld.ts";

/** Runs a task `t` whose function is given as text. */
const kernelOf = (
  fn: string,
  options: Parameters<typeof startKernel>[1] = {},
) =>
  startKernel(
    [cell("main", `const t = task(${fn})`, { declares: ["t"] })],
    options,
  );

describe("running a task", () => {
  test.each([
    ["null", "It threw null. Throw an Error with a message instead."],
    ["undefined", "It threw undefined. Throw an Error with a message instead."],
    [
      "Promise.resolve(1)",
      "It threw a promise. Await it, or throw an Error with a message instead.",
    ],
    [
      "function f() {}",
      "It threw the function f. Throw an Error with a message instead.",
    ],
    [
      "() => {}",
      "It threw the function. Throw an Error with a message instead.",
    ],
    ["42", "42"],
    ["'no rows'", "no rows"],
  ])("what is thrown and is no Error is told: %s", async (thrown, message) => {
    const error = await kernelOf(`() => { throw ${thrown} }`).runFails("t");
    expect(error).toMatchObject({ name: "Error", message });
  });

  test("fails of a name that only pages have with what there is instead", async () => {
    const { cells } = compile({
      main: "const t = task(() => pageOf(1))\nconst pageOf = () => document.title",
      "other.ts":
        "const own = task(() => { throw new ReferenceError('alerts is not defined') })",
    });
    const kernel = startKernel([...cells]);
    const error = await kernel.runFails("t");
    expect(error.message).toMatch(
      /^document is not defined\. `document` belongs to web pages, .*To show something, use html`/,
    );
    expect(error.place).toMatchObject({ cell: "main", line: 2 });
    expect(await kernel.runFails("own")).toMatchObject({
      message: "alerts is not defined",
    });
  });

  test("gives what it returns for the arguments", async () => {
    const kernel = kernelOf("async (a, b) => ({ sum: a + b })");
    expect(await kernel.run("t", 1, 2)).toEqual({ sum: 3 });
  });

  test("takes what its function takes, and what its cells take if these are evaluated for each job", async () => {
    let time = 0;
    const spend = (milliseconds: number) => (time += milliseconds);
    const kernel = startKernel(
      [
        cell("pure", "spend(30); const t = task(() => spend(2))", {
          declares: ["t"],
        }),
        cell(
          "impure",
          "spend(30); await readText('a'); const u = task(() => spend(2))",
          { declares: ["u"] },
        ),
      ],
      { files: { a: "" }, clock: () => time },
    );
    kernel.scope.spend = spend;
    const tookOf = async (task: string) =>
      (await kernel.runJob(task, [])).said.at(-1);
    expect(await tookOf("t")).toMatchObject({ took: 2 });
    expect(await tookOf("t")).toMatchObject({ took: 2 });
    expect(await tookOf("u")).toMatchObject({ took: 32 });
    expect(await tookOf("u")).toMatchObject({ took: 32 });
  });

  test("evaluates only the cell of the task and what it needs, and once for all jobs", async () => {
    const kernel = startKernel([
      cell("a", "ran.push('a'); const one = 1", { declares: ["one"] }),
      cell("other", "ran.push('other'); const two = 2", { declares: ["two"] }),
      cell("main", "ran.push('main'); const t = task(() => one)", {
        declares: ["t"],
        inputs: ["one"],
      }),
    ]);
    kernel.scope.ran = [];
    expect(await kernel.run("t")).toBe(1);
    expect(await kernel.run("t")).toBe(1);
    expect(kernel.scope.ran).toEqual(["a", "main"]);
  });

  test("a module that a task would import in Node is refused with what to do instead", async () => {
    const kernel = kernelOf('() => import("node:fs")');
    await expect(kernel.run("t")).rejects.toThrow(
      /A module cannot be imported while a task runs\. .*process\.getBuiltinModule/,
    );
  });

  test.each([
    "Failed to fetch dynamically imported module: npm:x@1.0.0",
    "error loading dynamically imported module: npm:x@1.0.0",
    "Failed to resolve module specifier 'x'",
  ])("so is one that a browser cannot find: %s", async (message) => {
    const kernel = kernelOf(
      `() => { throw new TypeError(${JSON.stringify(message)}) }`,
    );
    await expect(kernel.run("t")).rejects.toThrow(
      /: A module cannot be imported while a task runs\. Import a package of npm at the top of a cell, as in `import \{ sum \} from "npm:d3-array@3\.2\.4"`\.\n/,
    );
  });

  test("a cell that reads the database is evaluated anew for each job", async () => {
    let count = 0;
    const kernel = startKernel(
      [
        cell("busiest", "SELECT 1", { kind: "sql" }),
        cell("main", "const t = task(() => busiest)", {
          declares: ["t"],
          inputs: ["busiest"],
        }),
        cell(
          "read",
          "const n = (await db.query('x'))[0].n; const u = task(() => n)",
          {
            declares: ["n", "u"],
          },
        ),
      ],
      { database: () => [{ n: ++count }] },
    );
    expect(await kernel.run("t")).toEqual([{ n: 1 }]);
    expect(await kernel.run("t")).toEqual([{ n: 2 }]);
    expect(await kernel.run("u")).toEqual(3);
    expect(await kernel.run("u")).toEqual(4);
    expect(kernel.calls[0]).toMatchObject({ method: "query", sql: "SELECT 1" });
  });

  test("a SQL cell that failed matters to what uses its rows, and not to the tasks beside that", async () => {
    const tables = new Set<string>();
    const kernel = startKernel(
      [
        cell("recent", "SELECT * FROM made", { kind: "sql" }),
        cell("again", "recent", { kind: "sql", inputs: ["recent"] }),
        cell(
          "main",
          "const make = task(() => db.exec('CREATE TABLE made')); const read = task(() => recent.length); const give = task(() => recent); const wrap = task(() => ({ recent }))",
          {
            declares: ["make", "read", "give", "wrap"],
            inputs: ["recent", "again"],
          },
        ),
        cell("top", "const n = recent.length; const t = task(() => n)", {
          declares: ["n", "t"],
          inputs: ["recent"],
        }),
        cell("below", "const u = task(() => n)", {
          declares: ["u"],
          inputs: ["n"],
        }),
      ],
      {
        database(call) {
          if ("method" in call && call.method === "exec") tables.add("made");
          else if (tables.size === 0)
            throw new Error("SQLite: no such table: made");
          return [{}];
        },
      },
    );
    const failed = "which failed: SQLite: no such table: made.";
    for (const task of ["read", "give"])
      expect((await kernel.runFails(task)).message).toBe(
        `The cell main needs cell recent, ${failed}`,
      );
    expect((await kernel.runFails("wrap")).code).toBe("cannot-copy");
    expect((await kernel.runFails("t")).message).toBe(
      `The cell top needs cell recent, ${failed}`,
    );
    expect((await kernel.runFails("u")).message).toBe(
      `The cell below needs cell recent, ${failed}`,
    );
    expect(await kernel.viewFails("main")).toMatchObject({
      message: `The cell main needs cell recent, ${failed}`,
    });
    await kernel.run("make");
    expect(await kernel.run("read")).toBe(1);
    expect(await kernel.run("u")).toBe(1);
  });

  test("finds the tasks of the language, unless a cell has one of that name", async () => {
    const files = { "a.txt": "héllo" };
    expect(await startKernel([], { files }).run("readText", "a.txt")).toBe(
      "héllo",
    );
    const own = startKernel(
      [
        cell("main", "const readText = task(() => 'mine')", {
          declares: ["readText"],
        }),
      ],
      { files },
    );
    expect(await own.run("readText", "a.txt")).toBe("mine");
  });

  test.each(["run", "fallback", "cleanup"] as const)(
    "with a timeout it says that it begins when its cells have been evaluated (%s)",
    async (phase) => {
      const run = async (tellsBegin: boolean) => {
        const kernel = startKernel([
          cell(
            "main",
            "see('cells'); const t = task(() => see('t'), { fallback: () => see('fallback') }); const r = resource(() => 1, () => see('clean'))",
            { declares: ["t", "r"] },
          ),
        ]);
        const seen: unknown[] = [];
        kernel.scope.see = () =>
          void seen.push(kernel.messages.map(({ type }) => type));
        const task = phase === "cleanup" ? "r" : "t";
        await kernel.runJob(task, [1], { phase, tellsBegin });
        return seen;
      };
      expect(await run(true)).toEqual([["ready"], ["ready", "begun"]]);
      expect(await run(false)).toEqual([["ready"], ["ready"]]);
    },
  );

  test("an unknown task is an error that names what there is", async () => {
    const error = await kernelOf("() => 1").runFails("u");
    expect(error).toMatchObject({
      code: "unknown-task",
      message: "There is no task u in this notebook. There are t.",
    });
  });

  test("knows its context", async () => {
    const kernel = kernelOf(
      `() => ({ ...context, signal: context.signal.aborted })`,
    );
    expect(await kernel.run("t")).toEqual({
      ...context,
      scheduledAt: new Date(1000),
      signal: false,
    });
    const top = startKernel([
      cell("main", "context.attempt; const t = task(() => 1)", {
        declares: ["t"],
      }),
    ]);
    expect((await top.runFails("t")).message).toMatch(
      /The cell main failed: context is about the task run/,
    );
  });

  test("what it throws stays what it is, with its place in the cell", async () => {
    const kernel = kernelOf(`function named() {
      const x = 1
      deep()
      function deep() { throw new RangeError("too far") }
    }`);
    expect(await kernel.runFails("t")).toEqual({
      name: "RangeError",
      message: "too far",
      place: { cell: "main", line: 4, column: 31 },
      stack:
        "RangeError: too far\n    at deep (main:4:31)\n    at named (main:3:7)",
    });
  });

  test("places on the first line, and behind inserted text, are those of the source", async () => {
    const main = cell("main", "const t = task(() => { /*in*/null.x })", {
      declares: ["t"],
    });
    const at = main.code.indexOf("/*in*/") - main.shift + 1;
    const kernel = startKernel([
      { ...main, inserts: [{ line: 1, column: at, length: 6 }] },
    ]);
    expect((await kernel.runFails("t")).place).toEqual({
      cell: "main",
      line: 1,
      column: at + 5,
    });
  });

  test.each(["db.query('x')", "sql`x`", "querySql('x')"])(
    "a task that takes a SQL cell for a table is told what has its rows: %s",
    async (call) => {
      const { cells } = compile({
        "busy.sql": "SELECT 1",
        main: `const t = task(() => ${call})`,
      });
      const message = "SQLite: no such table: busy.";
      const kernel = startKernel(cells, {
        database: () => {
          throw { code: "sql-failed", name: "FlowError", message };
        },
      });
      expect(await kernel.runFails("t")).toMatchObject({
        code: "sql-failed",
        message: `${message} busy is a SQL cell and no table. Other SQL cells read it by its name; what code asks of the database finds tables only, and has the rows of the cell as the value busy.`,
        place: { cell: "main", line: 1 },
      });
    },
  );

  test("an error of the database tells where the task called it", async () => {
    const database = () => {
      throw { code: "sql-failed", name: "FlowError", message: "no such table" };
    };
    const query = kernelOf("async () => {\n  await db.query('x')\n}", {
      database,
    });
    expect(await query.runFails("t")).toMatchObject({
      code: "sql-failed",
      message: "no such table",
      place: { cell: "main", line: 2, column: 12 },
    });
    const load = kernelOf("async () => {\n  await load('a', [])\n}", {
      database,
    });
    expect((await load.runFails("t")).place).toEqual({
      cell: "main",
      line: 2,
      column: 9,
    });
  });

  test("what is thrown without being an error is shown", async () => {
    expect(await kernelOf("() => { throw 'text' }").runFails("t")).toEqual({
      name: "Error",
      message: "text",
    });
    expect(
      (await kernelOf("() => { throw { status: 4 } }").runFails("t")).message,
    ).toBe("{status: 4}");
    expect(
      (await kernelOf("() => fail('no such airport')").runFails("t")).message,
    ).toBe("no such airport");
  });

  test("works as the compiler writes it", async () => {
    const { notebook } = parseNotebook(
      [
        "---",
        "flowbook: 1",
        "---",
        "",
        "```ts tasks",
        'import { task as define } from "flowbook"',
        "interface Row { id: number }",
        "export const double = define((n: number): Row => ({ id: n! * 2 }), { retries: 1 })",
        "const broken = define(() => { throw new Error(`no`) })",
        "```",
        "",
        "```ts etl",
        'const etl = flow("ETL", () => { broken(); return double(param("n", 4)).id })',
        "etl.state",
        "```",
      ].join("\n"),
    );
    const program = compileNotebook(notebook);
    expect(program.diagnostics).toEqual([]);
    const kernel = startKernel(program.cells);
    expect(await kernel.run("double", 4)).toEqual({ id: 8 });
    expect((await kernel.runFails("broken")).place).toMatchObject({
      cell: "tasks",
      line: 4,
      column: 37,
    });
    const { answer } = await kernel.viewJob("etl");
    expect(answer).toMatchObject({
      type: "viewed",
      outputs: [{ type: "text", text: "Pending" }],
    });
  });
});

describe("a result that cannot be copied", () => {
  test.each([
    [
      "() => ({ rows: [1, { format: () => 1 }] })",
      "result.rows[1].format is a function",
    ],
    ["() => Symbol('x')", "result is a symbol"],
    [
      "() => new Map([['a', { b: () => 1 }]])",
      'result.get("a").b is a function',
    ],
    ["() => new Set([1, () => 1])", "result (item 1 of the set) is a function"],
    [
      "() => ({ 'a b': Promise.resolve(1) })",
      'result["a b"] is a promise. Await it first',
    ],
    [
      "() => ({ p: readText('a.txt') })",
      "result.p is a promise. Await it first",
    ],
    [
      "() => [1, 2].values()",
      "result is a generator. Collect its values in a list first: [...values]",
    ],
    [
      "() => ({ w: new WeakMap() })",
      "result.w is a WeakMap that cannot be copied",
    ],
    [
      "() => [{ get a() { throw new Error('no such file') } }]",
      "result[0].a is a getter, and it threw: no such file. Give the value itself.",
    ],
    [
      "() => ({ list: [1, { p: new Proxy({ a: 1 }, {}) }] })",
      "result.list[1].p is a Proxy, or something else that only looks like plain data. Put its values into a new object or list: { ...value }, [...value].",
    ],
    [
      "() => [{ u: new URL('https://a.example') }]",
      "result[0].u is a URL. Use its text instead: url.href.",
    ],
    [
      "() => ({ q: new Map([['a', new URLSearchParams('a=1')]]) })",
      'result.q.get("a") is a URLSearchParams that cannot be copied. Put its data into plain objects and lists.',
    ],
    ...[
      ["Headers", "a Headers"],
      ["FormData", "a FormData"],
      ["AbortController", "an AbortController"],
      ["Response", "a Response"],
    ].map(([name, what]) => [
      `() => ({ a: [new ${name}()] })`,
      `result.a[0] is ${what} that cannot be copied. Put its data into plain objects and lists.`,
    ]),
    [
      "() => ({ node: { nodeType: 1, outerHTML: '', f() {} } })",
      "result.node is a DOM node",
    ],
    [
      "() => { const r = { a: 1 }; r.self = r; r.f = () => 1; return r }",
      "result.f is a function",
    ],
  ])("%s", async (fn, message) => {
    const error = await kernelOf(fn, { files: { "a.txt": "" } }).runFails("t");
    expect(error.code).toBe("cannot-copy");
    expect(error.message).toContain(`The result cannot be copied: ${message}`);
  });

  test("and goes on for ever where one looks at it says so", () => {
    const from = (n: number): object => ({
      n,
      get next() {
        return from(n + 1);
      },
    });
    expect(() => copyValue(from(0), "the result", "result")).toThrow(
      /^The result cannot be copied: /,
    );
    expect(() => refuseEmptied(from(0))).not.toThrow();
  });

  test("and is a URL says so as browsers refuse it", () => {
    const refused = new DOMException("[object URL] could not be cloned.");
    const value = { u: [new URL("https://a.example")] };
    expect(copyFailure(value, "the result", "result", refused).message).toBe(
      "The result cannot be copied: result.u[0] is a URL. Use its text instead: url.href.",
    );
    expect(
      copyFailure(
        new URLSearchParams(),
        "the result",
        "result",
        new DOMException(
          "Failed to execute 'structuredClone' on 'WorkerGlobalScope': no.",
        ),
      ).message,
    ).not.toContain("WorkerGlobalScope");
  });

  test("an error arrives without what it had besides, which is not copied anywhere", async () => {
    const fn =
      "() => Object.assign(new Error('no'), { at: new URL('https://a.example') })";
    expect(await kernelOf(fn).run("t")).toEqual(new Error("no"));
  });

  test("all other values arrive", async () => {
    const value = {
      d: new Date(5),
      m: new Map([[1, new Set([2])]]),
      e: 1n,
      u: undefined,
      b: new Uint8Array([1]),
    };
    expect(await kernelOf("x => x").run("t", value)).toEqual(value);
  });
});

describe("a task that is called in a task", () => {
  const cells = [
    cell(
      "main",
      `const page = task(async n => ({ rows: [{ id: n }, { id: n + 1 }] }))
       const sum = task((list, { extra }) => list.reduce((a, b) => a + b, extra))
       const bad = task(() => { throw new Error("bad") })`,
      { declares: ["page", "sum", "bad"] },
    ),
  ];
  const run = (fn: string) =>
    startKernel([
      ...cells,
      cell("t", `const t = task(${fn})`, {
        declares: ["t"],
        inputs: ["page", "sum", "bad"],
      }),
    ]);

  test("starts at once and can be followed and unpacked before it is there", async () => {
    expect(await run("async () => await page(1).rows[1].id").run("t")).toBe(2);
    expect(
      await run(
        "async () => { const [a, b] = page(4).rows; return [await a.id, await b] }",
      ).run("t"),
    ).toEqual([4, { id: 5 }]);
  });

  test("takes refs at any depth", async () => {
    expect(
      await run(
        "() => sum([page(1).rows[0].id, 10], { extra: page(5).rows[1].id })",
      ).run("t"),
    ).toBe(17);
  });

  test("rejects with the task's own error, and an unused one rejects nobody", async () => {
    expect(
      (await run("async () => { await bad() }").runFails("t")).message,
    ).toBe("bad");
    expect(
      await run(
        "async () => { bad().x.y; bad(); await page(1); return 1 }",
      ).run("t"),
    ).toBe(1);
  });

  test("computing with it teaches to await", async () => {
    for (const body of [
      "page(1) + 1",
      "[...page(1).rows]",
      "for (const x of page(1)) {}",
    ])
      expect(
        (await run(`async () => { ${body} }`).runFails("t")).message,
      ).toMatch(/not there yet: await it/);
  });

  test("Promise.all and then work on it", async () => {
    expect(
      await run(
        "async () => (await Promise.all([page(1), page(2).then(p => p.rows.length)])).length",
      ).run("t"),
    ).toBe(2);
  });
});

describe("what a call will give", () => {
  const files = { "a.csv": "a,map\n1,x\n2,y\n" };

  test.each([
    ["readCsv('a.csv').filter((row) => row.a)", "filter"],
    [
      "{ const rows = readCsv('a.csv'); return rows.map((row) => row.a) }",
      "map",
    ],
    ["db.query('SELECT 1').find(Boolean)", "find"],
  ])(
    "is to be awaited before its methods are called: %s",
    async (body, name) => {
      const kernel = kernelOf(`() => ${body}`, { files, database: () => [] });
      expect(await kernel.runFails("t")).toMatchObject({
        name: "TypeError",
        message: `This value is not there yet: await it first, (await rows).${name}(...).`,
        place: { cell: "main" },
      });
    },
  );

  test("has fields that are called as a method of lists", async () => {
    const kernel = startKernel(
      [
        cell(
          "main",
          `const show = task((given) => given)
           const t = task(async () => {
             const rows = readCsv("a.csv");
             const { map } = rows[1];
             log(map);
             return [await map, await show({ map: rows[0].map })];
           })`,
          { declares: ["t", "show"] },
        ),
      ],
      { files },
    );
    expect(await kernel.run("t")).toEqual(["y", { map: "x" }]);
  });
});

describe("the network", () => {
  const answerWith =
    (response: () => Response, seen: unknown[] = []) =>
    (address: string | URL | Request, init?: RequestInit) => {
      seen.push([
        String(address),
        init?.method,
        init?.body,
        Object.fromEntries(new Headers(init?.headers)),
      ]);
      return Promise.resolve(response());
    };
  const hosts = ["https://api.example.org"];

  test("a host that is not allowed is refused in words, before anything is sent", async () => {
    const fetch = () => {
      throw new Error("was sent");
    };
    for (const fn of ["u => fetchJson(u)", "u => fetch(u)"])
      expect(
        await kernelOf(fn, { fetch }).runFails("t", "https://evil.example/x"),
      ).toMatchObject({
        code: "host-not-allowed",
        message:
          "This notebook may not contact evil.example: nobody has allowed it. Allow https://evil.example for this notebook, then run again.",
        place: { cell: "main" },
      });
  });

  test("a query, a body and headers are sent", async () => {
    const seen: unknown[] = [];
    const kernel = kernelOf(
      `() => fetchJson("https://api.example.org/x?a=1", { query: { b: 2, c: null, d: "e f" }, body: { g: 1 }, headers: { "x-key": "k" } })`,
      { hosts, fetch: answerWith(() => Response.json({ ok: 1 }), seen) },
    );
    expect(await kernel.run("t")).toEqual({ ok: 1 });
    expect(seen).toEqual([
      [
        "https://api.example.org/x?a=1&b=2&d=e+f",
        "POST",
        '{"g":1}',
        { "x-key": "k", "content-type": "application/json" },
      ],
    ]);
  });

  test("any status but 2xx fails with the status and the start of the body", async () => {
    const kernel = kernelOf(`() => fetchText("https://api.example.org/x")`, {
      hosts,
      fetch: answerWith(
        () =>
          new Response("slow down", { status: 429, statusText: "Too Many" }),
      ),
    });
    expect((await kernel.runFails("t")).message).toBe(
      "GET https://api.example.org/x answered 429 Too Many: slow down",
    );
  });

  test("no answer, an answer that is no JSON, and an address that is none say so", async () => {
    const get = (code: string, fetch?: () => Promise<Response>) =>
      kernelOf(`() => ${code}`, {
        hosts,
        ...(fetch ? { fetch } : {}),
      }).runFails("t");
    expect(
      (await get(`fetchText("https://api.example.org/x")`)).message,
    ).toMatch(
      /got no answer: no network\. .*leads on to a host that is not allowed.*CORS/,
    );
    // As it is in Node, which lets programs read what it gets, and says why there is no answer.
    const cause = new Error("ECONNREFUSED");
    expect(
      (
        await get(`fetchText("https://api.example.org/x")`, () =>
          Promise.reject(
            new TypeError("fetch failed (ECONNREFUSED)", { cause }),
          ),
        )
      ).message,
    ).toMatch(
      /got no answer: fetch failed \(ECONNREFUSED\)\. The server cannot be reached\.$/,
    );
    expect(
      (
        await get(`fetchJson("https://api.example.org/x")`, () =>
          Promise.resolve(new Response("<html>")),
        )
      ).message,
    ).toMatch(/The answer to GET .* is not JSON: .*It starts with "<html>"\./);
    expect((await get(`fetchText("data.json")`)).message).toMatch(
      /"data.json" is no full address/,
    );
    expect(
      (await get(`fetchText("https://api.example.org/x", { querry: {} })`))
        .message,
    ).toMatch(
      /no option "querry". Its options are method, headers, query, body, retries, retryDelay, timeout, rate, encoding and entry/,
    );
  });

  test.each(["Failed to fetch", "NetworkError when attempting", "Load failed"])(
    "no answer to fetch itself is told with its likeliest reasons: %s",
    async (said) => {
      const fetch = () => Promise.reject(new TypeError(said));
      const kernel = kernelOf(
        `async (u, init) => { try { await fetch(u, init) } catch (error) { return [error instanceof TypeError, error.message] } }`,
        { hosts: ["http://api.example.org"], fetch },
      );
      expect(await kernel.run("t", "http://api.example.org/x")).toEqual([
        true,
        expect.stringMatching(
          /^http:\/\/api\.example\.org\/x got no answer: .*begins with http, .*\(CORS\)\. If it can be opened in a tab/,
        ),
      ]);
    },
  );

  test("what fetch refuses to send is told as it says", async () => {
    const fetch = () => Promise.reject(new TypeError("GET has no body."));
    const kernel = kernelOf("u => fetch(u)", { hosts, fetch });
    expect(
      await kernel.runFails("t", "https://api.example.org/"),
    ).toMatchObject({ name: "TypeError", message: "GET has no body." });
  });

  test("no answer is told to be for want of a network where the browser is offline", async () => {
    vi.stubGlobal("navigator", { onLine: false });
    onTestFinished(() => void vi.unstubAllGlobals());
    const fetch = () => Promise.reject(new TypeError("Failed to fetch"));
    for (const fn of ["u => fetchJson(u)", "u => fetch(u)"])
      expect(
        await kernelOf(fn, { hosts, fetch }).runFails(
          "t",
          "https://api.example.org/x",
        ),
      ).toMatchObject({
        message: expect.stringMatching(
          /got no answer: Failed to fetch\. This browser is offline: connect it, then run again\.$/,
        ) as string,
        place: { cell: "main" },
      });
  });

  test("bytes and rows can be fetched", async () => {
    const fetch = answerWith(() => new Response("a;b\n1;x\n"));
    const kernel = kernelOf(
      `async u => [await fetchBytes(u), await fetchCsv(new URL(u), { method: "GET", types: { a: "TEXT" } })]`,
      { hosts, fetch },
    );
    expect(await kernel.run("t", "https://api.example.org/x")).toEqual([
      new TextEncoder().encode("a;b\n1;x\n"),
      [{ a: "1", b: "x" }],
    ]);
  });
});

describe("attachments", () => {
  const files = {
    "a.json": '{"a":[1]}',
    "a.csv": "id,name\n1,x\n",
    "bad.json": "{",
  };
  test("are read as text, bytes, JSON and rows", async () => {
    const kernel = kernelOf(
      `async () => [await readBytes("bad.json"), await readJson("a.json").a[0], await readCsv("a.csv")]`,
      { files },
    );
    expect(await kernel.run("t")).toEqual([
      new Uint8Array([123]),
      1,
      [{ id: 1, name: "x" }],
    ]);
  });

  test("that are missing or damaged are errors with the place of the call", async () => {
    const read = (call: string) =>
      kernelOf(`async () => { await ${call} }`, { files }).runFails("t");
    expect(await read(`readText("b.txt")`)).toMatchObject({
      code: "missing-attachment",
      place: { cell: "main", line: 1 },
    });
    expect((await read(`readJson("bad.json")`)).message).toMatch(
      /^bad\.json is not JSON/,
    );
    expect((await read(`readText(5)`)).message).toMatch(/not 5/);
  });
});

describe("the end of a task", () => {
  test("comes after the database is done with what nobody awaited", async () => {
    const kernel = kernelOf(
      "() => { db.exec('a'); load('t', [{ a: 1 }]); return 1 }",
      {
        database: (call) =>
          call.method === "load-end" ? { rows: 1 } : { changes: 1 },
      },
    );
    expect(await kernel.run("t")).toBe(1);
    expect(kernel.calls.map(({ method }) => method).sort()).toEqual([
      "exec",
      "load-begin",
      "load-end",
      "load-rows",
    ]);
  });

  test("is a failure when what nobody awaited failed, but not when somebody caught it", async () => {
    const database = () => {
      throw { name: "Error", message: "disk full" };
    };
    expect(
      (
        await kernelOf("() => { db.exec('a'); return 1 }", {
          database,
        }).runFails("t")
      ).message,
    ).toBe("disk full");
    expect(
      await kernelOf("() => { db.exec('a').catch(() => {}); return 1 }", {
        database,
      }).run("t"),
    ).toBe(1);
  });

  test("stops timers and leaves waiting code asleep", async () => {
    const timers: { callback: () => void; milliseconds: number }[] = [];
    let answer: (error: Error) => void = () => {};
    const kernel = kernelOf(
      `() => {
        setInterval(() => log("tick"), 5)
        new Promise(r => setTimeout(r, 1)).then(() => log("woken"))
        fetchText("https://a.org").catch(() => log("answered"))
        return 1
      }`,
      {
        timers,
        hosts: ["https://a.org"],
        fetch: () =>
          new Promise((_, reject) => {
            answer = reject;
          }),
      },
    );
    await kernel.run("t");
    answer(new Error("too late"));
    for (const { callback } of timers) callback();
    await new Promise((resolve) => setImmediate(resolve));
    expect(kernel.messages.filter(({ type }) => type === "log")).toEqual([]);
  });

  test("an error that nobody catches ends the task", async () => {
    const kernel = kernelOf("() => new Promise(() => {})");
    const failed = kernel.runFails("t");
    await Promise.resolve();
    kernel.worker.fail(new Error("thrown in a callback"));
    expect((await failed).message).toBe("thrown in a callback");
    expect(await kernelOf("() => 1").run("t")).toBe(1);
  });
});

test("a task that breaks the language's own objects still ends", async () => {
  const { map } = Array.prototype;
  const kernel = kernelOf(
    `() => { Array.prototype.map = () => { throw new Error("patched") }; throw new Error("x") }`,
  );
  const error = kernel.runFails("t");
  await new Promise((resolve) => setImmediate(resolve));
  Array.prototype.map = map;
  expect((await error).name).toBe("Error");
});

describe("the log", () => {
  test("is written for people, console with its levels", async () => {
    const { said } = await kernelOf(
      `() => {
        log("rows:", 3, { a: [1, "x"], f() {} }, [undefined, null, 2n], new Error("no"))
        console.debug("d"); console.warn("w"); console.error("e"); console.assert(false, "f")
        const loop = {}; loop.loop = loop
        console.log(loop, new Map([[1, { a: 1 }]]), new Date(0), new Uint8Array(3))
      }`,
      { now: () => 7 },
    ).runJob("t", []);
    expect(
      said.flatMap((message) =>
        message.type === "log"
          ? [[message.level, message.text, message.at]]
          : [],
      ),
    ).toEqual([
      [
        "info",
        'rows: 3 {a: [1, "x"], f: [function f]} [undefined, null, 2n] Error: no',
        7,
      ],
      ["debug", "d", 7],
      ["warning", "w", 7],
      ["error", "e", 7],
      ["error", "Assertion failed: f", 7],
      [
        "info",
        "{loop: [circular]} Map(1) {1 => {a: 1}} 1970-01-01T00:00:00.000Z Uint8Array(3) [0, 0, 0]",
        7,
      ],
    ]);
  });

  test("is cut at 10 kB a line and 10,000 lines a task", async () => {
    const { said } = await kernelOf(
      `() => { log("x".repeat(50_000)); for (let i = 0; i < 20_000; i++) log(i) }`,
    ).runJob("t", []);
    const lines = said.flatMap((message) =>
      message.type === "log" ? [message] : [],
    );
    expect(lines[0]!.text).toHaveLength(10_001);
    expect(lines).toHaveLength(10_001);
    expect(lines[10_000]).toMatchObject({
      level: "warning",
      text: expect.stringMatching(/the lines after it are dropped/),
    });
  });

  test("does not hear the cells that a task only needs", async () => {
    const kernel = startKernel([
      cell("main", "log('top'); const t = task(() => log('in'))", {
        declares: ["t"],
      }),
    ]);
    const { said } = await kernel.runJob("t", []);
    expect(said.filter(({ type }) => type === "log")).toMatchObject([
      { text: "in" },
    ]);
  });
});

describe("progress", () => {
  test("is told every 50 ms at most, and the last one always", async () => {
    let now = 0;
    const kernel = kernelOf(
      `async () => { for (let i = 1; i <= 20; i++) { tick(); progress(i, 20, "pages") } }`,
      { now: () => now, timers: [] },
    );
    kernel.scope.tick = () => (now += 10);
    const { said } = await kernel.runJob("t", []);
    expect(
      said.flatMap((message) =>
        message.type === "progress" ? [message.done] : [],
      ),
    ).toEqual([1, 6, 11, 16, 20]);
  });

  test("takes numbers only", async () => {
    expect((await kernelOf("() => progress('a')").runFails("t")).message).toBe(
      'progress takes numbers: progress(30, 200, "pages"), not "a".',
    );
  });
});

describe("display in a task", () => {
  test("that is in a loop shows 10,000 outputs and the newest of the others", async () => {
    const { said } = await kernelOf(
      "() => { for (let n = 1; n <= 50_000; n++) display(n) }",
    ).runJob("t", []);
    const shown = said.flatMap((message) =>
      message.type === "display" ? [message.output] : [],
    );
    expect(shown).toHaveLength(10_001);
    expect(shown.slice(-2)).toMatchObject([{ value: 10000 }, { value: 50000 }]);
  });

  test("options of display that are none are refused, and the place that forEach gives is no option", async () => {
    const fails = async (call: string) =>
      (await kernelOf(`() => ${call}`).runFails("t")).message;
    expect(await fails(`display(1, "k")`)).toBe(
      'The options of display are an object, not "k". Its options are key and title.',
    );
    expect(await fails(`display(1, { label: "k" })`)).toBe(
      'display has no option "label". Its options are key and title.',
    );
    expect(await kernelOf(`() => [1, 2].map(display)`).run("t")).toEqual([
      1, 2,
    ]);
  });

  test("sends what it shows, under its key", async () => {
    const { said } = await kernelOf(
      `() => display([{ a: 1 }], { key: "k", title: "T" }).length`,
    ).runJob("t", []);
    expect(said).toEqual([
      {
        type: "display",
        job: 1,
        key: "k",
        output: {
          type: "table",
          columns: ["a"],
          rows: [{ a: 1 }],
          total: 1,
          title: "T",
        },
      },
      { type: "returned", job: 1, value: 1, took: 0 },
    ]);
  });
});
