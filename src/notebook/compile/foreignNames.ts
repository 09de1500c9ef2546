/** Names that programs have elsewhere and cells have not: what each belongs to, and what Flowbook has instead. */

import { wordSet } from "./wordSet.ts";

/** What people are told of a name, and whether it may be there all the same. */
interface Foreign {
  advice: string;
  /** Behind a test or a `try` it may be used; a name of another language is nowhere. */
  mayBeThere: boolean;
}

const home = {
  page: "belongs to web pages, and cells run in a worker that has none",
  node: "belongs to Node.js, and cells run in a browser",
  worker:
    "belongs to the worker that runs the cells and is not for cells to use",
};

const show =
  "To show something, use html`...`, svg`...`, `table(...)`, `display(...)` or Plot.";
const rows =
  "Rows come from `readCsv(...)`, `fetchCsv(...)` or a query, as lists of objects.";
const files =
  'Files are attachments, and are read by their names, as in `readText("notes.txt")`.';
const packages =
  'A package of npm is imported with its version, as in `import { sum } from "npm:d3-array@3.2.4"`.';
const numbers =
  "Numbers stand in lists, as in `[1, 2, 3]`; `d3` has sums, means, quantiles and bins of them.";

/** Names, separated by blanks, and what there is instead. */
type Group = readonly [names: string, instead: string];

const ofPages: readonly Group[] = [
  [
    "document parent top opener frames Image Audio HTMLElement customElements",
    show,
  ],
  ["window", `The global object is \`globalThis\`. ${show}`],
  [
    "alert",
    "To say something, use `log(...)`, or `notifyBrowser(...)` in a task or flow.",
  ],
  [
    "confirm",
    'To have a person decide, use `approve(value, "Is this right?")` in a flow.',
  ],
  [
    "prompt",
    'What a person gives is a parameter, `param("airport", "IAD")`, or is asked for in a flow with `ask(...)`.',
  ],
  [
    "localStorage sessionStorage",
    "What is to be kept goes into the database, with `load(...)` or `db.exec(...)`; results of tasks are kept anyway.",
  ],
  [
    "DOMParser XMLSerializer",
    "Tables of HTML are read with `readHtmlTable(...)` and `fetchHtmlTable(...)`; for the rest import a parser of npm.",
  ],
  ["RTCPeerConnection SharedWorker", ""],
];

const ofNode: readonly Group[] = [
  [
    "require",
    `${packages} Files are read with \`readText(...)\` and its like.`,
  ],
  [
    "module exports",
    "Every cell sees what another one defines, as in `const total = 3`, without an export.",
  ],
  [
    "process Deno Bun",
    'What a run is given from outside is a parameter: `param("airport", "IAD")`.',
  ],
  [
    "Buffer",
    'For bytes, use Uint8Array, `new TextEncoder().encode("text")` and `readBytes(...)`.',
  ],
  ["global", "The global object is `globalThis`."],
  ["__dirname __filename", files],
  ["setImmediate", "Write `setTimeout(..., 0)`."],
];

const ofWorkers: readonly Group[] = [
  [
    "postMessage importScripts close onmessage",
    "Tasks pass values on by returning them.",
  ],
];

/** What every Python program has, or Prefect in Python, or R. */
const ofPython: readonly Group[] = [
  ["None", "Write `null`."],
  ["True", "Write `true`."],
  ["False", "Write `false`."],
  ["print", "Write `log(...)`."],
  ["len", "Write `list.length`."],
  ["str", "Write `String(...)`."],
  ["int", "Write `Math.trunc(...)`."],
  ["float", "Write `Number(...)`."],
  ["dict", "Write `{ ... }`."],
  ["range", "Write `Array.from({ length: 3 }, (_, index) => index)`."],
  ["enumerate", "Write `list.entries()`."],
  ["sorted", "Write `list.toSorted()`."],
  ["isinstance", "Write `value instanceof Error` or `typeof value`."],
  ["pass", "Write an empty block: `{}`."],
  ["Exception ValueError KeyError", "Write `Error`."],
  ["Flow", 'Write `flow("Name", () => { ... })`.'],
  ["Parameter", 'Write `param("name", ...)`.'],
  ["open", files],
  [
    "os sys",
    'What a run is given from outside is a parameter: `param("airport", "IAD")`.',
  ],
  [
    "requests urllib",
    "Write `fetchJson(url)`, `fetchText(url)` and their like.",
  ],
];

/** Names under which Python programs import packages. */
const pythonPackages: readonly Group[] = [
  ["pd pandas polars DataFrame", rows],
  ["np numpy scipy", numbers],
  ["plt matplotlib sns seaborn", "Charts are made with Plot."],
  [
    "sqlite3 sqlalchemy",
    "The notebook has a database: `db.query(...)`, `db.exec(...)`, and `load(...)` for rows.",
  ],
];

const ofObservable: readonly Group[] = [
  [
    "FileAttachment",
    'Files are attachments, and are read by their names, as in `readCsv("rows.csv")`.',
  ],
  [
    "Inputs",
    'What a reader sets is a parameter of a flow: `param("airport", "IAD")`. Rows are shown with `table(rows)`.',
  ],
  [
    "DuckDBClient SQLiteDatabaseClient DatabaseClient",
    "The notebook has a database: `db.query(...)`, `db.exec(...)`, SQL cells, and `load(...)` for rows.",
  ],
  ["aq", rows],
];

/** Of these Prefect in Python has the words with a line between them: `all_successful`. */
const triggers = [
  "allSuccessful",
  "allFailed",
  "anySuccessful",
  "anyFailed",
  "allFinished",
  "notAllSkipped",
  "manualOnly",
  "someFailed",
  "someSuccessful",
];

const known = /* @__PURE__ */ collect();

function collect(): ReadonlyMap<string, Foreign> {
  const found = new Map<string, Foreign>();
  const add = (
    groups: readonly Group[],
    whose: string,
    mayBeThere: boolean,
  ): void => {
    for (const [names, instead] of groups)
      for (const name of names.split(" "))
        found.set(name, {
          advice: `\`${name}\` ${whose}. ${instead}`.trimEnd(),
          mayBeThere,
        });
  };
  add(ofPages, home.page, true);
  add(ofNode, home.node, true);
  add(ofWorkers, home.worker, true);
  add(ofPython, "is Python", false);
  add(pythonPackages, "is of a package of Python", false);
  add(ofObservable, "belongs to Observable", false);
  for (const name of triggers) {
    const instead = `Write \`triggers.${name}\`.`;
    const inPython = name.replace(/[A-Z]/g, (sign) => `_${sign.toLowerCase()}`);
    add([[name, instead]], "is a trigger", false);
    add([[inPython, instead]], "is Python", false);
  }
  return found;
}

/** What to do about a name that exists in other surroundings, or undefined for any other name. */
export function explainForeignName(name: string): string | undefined {
  return known.get(name)?.advice;
}

/** Whether a name of other surroundings of JavaScript is meant, which may be there behind a test or a `try`; a misspelt one is nowhere. */
export function mayBeThere(name: string): boolean {
  return known.get(name)?.mayBeThere ?? false;
}

const nodeModules = /* @__PURE__ */ wordSet(`
  assert buffer child_process cluster crypto events fs fs/promises http https
  module net os path process readline stream timers tty url util
  worker_threads zlib
`);

/** Why a cell cannot import from a module, and what to do; undefined for what may be meant as a package of npm. */
export function explainForeignModule(source: string): string | undefined {
  if (source.startsWith("node:") || nodeModules.has(source))
    return `${JSON.stringify(source)} is a module of Node.js, and cells run in a browser. Files are read with \`readText(...)\` and its like, the network with \`fetchJson(...)\` and its like; the rest is in the browser without an import: crypto, URL, TextEncoder.`;
  if (/^(?:\.{0,2}\/|\.{1,2}$)/.test(source))
    return `${JSON.stringify(source)} is a file, and cells import none. Every cell sees what another one defines without an import: put the code of the file into a cell.`;
  return undefined;
}
