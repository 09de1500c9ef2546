/** A session whose browser and workers are the test. */
import "./runes.ts";
import { vi } from "vitest";
import type { RunEvent } from "../../src/core/events.ts";
import type { Graph } from "../../src/core/graph.ts";
import type { Parameter } from "../../src/core/parameter.ts";
import type { Schedule } from "../../src/core/schedule.ts";
import type { TraceReport } from "../../src/engine/protocol.ts";
import type { CopyEntry, RunRequest } from "../../src/engine/services.ts";
import type { Program } from "../../src/notebook/compile/program.ts";
import type { LibraryEntry } from "../../src/storage/library.ts";
import { forgetfulLibrary } from "../../src/storage/forgetfulLibrary.ts";
import { createPageApi } from "../../src/ui/pageApi.ts";
import { Session, type SessionParts } from "../../src/ui/session.svelte.ts";
import { TabMessages } from "../../src/ui/tabMessages.ts";
import { makeGraph } from "../core/makeGraph.ts";
import { startOf } from "../core/simulate.ts";
import { updateOf } from "./runs.ts";

/** A notebook with one flow. */
export const notebookOf = (flow: string) =>
  `---\nflowbook: 1\ntitle: ${flow}\n---\n\n\`\`\`ts main\nflow("${flow}", () => {})\n\`\`\`\n`;

/** Lets everything go on that is under way, in tasks of its own too; what waits for the test waits still. */
export async function allDone(): Promise<void> {
  for (let step = 0; step < 20; step += 1)
    await new Promise((resolve) => setImmediate(resolve));
}

/** Waits of a test by name: who comes to one waits until the test lets it go on. */
class Gates {
  readonly #closed = new Map<string, Promise<unknown>>();
  readonly #reached = new Map<string, () => void>();

  /** Closes a gate; gives what waits until somebody has come to it, and what opens it or makes it fail. */
  close(name: string) {
    let open = (): void => {};
    let fail = (_: Error): void => {};
    const closed = new Promise<void>((resolve, reject) => {
      open = resolve;
      fail = reject;
    });
    closed.catch(() => {});
    this.#closed.set(name, closed);
    const reached = new Promise<void>((resolve) =>
      this.#reached.set(name, resolve),
    );
    const end =
      <T extends unknown[]>(how: (...of: T) => void) =>
      (...of: T) => {
        this.#closed.delete(name);
        how(...of);
      };
    return { reached, open: end(open), fail: end(fail) };
  }

  async pass(name: string): Promise<void> {
    this.#reached.get(name)?.();
    await this.#closed.get(name);
  }
}

/** A session with these notebooks in its library, each with one flow of its name. */
export function makeSession(...notebooks: string[]) {
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("location", {
    pathname: "/",
    origin: "http://x",
    href: "http://x/",
  });
  vi.stubGlobal("history", { pushState() {}, replaceState() {} });
  const gates = new Gates();
  const texts = new Map(notebooks.map((id) => [id, notebookOf(id)]));
  const entries = new Map<string, LibraryEntry>();
  const calls: string[] = [];
  /** By flow. */
  const schedules = new Map<string, Schedule[]>();
  /** Of each flow. */
  const parameters: Parameter[] = [];
  let now = 0;
  let timer: { at: number; call: () => void } | undefined;
  const settings = forgetfulLibrary();
  const put = async (id: string, entry: LibraryEntry, text: string) => {
    await gates.pass(`write ${id}`);
    texts.set(id, text);
    entries.set(id, entry);
  };
  const library: SessionParts["library"] = {
    ...settings,
    list: () => Promise.resolve([...entries.values()]),
    async read(id) {
      await gates.pass(`read ${id}`);
      return texts.get(id);
    },
    write: put,
    writeAsOwner: put,
    remove(id) {
      const [text, entry] = [texts.get(id), entries.get(id)];
      texts.delete(id);
      entries.delete(id);
      return Promise.resolve(
        text === undefined || !entry
          ? undefined
          : { title: entry.title, putBack: () => put(id, entry, text) },
      );
    },
  };
  const opening = (id: string) => ({
    ...{
      runs: [],
      files: [],
      outputs: {},
      cache: [],
      tablesNow: [],
      generation: 0,
    },
    ...{ damage: undefined, slow: undefined, id },
  });
  let open = "";
  /** The notebook whose code the engine may have workers with, and what was opened while it was another's. */
  let engaged: string | undefined;
  const reached: string[] = [];
  const database = {
    async open(id: string) {
      calls.push(`open ${id}`);
      if (engaged !== undefined && engaged !== id)
        reached.push(`${id} by ${engaged}`);
      await gates.pass(`open ${id}`);
      open = id;
      return opening(id);
    },
    refresh: () => Promise.resolve(opening(open)),
    async remove(id: string) {
      await gates.pass(`remove ${id}`);
      calls.push(`remove ${id}`);
    },
    async importDatabase() {
      await gates.pass("import");
      calls.push(`import ${open}`);
    },
    exportDatabase: () => Promise.resolve(new Blob()),
    tables: () => Promise.resolve([]),
    files: () => Promise.resolve([]),
    logs: () => Promise.resolve([]),
    results: () => Promise.resolve([]),
    copies: () => Promise.resolve<CopyEntry[]>([]),
    cacheEntries: () => Promise.resolve([]),
    tablesNow: () => Promise.resolve([]),
    appendEvents: () => Promise.resolve(),
    retainResults: () => Promise.resolve(),
    saveOutputs: () => Promise.resolve(),
    fileHash: (): Promise<string | undefined> => Promise.resolve(undefined),
    async writeFile(name: string) {
      calls.push(`write file ${name}`);
    },
    keepCopy: () => Promise.resolve(),
  };
  /** What tracing finds wrong, which then gives no graph. */
  const wrong: TraceReport["errors"][number][] = [];
  const engine = {
    async configure({ notebook }: { notebook: string | undefined }) {
      engaged = notebook ?? "one that is not said";
    },
    trace: ({ flows }: Program) =>
      Promise.resolve({
        graphs: flows
          .filter(() => wrong.length === 0)
          .map(({ name }): Graph => {
            const graph = makeGraph(
              { a: [] },
              { schedules: schedules.get(name) ?? [] },
            );
            const given = parameters.map((parameter) => ({
              kind: "parameter" as const,
              id: parameter.name,
              name: parameter.name,
              parameter,
            }));
            return { ...graph, flow: name, nodes: [...graph.nodes, ...given] };
          }),
        errors: wrong,
      }),
    async run({
      run,
      graph,
      parameters,
    }: Pick<RunRequest, "run" | "graph" | "parameters">) {
      calls.push(`run ${graph.flow} in ${open}`);
      await gates.pass("run");
      const events: RunEvent[] = [
        startOf(graph, { run, at: 10, parameters }),
        { type: "attempt-started", at: 11, task: 0, attempt: 1 },
        { type: "attempt-returned", at: 12, task: 0, attempt: 1 },
        { type: "attempt-committed", at: 13, task: 0, attempt: 1, size: 1 },
      ];
      session.receive(updateOf(run, events));
    },
    cancel: () => Promise.resolve(),
    view: () => Promise.resolve([]),
  };
  const tabs = new TabMessages(undefined);
  const parts: SessionParts = {
    engine: engine as never,
    database: database as never,
    library,
    mirror: {
      notebooks: {},
      note() {},
      forget() {},
      flush() {},
    } as never,
    readyExample: () => Promise.resolve(undefined),
    async fetchExample(path) {
      await gates.pass(`fetch ${path}`);
      return new Response(texts.get(path) ?? notebookOf("example"));
    },
    workers: 4,
    clock: {
      now: () => now,
      setTimer(at, call) {
        const set = (timer = { at, call });
        return () => {
          if (timer === set) timer = undefined;
        };
      },
    },
    isEmbedded: false,
    isDenied: false,
    guardClosing: (isGuarded) => {
      calls.push(isGuarded ? "guard closing" : "let it close");
    },
    tabs,
  };
  const session = new Session(parts);
  const said = () => session.notices.all.map(({ message }) => message);
  /** Lets time pass until what the session waits for is due; whether it waited for any. */
  const ring = (): boolean => {
    const due = timer;
    timer = undefined;
    if (due) now = due.at;
    due?.call();
    return due !== undefined;
  };
  const api = createPageApi(session, "0");
  return {
    ...{ session, api, parts, library, database, engine, gates },
    ...{
      calls,
      reached,
      texts,
      entries,
      said,
      schedules,
      parameters,
      ring,
      wrong,
    },
  };
}
