import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { SqlJsStatic } from "sql.js";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { historyTables } from "../src/engine/database/historyRows.ts";
import { loadModule } from "../src/engine/database/sqliteModule.ts";
import {
  readCsv,
  readCsvOptions,
} from "../src/engine/sandbox/kernel/formats/csv.ts";
import { compileNotebook } from "../src/notebook/compile/compile.ts";
import { parseNotebook } from "../src/notebook/parse.ts";
import { printNotebook } from "../src/notebook/print.ts";
import { readDocs } from "../build/docs.ts";
import { findLargeFile } from "../build/exampleFiles.ts";
import { places, printLimits, printReference } from "../scripts/docs.mjs";
import { startKernel } from "./engine/sandbox/kernelWorld.ts";

const folder = "public/examples";
const index = JSON.parse(readFileSync(join(folder, "index.json"), "utf8")) as {
  name: string;
  title: string;
  description: string;
}[];

/** sql.js keeps one module a process, and the app's own loading of it has to be the first. */
async function openSqlJs(): Promise<SqlJsStatic> {
  const wasm = createRequire(import.meta.url).resolve(
    "sql.js/dist/sql-wasm.wasm",
  );
  const { module } = await loadModule(readFileSync(wasm));
  return module as unknown as SqlJsStatic;
}

/** The pages of the docs are notebooks of the same kind, listed elsewhere. */
const docs = (await readDocs()).flatMap(({ pages }) => pages);

function textOf(name: string): string {
  return readFileSync(join(folder, `${name}.flow.md`), "utf8");
}

function cellsOf(name: string) {
  return parseNotebook(textOf(name)).notebook.cells;
}

/** The code cells of a notebook as one TypeScript module, in which SQL cells are rows. */
function moduleOf(name: string): string {
  return [
    ...cellsOf(name).flatMap(({ kind, name: cell, source }) => {
      if (kind === "sql") return `declare const ${cell}: FileRow[]`;
      return kind === "md" ? [] : source;
    }),
    "export {}",
  ].join("\n;\n");
}

/** What the compiler says of a notebook's cells. All are checked by one program, which reads its libraries once. */
const typeErrors = (() => {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
    lib: ["lib.es2023.d.ts", "lib.webworker.d.ts"],
    types: [],
  };
  const modules = new Map(
    [...index, ...docs].map(({ name }) => [`${name}.ts`, moduleOf(name)]),
  );
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (file, version) => {
    const source = modules.get(file);
    return source === undefined
      ? read(file, version)
      : ts.createSourceFile(file, source, version);
  };
  let program: ts.Program | undefined;
  return (name: string): string[] => {
    program ??= ts.createProgram(
      [...modules.keys(), "src/language/flowbook.d.ts"],
      options,
      host,
    );
    return ts
      .getPreEmitDiagnostics(program, program.getSourceFile(`${name}.ts`))
      .map((diagnostic) =>
        ts.formatDiagnostic(diagnostic, {
          ...host,
          getCanonicalFileName: (file) => file,
        }),
      );
  };
})();

/** Text in the prose that is set as code and stands in no cell: a call sign, and programs that others wrote. */
const invented = ["UAL315", "observablehq", "runtime", "opfs", "sahpool"];

describe.each([...index, ...docs])("example $name", ({ name, title }) => {
  test("is parsed without a complaint, and printed as it is", () => {
    const { notebook, diagnostics } = parseNotebook(textOf(name));
    expect(diagnostics).toEqual([]);
    expect(notebook.title).toBe(title);
    expect(printNotebook(notebook)).toBe(textOf(name));
  });

  test("has its attachments beside it", () => {
    for (const { url } of parseNotebook(textOf(name)).notebook.attachments)
      expect(
        readFileSync(findLargeFile(url) ?? join(folder, url)).length,
      ).toBeGreaterThan(0);
  });

  test("is compiled without a diagnostic, those of the lint included", () => {
    const { diagnostics } = compileNotebook(
      parseNotebook(textOf(name)).notebook,
    );
    expect(diagnostics).toEqual([]);
  });

  test("has all of its flows drawn", async () => {
    const { notebook } = parseNotebook(textOf(name));
    const { graphs, errors } = await startKernel(
      compileNotebook(notebook).cells,
    ).trace();
    expect(errors).toEqual([]);
    const flows = moduleOf(name).matchAll(/\bflow\("([^"]+)"/g);
    expect(graphs.map(({ flow }) => flow).sort()).toEqual(
      [...flows].map(([, flow]) => flow).sort(),
    );
    for (const { nodes } of graphs) expect(nodes.length).toBeGreaterThan(0);
  });

  test("speaks of names that there are", async () => {
    const known = [
      ...cellsOf(name).flatMap(({ kind, name: cell, source }) =>
        kind === "md" ? [] : [cell, source],
      ),
      readFileSync("src/language/flowbook.d.ts", "utf8"),
      Object.entries(historyTables).join(),
      "history",
    ].join("\n");
    const prose = cellsOf(name)
      .filter(({ kind }) => kind === "md")
      .map(({ source }) => source.replace(/^```[^]*?^```$/gm, ""))
      .join("\n");
    const inline = [...prose.matchAll(/(`+)([^]+?)\1(?!`)/g)].map(
      ([, , code]) => code!,
    );
    // Text in quotes may be anything.
    const unknown = inline
      .flatMap(
        (code) => code.replace(/"[^"]*"/g, "").match(/[a-z_]\w+/gi) ?? [],
      )
      .filter((word) => !new RegExp(`\\b${word}\\b`).test(known));
    expect(unknown.filter((word) => !invented.includes(word))).toEqual([]);

    const { graphs } = await startKernel(
      compileNotebook(parseNotebook(textOf(name)).notebook).cells,
    ).trace();
    const labels = graphs.flatMap(({ nodes }) =>
      nodes.flatMap((node) =>
        node.kind === "parameter"
          ? [node.parameter.label ?? node.parameter.name]
          : [],
      ),
    );
    const set = [...prose.matchAll(/Set \*\*([^*]+)\*\*/gi)];
    for (const [, label] of set) expect(labels).toContain(label);
  });

  test("asks the history for what it has", async () => {
    const { Database } = await openSqlJs();
    const database = new Database();
    database.run("ATTACH ':memory:' AS history");
    for (const [table, columns] of Object.entries(historyTables))
      database.run(`CREATE TABLE history.${table} (${columns})`);
    for (const { kind, source } of cellsOf(name))
      if (kind === "sql" && source.includes("history."))
        expect(() => database.exec(source)).not.toThrow();
    database.close();
  });

  test("has no error of types", () => {
    expect(typeErrors(name)).toEqual([]);
  });
});

test.each(index)("$name is described in a sentence or two", (example) => {
  expect(example.description).toMatch(/^[A-Z].{40,160}\.$/);
});

test("every page of the docs is in their contents, under a title that no other notebook has", () => {
  const files = readdirSync(join(folder, "docs"))
    .filter((file) => file.endsWith(".flow.md"))
    .map((file) => `docs/${file.replace(".flow.md", "")}`);
  expect(docs.map(({ name }) => name).sort()).toEqual(files.sort());
  const titles = [...index, ...docs].map(({ title }) => title);
  expect(new Set(titles).size).toBe(titles.length);
});

test("the reference is made from the declarations as they are, and the limits have the figures of the README (npm run docs)", () => {
  const read = (place: string) => readFileSync(place, "utf8");
  const limits = read(places.limits);
  expect(read(places.reference)).toBe(
    printReference(read(places.declarations)),
  );
  expect(limits).toBe(printLimits(limits, read(places.readme)));
});

test("every notebook in the folder is in the index", () => {
  const names = readdirSync(folder)
    .filter((file) => file.endsWith(".flow.md"))
    .map((file) => file.replace(".flow.md", ""));
  expect(index.map(({ name }) => name).sort()).toEqual(names.sort());
});

describe("the functions of the aircraft example", () => {
  type Rows = Record<string, string | number | boolean | null>[];
  interface Cells {
    extractReferenceData(): Promise<{ airlines: Rows; airports: Rows }>;
    extractLiveData(
      ...args: unknown[]
    ): Promise<{ from: string; time: number; states: unknown[][] }>;
    transform(...args: unknown[]): Rows;
    loadReferenceData(reference: unknown): Promise<void>;
    loadLiveData(rows: Rows): Promise<void>;
    report(reference: unknown, live: unknown): string;
    toLive(from: string, data: unknown): { time: number; states: unknown[] };
  }

  /** The cells, with the language they need played by a few lines. */
  async function openCells(fetchJson: () => Promise<unknown>) {
    const tables: Record<string, Rows> = {};
    const read = (file: string) =>
      readFileSync(join(folder, "aircraft-etl", file), "utf8");
    const language = {
      task: (fn: unknown) => fn,
      flow: () => {},
      log: () => {},
      progress: () => {},
      triggers: {},
      readCsv: async (file: string) => {
        const text = new Response(read(file)).body!.pipeThrough(
          new TextDecoderStream(),
        );
        const source = { name: file, warn: () => {} };
        return (await readCsv(text, readCsvOptions({}), source)).rows;
      },
      readJson: async (file: string) => JSON.parse(read(file)) as unknown,
      fetchJson,
      load: async (table: string, rows: Rows) => {
        tables[table] = rows;
        return { inserted: rows.length, updated: 0 };
      },
    };
    const { cells } = parseNotebook(textOf("aircraft-etl")).notebook;
    const source = cells
      .filter(({ name }) =>
        ["extract", "clean", "geography", "load_tasks"].includes(name),
      )
      .map((cell) => cell.source)
      .join("\n");
    const { outputText } = ts.transpileModule(
      `${source}\nexport { extractReferenceData, extractLiveData, transform, loadReferenceData, loadLiveData, report, toLive }`,
      {
        compilerOptions: {
          module: ts.ModuleKind.ESNext,
          target: ts.ScriptTarget.ES2023,
        },
      },
    );
    Object.assign(globalThis, { exampleLanguage: language });
    const module = `const {${Object.keys(language).join()}} = globalThis.exampleLanguage;\n${outputText}`;
    const exports = (await import(
      /* @vite-ignore */ `data:text/javascript,${encodeURIComponent(module)}//${Math.random()}`
    )) as Cells;
    return { ...exports, tables };
  }

  const refused = () =>
    Promise.reject(
      Object.assign(new Error("refused"), { code: "host-not-allowed" }),
    );

  test("load the snapshot when OpenSky may not be asked, and the queries find airlines in it", async () => {
    const cells = await openCells(refused);
    const reference = await cells.extractReferenceData();
    const live = await cells.extractLiveData(
      "IAD",
      200,
      "auto",
      reference.airports,
    );
    expect(live.from).toBe("snapshot");
    const aircraft = cells.transform(live, reference, "iad", 200);
    expect(aircraft.length).toBeGreaterThan(150);
    expect(aircraft.length).toBeLessThan(live.states.length);
    expect(
      aircraft.every(
        ({ distance, latitude }) =>
          Number(distance) <= 200 && latitude !== null,
      ),
    ).toBe(true);
    expect(
      aircraft.find(({ callsign }) => String(callsign).startsWith("UAL")),
    ).toMatchObject({ airlineCode: "UAL", airline: "United Airlines" });
    await cells.loadReferenceData(reference);
    await cells.loadLiveData(aircraft);

    const { Database } = await openSqlJs();
    const database = new Database();
    for (const [table, rows] of Object.entries(cells.tables)) {
      const columns = Object.keys(rows[0]!);
      database.run(`CREATE TABLE ${table} (${columns.join()})`);
      for (const row of rows)
        database.run(
          `INSERT INTO ${table} VALUES (${columns.map(() => "?").join()})`,
          columns.map((column) =>
            typeof row[column] === "boolean"
              ? Number(row[column])
              : row[column]!,
          ),
        );
    }
    const { cells: all } = parseNotebook(textOf("aircraft-etl")).notebook;
    const results = all
      .filter(({ kind }) => kind === "sql")
      .map(({ source }) => database.exec(source)[0]!);
    expect(results[0]!.values.length).toBe(15);
    expect(results[0]!.values.map(([airline]) => airline)).toContain(
      "United Airlines",
    );
    expect(results[1]!.values.map(([band]) => band)).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map((band) => band * 1000),
    );
  });

  test("ask OpenSky when they may, and fall back when it does not answer", async () => {
    const state = [
      "abc123",
      "DAL1    ",
      "United States",
      1,
      5,
      -77.4,
      38.9,
      1000,
      false,
      100,
      90,
      0,
      null,
      1100,
      null,
      false,
      0,
    ];
    const live = await openCells(async () => ({ time: 7, states: [state] }));
    const { airports } = await live.extractReferenceData();
    expect(await live.extractLiveData("IAD", 200, "auto", airports)).toEqual({
      from: "OpenSky",
      time: 7,
      states: [state],
    });
    const down = await openCells(() => Promise.reject(new Error("503")));
    expect(
      await down.extractLiveData("IAD", 200, "auto", airports),
    ).toMatchObject({ from: "snapshot" });
  });

  test("fail for a broken source, and the report says what is safe", async () => {
    const cells = await openCells(refused);
    const reference = await cells.extractReferenceData();
    await expect(
      cells.extractLiveData("IAD", 200, "broken", reference.airports),
    ).rejects.toThrow("press Resume");
    expect(cells.report(reference, new Error("broken"))).toMatch(
      /airline codes and 2040 airports are safe/,
    );
    expect(cells.report(new Error("no"), null)).toMatch(/neither/);
  });

  test("take a bare list of state vectors too", async () => {
    const cells = await openCells(refused);
    expect(
      cells.toLive("snapshot", [
        ["a", null, "", null, 3],
        ["b", null, "", null, 9],
      ]),
    ).toMatchObject({ time: 9 });
    expect(cells.toLive("snapshot", [])).toMatchObject({ time: 0, states: [] });
    expect(cells.toLive("OpenSky", { time: 4, states: null })).toMatchObject({
      time: 4,
      states: [],
    });
  });

  test("say what to do when no aircraft is near", async () => {
    const cells = await openCells(refused);
    const reference = await cells.extractReferenceData();
    const live = await cells.extractLiveData(
      "SFO",
      200,
      "snapshot",
      reference.airports,
    );
    expect(() => cells.transform(live, reference, "SFO", 200)).toThrow(
      "larger radius",
    );
    expect(() => cells.transform(live, reference, "XYZ", 200)).toThrow(
      "There is no airport XYZ",
    );
  });
});
