import * as Comlink from "comlink";
import { mount } from "svelte";
import packageJson from "../package.json" with { type: "json" };
import { toErrorData } from "./core/errors.ts";
import { carryErrors } from "./engine/carryErrors.ts";
import { DatabaseConnection } from "./engine/databaseConnection.ts";
import { clock } from "./engine/clock.ts";
import databaseWorkerUrl from "./engine/database.worker.ts?shared-worker";
import engineWorkerUrl from "./engine/engine.worker.ts?shared-worker";
import { createFrame, type SandboxFrame } from "./engine/sandbox/frame.ts";
import type {
  DatabaseService,
  EnginePage,
  EngineService,
  SandboxKind,
} from "./engine/services.ts";
import { readLink } from "./notebook/link.ts";
import { copyBucket } from "./storage/coldCopy.ts";
import { openLibrary } from "./storage/library.ts";
import { Mirror } from "./storage/mirror.ts";
import { markOpenPage, scrub } from "./storage/scrub.ts";
import App from "./ui/App.svelte";
import { makeId } from "./runs/makeId.ts";
import { createPageApi, type Flowbook } from "./ui/pageApi.ts";
import { endOpening, quiet } from "./ui/quiet.ts";
import { Session } from "./ui/session.svelte.ts";

declare global {
  interface Window {
    flowbook: Flowbook;
  }
}

carryErrors();

type DatabaseWorker = DatabaseService & { connect(port: MessagePort): void };

let databaseWorker: Worker;
let offerDatabase: Comlink.Remote<DatabaseWorker>;

/** Starts a database worker; it has no notebook open yet. */
function startDatabase(): Comlink.Remote<DatabaseService> {
  databaseWorker = new Worker(databaseWorkerUrl, {
    type: "module",
    name: "database",
  });
  offerDatabase = Comlink.wrap<DatabaseWorker>(databaseWorker);
  return offerDatabase as Comlink.Remote<DatabaseService>;
}

/** A port of the database worker, to be handed to the engine worker. */
function openDatabasePort(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  void offerDatabase.connect(Comlink.transfer(port1, [port1]));
  return Comlink.transfer(port2, [port2]);
}

const database = new DatabaseConnection(startDatabase());
const engine = Comlink.wrap<EngineService>(
  new Worker(engineWorkerUrl, { type: "module", name: "engine" }),
);

const workers = Math.max(4, navigator.hardwareConcurrency || 4);
const session = new Session({
  engine,
  database: database.service,
  library: openLibrary(),
  mirror: new Mirror(),
  readyExample: async (name) =>
    name === "aircraft-etl"
      ? (await import("virtual:first-visit")).default
      : undefined,
  fetchExample: (path) => fetch(new URL(`examples/${path}`, document.baseURI)),
  workers,
  clock,
});

const frames = new Map<SandboxKind, SandboxFrame>();
const page: EnginePage = {
  async createSandbox(kind, hosts) {
    frames.get(kind)?.remove();
    const frame = await createFrame(hosts);
    frames.set(kind, frame);
    return Comlink.transfer(frame.control, [frame.control]);
  },
  update: (update) => session.receive(update),
  async restartDatabase() {
    databaseWorker.terminate();
    const remote = startDatabase();
    if (session.id !== undefined)
      await remote.open(session.id, { readOnly: session.isFollowing });
    database.replace(remote);
    return openDatabasePort();
  },
};

void engine.connect(openDatabasePort(), Comlink.proxy(page), {
  workers,
  hosts: [],
});

let mending: Promise<void> | undefined;

/** Does, once, what has to be done before anything is written if the browser was killed. */
function mendAfterKill(): Promise<void> {
  mending ??= markOpenPage(makeId(), copyBucket).then(async (wasKilled) => {
    session.isAfterKill = wasKilled;
    if (wasKilled) await scrub();
  });
  return mending;
}

/** Opens what the address names: a notebook of this device, a link, or the example on the first visit. */
async function openAddress(): Promise<void> {
  const fragment = location.hash;
  try {
    await mendAfterKill();
    if (fragment.startsWith("#n."))
      return await session.openNotebook(fragment.slice(3));
    if (fragment.startsWith("#f"))
      return await session.openForeign(await readLink(fragment));
    await session.refreshLibrary();
    if (session.library.length === 0 && session.losses.notebooks.length === 0)
      return await session.openExample("aircraft-etl");
  } catch (thrown) {
    session.notify("error", toErrorData(thrown).message);
  }
  await session.goHome();
}

window.flowbook = createPageApi(session, packageJson.version);
mount(App, {
  target: document.getElementById("app") ?? document.body,
  props: { session },
});

session.begin(openAddress());
void session.loadExamples();
void session
  .settled()
  .catch(() => {})
  .then(endOpening);
void quiet.then(() => session.prepareToEdit());
if (import.meta.env.PROD)
  void quiet
    .then(() => import("./pwa/page.ts"))
    .then(({ startPwa }) =>
      startPwa({
        updated: () =>
          session.notify("info", "There is a new version of Flowbook.", {
            label: "New version: reload",
            run: () => location.reload(),
          }),
        opened: (files) =>
          void import("./ui/systemFiles.ts").then(({ openSystemFiles }) =>
            openSystemFiles(session, files),
          ),
      }),
    );

window.addEventListener("hashchange", () => {
  const isOpen = location.hash === `#n.${session.id}`;
  if (!isOpen && location.hash !== "") session.begin(openAddress());
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") session.flush();
});
window.addEventListener("pagehide", () => session.flush());
