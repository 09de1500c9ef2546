// How long row objects of a task take to be a table that is saved, in a real Chromium: `load` in the app against the obvious way,
// which is to clone the rows to a worker, insert each with a statement, export the database and put it into IndexedDB.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { median } from "./browser.bench.mjs";
import { withPage } from "./browserPage.mjs";

const require = createRequire(import.meta.url);
const count = 200_000;
/** Rounds that do not count: code gets fast when it has run. The workers of a run are its own, so each run loads once before too. */
const warmUps = 2;

/** The functions that make rows, as text for a task and for a worker. */
const makers = `${readFileSync(
  new URL("./loadRows.ts", import.meta.url),
  "utf8",
)
  .replaceAll("export ", "")
  .replace(/^type .*$/m, "type BenchRow = Record<string, any>")}`;

const notebook = (shape) =>
  [
    "---\nflowbook: 1\ntitle: Load\n---\n",
    "```ts main",
    makers,
    `const fill = task(async (name: string) => {
  const rows = ${shape}Rows(${count})
  const begun = Date.now()
  await load(name + begun, rows)
  return { begun, loaded: Date.now() }
})
flow("F", () => {
  const first = fill("first")
  return [first, fill.with({ waitFor: [first] })("second")]
})`,
    "```\n",
  ].join("\n");

/** A worker that makes rows anew, as the task does, and hands them on, and says when. */
const giving = (shape) => `
  ${stripTypes(makers)}
  let port;
  onmessage = ({ ports: [given] }) => {
    port ??= given;
    const rows = ${shape}Rows(${count});
    const begun = Date.now();
    port.onmessage = ({ data }) => postMessage({ begun, ...data });
    port.postMessage(rows);
  };
  postMessage("ready");`;

/** A worker that stores rows the obvious way. */
const taking = (base) => `
  importScripts(${JSON.stringify(`${base}bench/sql-wasm.js`)});
  onmessage = async ({ ports: [port] }) => {
    const SQL = await initSqlJs({ locateFile: () => ${JSON.stringify(`${base}bench/sql-wasm.wasm`)} });
    const store = await new Promise((resolve, reject) => {
      const opening = indexedDB.open("bench-naive", 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore("files");
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error);
    });
    port.onmessage = ({ data: rows }) => {
      const columns = Object.keys(rows[0]);
      const db = new SQL.Database();
      db.run("BEGIN; CREATE TABLE t (" + columns.map((name) => name + " " + (typeof rows[0][name] === "number" ? (["lat", "mph"].includes(name) ? "REAL" : "INTEGER") : "TEXT")).join(", ") + ")");
      const statement = db.prepare("INSERT INTO t VALUES (" + columns.map(() => "?").join(", ") + ")");
      for (const row of rows) statement.run(columns.map((name) => row[name]));
      statement.free();
      db.run("COMMIT");
      const loaded = Date.now();
      const bytes = db.export();
      const transaction = store.transaction("files", "readwrite", { durability: "strict" });
      transaction.objectStore("files").put(bytes, "t");
      transaction.oncomplete = () => { port.postMessage({ loaded, saved: Date.now() }); db.close(); };
    };
    postMessage("ready");
  };`;

function stripTypes(code) {
  return require("typescript").transpileModule(code, {
    compilerOptions: { target: "es2022" },
  }).outputText;
}

/** Measures against the app at an address, and prints a table. */
export async function benchLoadInBrowser({ url, executablePath, rounds = 5 }) {
  await withPage({ url, executablePath }, async (page) => {
    for (const shape of ["narrow", "mixed"]) {
      const ours = [];
      const naive = [];
      await page.evaluate(
        (markdown) => window.flowbook.open(markdown),
        notebook(shape),
      );
      await page.evaluate(startNaive, [giving(shape), taking(url)]);
      for (let round = 0; round < rounds + warmUps; round += 1) {
        const one = await loadOnce(page);
        const other = await page.evaluate(() => window.loadNaively());
        if (round < warmUps) continue;
        ours.push(one);
        naive.push(other);
      }
      await page.evaluate(() => window.stopNaive());
      print(shape, ours, naive);
    }
  });
}

async function loadOnce(page) {
  const { state, message, result, saved } = await page.evaluate(async () => ({
    ...(await window.flowbook.run()),
    saved: Date.now(),
  }));
  if (state !== "Success") throw new Error(`The run is ${state}: ${message}`);
  const [first, second] = result;
  return {
    first: first.loaded - first.begun,
    loaded: second.loaded - second.begun,
    saved: saved - second.begun,
  };
}

async function startNaive([giver, taker]) {
  const start = (code) =>
    new Worker(
      URL.createObjectURL(new Blob([code], { type: "text/javascript" })),
    );
  const next = (worker) =>
    new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
    });
  const [from, to] = [start(giver), start(taker)];
  const { port1, port2 } = new MessageChannel();
  const ready = next(from);
  const open = next(to);
  to.postMessage(null, [port2]);
  await ready;
  await open;
  let ports = [port1];
  window.loadNaively = async () => {
    const done = next(from);
    from.postMessage(null, ports);
    ports = [];
    const { begun, loaded, saved } = await done;
    return {
      first: loaded - begun,
      loaded: loaded - begun,
      saved: saved - begun,
    };
  };
  window.stopNaive = () => {
    from.terminate();
    to.terminate();
  };
}

function print(shape, ours, naive) {
  console.log(
    `load, ${shape}, ${count.toLocaleString("en")} rows of a task (median of ${ours.length} [least to most])`,
  );
  for (const [name, part] of [
    ["first of a run", "first"],
    ["to a table", "loaded"],
    ["to the disk, strict", "saved"],
  ]) {
    const times = (goes) => goes.map((go) => go[part]);
    const show = (goes) =>
      `${median(times(goes))} ms [${Math.min(...times(goes))} to ${Math.max(...times(goes))}]`;
    const ratio = median(times(naive)) / median(times(ours));
    console.log(
      `  ${name.padEnd(22)} load ${show(ours).padEnd(26)} clone, stmt.run, export, put ${show(naive).padEnd(26)} ${ratio.toFixed(1)} x`,
    );
  }
}
