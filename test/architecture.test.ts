import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";

/** An import as written: of what, and whether the compiler erases it. */
interface Import {
  file: string;
  target: string;
  isTypeOnly: boolean;
}

/**
 * The layer of a file: the first line that its path begins with. `values` are the layers that it may import from at run time,
 * `types` those that it may only know the types of.
 */
const layers: readonly {
  name: string;
  path: RegExp;
  values: readonly string[];
  types?: readonly string[];
}[] = [
  {
    // The errors of the closed list are raised in every layer.
    name: "errors",
    path: /^src\/core\/errors\.ts$/,
    values: [],
  },
  { name: "core", path: /^src\/core\//, values: ["core"] },
  {
    // Notebooks as files of other kinds show what a page shows.
    name: "convert",
    path: /^src\/notebook\/convert\//,
    values: ["core", "notebook", "convert", "views"],
    types: ["protocol"],
  },
  { name: "notebook", path: /^src\/notebook\//, values: ["core", "notebook"] },
  {
    name: "protocol",
    path: /^src\/engine\/(protocol|services)\.ts$/,
    values: ["core", "notebook", "protocol"],
  },
  {
    // Where a worker begins it is wired together, as the page is in main.ts. One may be another with something in its place.
    name: "worker",
    path: /^src\/.*\.worker\.ts$/,
    values: [
      ...["core", "notebook", "protocol", "engine", "worker"],
      ...["storage", "language", "types"],
    ],
  },
  {
    name: "engine",
    path: /^src\/engine\//,
    values: ["core", "notebook", "protocol", "engine", "worker", "language"],
    types: ["storage"],
  },
  {
    name: "storage",
    path: /^src\/storage\//,
    values: ["core", "storage"],
    types: ["notebook", "protocol"],
  },
  {
    // What the page and the command line share about runs.
    name: "runs",
    path: /^src\/runs\//,
    values: ["core", "runs"],
    types: ["notebook", "protocol", "engine"],
  },
  {
    name: "node",
    path: /^src\/node\//,
    values: [
      ...["core", "notebook", "convert", "protocol", "engine"],
      ...["runs", "pictures", "views", "node"],
    ],
    types: ["storage"],
  },
  {
    // What a picture of a flow shows, for the page and the command line.
    name: "pictures",
    path: /^src\/pictures\//,
    values: ["core", "pictures"],
    types: ["views", "protocol"],
  },
  {
    name: "views",
    path: /^src\/views\//,
    values: ["views"],
    types: ["core"],
  },
  {
    name: "ui",
    path: /^src\/ui\//,
    values: [
      ...["core", "notebook", "convert", "protocol"],
      ...["runs", "pictures", "views", "ui", "language", "types"],
    ],
    types: ["engine", "storage"],
  },
  {
    // The type checker of cells, in a worker of its own.
    name: "types",
    path: /^src\/types\//,
    values: ["notebook", "language", "types"],
  },
  {
    // What makes the page an installed app; the service worker knows nothing else.
    name: "pwa",
    path: /^src\/(pwa\/|serviceWorker\.ts$)/,
    values: ["pwa"],
  },
  { name: "language", path: /^src\/language\//, values: ["language"] },
  {
    name: "main",
    path: /^src\/main\.ts$/,
    values: [
      ...["core", "notebook", "protocol", "engine", "worker"],
      ...["storage", "runs", "views", "ui", "language", "pwa", "main"],
    ],
  },
];

/** Where each third party is at home. */
const homes: Readonly<Record<string, RegExp>> = {
  yaml: /^src\/notebook\//,
  acorn: /^src\/notebook\/compile\//,
  diff: /^src\/notebook\/compare\//,
  "@sveltejs/acorn-typescript": /^src\/notebook\/compile\//,
  bullmq: /^src\/node\/cluster\//,
  aws4fetch: /^src\/node\/cluster\//,
  ioredis: /^src\/node\/cluster\//,
  comlink: /^src\/(engine\/(?!sandbox\/)|node\/|types\/|ui\/session|main\.ts$)/,
  devalue: /^src\/engine\/database\//,
  typescript: /^src\/types\//,
  "sql-formatter": /^src\/ui\/editor\//,
  "sql.js": /^src\/engine\/(database|sandbox)\//,
  fflate: /^src\/engine\/sandbox\/kernel\/formats\//,
  "json-p3": /^src\/engine\/sandbox\/kernel\/formats\//,
  htmlparser2: /^src\/engine\/sandbox\/kernel\/formats\//,
  "read-excel-file": /^src\/engine\/sandbox\/kernel\/formats\//,
  "write-excel-file": /^src\/engine\/sandbox\/kernel\/formats\//,
  "idb-keyval": /^src\/storage\//,
  "fake-indexeddb": /^src\/engine\/memoryDatabase\.worker\.ts$/,
  d3: /^src\/(views|engine\/sandbox)\//,
  "@observablehq/plot": /^src\/engine\/sandbox\//,
  marked: /^src\/(notebook\/prose|engine\/sandbox)\//,
  uqr: /^src\/ui\/share\//,
  svelte: /^src\/(ui\/|main\.ts$)/,
};

/** Families of packages that share a home. */
const families: readonly { prefix: string; home: RegExp }[] = [
  { prefix: "@codemirror/", home: /^src\/ui\/editor\// },
  { prefix: "@lezer/", home: /^src\/ui\/editor\// },
  { prefix: "d3-", home: /^src\/views\// },
  { prefix: "node:", home: /^src\/node\// },
  {
    prefix: "hyparquet",
    home: /^src\/engine\/sandbox\/kernel\/formats\//,
  },
];

const files = readdirSync("src", { recursive: true, encoding: "utf8" })
  .map((file) => join("src", file))
  .filter((file) => /\.(ts|svelte)$/.test(file) && !file.endsWith(".d.ts"));

function layerOf(file: string): (typeof layers)[number] | undefined {
  return layers.find(({ path }) => path.test(file));
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[^]*?\*\/|(^|\s)\/\/.*$/gm, "$1");
}

function importsOf(file: string): Import[] {
  const text = withoutComments(readFileSync(file, "utf8"));
  const pattern =
    /^\s*(?:import|export)\s+(?:(type)\s)?(?:[\w*{][^;"'`]*?\sfrom\s+)?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/gm;
  return [...text.matchAll(pattern)].map(([, type, target, dynamic]) => ({
    file,
    target: target ?? dynamic ?? "",
    isTypeOnly: type === "type",
  }));
}

/** The name of a package, or undefined for a file of ours, a builtin of the build (`virtual:`) or a query of Vite's. */
function packageOf(target: string): string | undefined {
  if (/^(\.|virtual:)/.test(target)) return undefined;
  // A package's own parts are reached by a name that package.json gives them.
  const [scope, name] = target.replace(/^#/, "").split("/");
  return scope?.startsWith("@") ? `${scope}/${name}` : scope;
}

const imports = files.flatMap(importsOf);

describe("architecture", () => {
  test("every file belongs to a layer", () => {
    expect(files.filter((file) => !layerOf(file))).toEqual([]);
  });

  test("imports point down only", () => {
    const wrong = imports
      .filter(({ target }) => target.startsWith("."))
      .filter(({ file, target, isTypeOnly }) => {
        const path = normalize(
          join(dirname(file), target.replace(/\?.*$/, "")),
        );
        const from = layerOf(file);
        const to = layerOf(path)?.name;
        // Files beside the code (a script as text, a style sheet) have no layer of their own outside src.
        if (!from || !to) return false;
        const allowed = [
          "errors",
          ...from.values,
          ...(isTypeOnly ? (from.types ?? []) : []),
        ];
        return !allowed.includes(to);
      })
      .map(
        ({ file, target, isTypeOnly }) =>
          `${file} imports ${isTypeOnly ? "types of " : ""}${target}`,
      );
    expect(wrong).toEqual([]);
  });

  test("own files are imported by their whole name", () => {
    const wrong = imports.filter(
      ({ target }) => target.startsWith(".") && !/\.\w+(\?.*)?$/.test(target),
    );
    expect(wrong).toEqual([]);
  });

  test("third parties stay at home", () => {
    const wrong = imports
      .map(({ file, target }) => ({ file, name: packageOf(target) }))
      .filter(({ file, name }) => {
        if (name === undefined) return false;
        const home =
          homes[name] ??
          families.find(({ prefix }) => name.startsWith(prefix))?.home;
        return !home?.test(file);
      })
      .map(({ file, name }) => `${file} imports ${name}`);
    expect(wrong).toEqual([]);
  });

  test("only the engine posts messages on the page, so that nothing else can reach the sandbox", () => {
    const wrong = files.filter((file) => {
      const text = withoutComments(readFileSync(file, "utf8"));
      // Tabs talk to each other over a channel that no sandbox is on, an embedded page answers the one around it, and threads
      // in Node are no sandbox.
      return (
        /\bpostMessage\s*\(/.test(text) &&
        !/^src\/(engine|node)\//.test(file) &&
        file !== "src/ui/embedding.ts" &&
        file !== "src/ui/tabMessages.ts"
      );
    });
    expect(wrong).toEqual([]);
  });

  test("a file of more than 400 lines says at its head why", () => {
    const wrong = files.filter((file) => {
      const text = readFileSync(file, "utf8");
      const head =
        /^(\/\*\*[^]*?\*\/|(\/\/.*\n)+|<!--[^]*?-->)/.exec(text)?.[0] ?? "";
      return (
        text.trimEnd().split("\n").length > 400 &&
        !/\b(long|lines|one file|together|apart)\b/i.test(head)
      );
    });
    expect(wrong).toEqual([]);
  });
});
