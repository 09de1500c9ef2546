import * as Comlink from "comlink";
import { mount } from "svelte";
import packageJson from "../package.json" with { type: "json" };
import { carryErrors } from "./engine/carryErrors.ts";
import { DatabaseConnection } from "./engine/databaseConnection.ts";
import { clock } from "./engine/clock.ts";
import { createFrame, type SandboxFrame } from "./engine/sandbox/frame.ts";
import type {
  DatabaseService,
  EnginePage,
  EngineService,
  SandboxKind,
} from "./engine/services.ts";
import { copyBucket } from "./storage/coldCopy.ts";
import { forgetfulLibrary } from "./storage/forgetfulLibrary.ts";
import { openLibrary } from "./storage/library.ts";
import { Mirror } from "./storage/mirror.ts";
import { markOpenPage, scrub } from "./storage/scrub.ts";
import App from "./ui/App.svelte";
import { makeId } from "./ui/makeId.ts";
import { openAddress } from "./ui/openAddress.ts";
import { createPageApi, type Flowbook } from "./ui/pageApi.ts";
import { Session } from "./ui/session.svelte.ts";
import "./ui/theme.css";

declare global {
  interface Window {
    flowbook: Flowbook;
  }
}

carryErrors();

type DatabaseWorker = DatabaseService & { connect(port: MessagePort): void };

/** A page of somebody else around this one could read what it shows: it is kept away from the reader's notebooks. */
const isEmbedded = window.parent !== window;
let databaseWorker: Worker;
let offerDatabase: Comlink.Remote<DatabaseWorker>;

/** Starts a database worker; it has no notebook open yet. */
function startDatabase(): Comlink.Remote<DatabaseService> {
  databaseWorker = isEmbedded
    ? new Worker(
        new URL("./engine/memoryDatabase.worker.ts", import.meta.url),
        { type: "module", name: "database" },
      )
    : new Worker(new URL("./engine/database.worker.ts", import.meta.url), {
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
  new Worker(new URL("./engine/engine.worker.ts", import.meta.url), {
    type: "module",
    name: "engine",
  }),
);

const workers = Math.max(4, navigator.hardwareConcurrency || 4);
const session = new Session({
  engine,
  database: database.service,
  library: isEmbedded ? forgetfulLibrary() : openLibrary(),
  mirror: new Mirror(),
  fetchExample: (path) => fetch(new URL(`examples/${path}`, document.baseURI)),
  workers,
  clock,
  isEmbedded,
});

const frames = new Map<SandboxKind, SandboxFrame>();
const page: EnginePage = {
  async createSandbox(kind, hosts) {
    frames.get(kind)?.remove();
    const frame = await createFrame(hosts);
    frames.set(kind, frame);
    return Comlink.transfer(frame.control, [frame.control]);
  },
  update: (update) => session.desk.receive(update),
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
  if (isEmbedded) return Promise.resolve();
  mending ??= markOpenPage(makeId(), copyBucket).then(async (wasKilled) => {
    session.isAfterKill = wasKilled;
    if (wasKilled) await scrub();
  });
  return mending;
}

window.flowbook = createPageApi(session, packageJson.version);
mount(App, {
  target: document.getElementById("app") ?? document.body,
  props: { session },
});

const open = (): void => session.begin(openAddress(session, mendAfterKill));
open();
void session.loadExamples();
void session
  .started()
  .then(() => (isEmbedded ? undefined : session.sweep()))
  .catch(() => undefined);
if (isEmbedded)
  void import("./ui/embedding.ts").then(({ answerParent }) =>
    answerParent(window.flowbook, window.parent, window),
  );

window.addEventListener("hashchange", () => {
  if (location.hash !== session.fragment && location.hash !== "") open();
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") session.flush();
});
window.addEventListener("pagehide", () => session.flush());
