import * as Comlink from "comlink";
import { mount } from "svelte";
import { version } from "../package.json";
import { carryErrors } from "./engine/carryErrors.ts";
import { carryGraphs } from "./engine/carryGraphs.ts";
import { DatabaseConnection } from "./engine/databaseConnection.ts";
import { clock } from "./engine/clock.ts";
import databaseWorkerUrl from "./engine/database.worker.ts?shared-worker";
import memoryDatabaseWorkerUrl from "./engine/memoryDatabase.worker.ts?shared-worker";
import engineWorkerUrl from "./engine/engine.worker.ts?shared-worker";
import type { FormerDatabases } from "./engine/formerDatabases.ts";
import { nameMissingParts } from "./engine/missingParts.ts";
import { createFrame, type SandboxFrame } from "./engine/sandbox/frame.ts";
import type {
  DatabaseService,
  EnginePage,
  EngineService,
  SandboxKind,
} from "./engine/services.ts";
import { copyBucket } from "./storage/coldCopy.ts";
import { forgetfulLibrary } from "./storage/forgetfulLibrary.ts";
import { ownVersion } from "./pwa/version.ts";
import { openLibrary } from "./storage/library.ts";
import { Mirror } from "./storage/mirror.ts";
import { isStorageDenied } from "./storage/storageDenied.ts";
import { openTabChannel } from "./storage/tabChannel.ts";
import { markOpenPage } from "./storage/openPages.ts";
import { mend } from "./storage/useStore.ts";
import App from "./ui/App.svelte";
import { makeId } from "./runs/makeId.ts";
import { openAddress } from "./ui/openAddress.ts";
import { knowProse } from "./ui/prose/proseTrees.ts";
import { createPageApi, type Flowbook } from "./ui/pageApi.ts";
import { endOpening, quiet, touched } from "./ui/quiet.ts";
import { Session } from "./ui/session.svelte.ts";
import { TabMessages, type TabMessage } from "./ui/tabMessages.ts";
import { ownTurn, painted } from "./ui/turns.ts";

declare global {
  interface Window {
    flowbook: Flowbook;
  }
}

carryErrors();
carryGraphs();

type DatabaseWorker = DatabaseService & { connect(port: MessagePort): void };

/** A page of somebody else around this one could read what it shows: it is kept away from the reader's notebooks. */
const isEmbedded = window.parent !== window;
const isDenied = !isEmbedded && isStorageDenied();
/** Then there is memory in the place of the browser's storage. */
const isForgetful = isEmbedded || isDenied;
/** After how many milliseconds the page wonders why nothing is open. */
const patience = 10_000;
const tabChannel = openTabChannel();
const tabs = new TabMessages(tabChannel);
let databaseWorker: Worker;
let offerDatabase: Comlink.Remote<DatabaseWorker>;

/** Starts a database worker; it has no notebook open yet. */
function startDatabase(): Comlink.Remote<DatabaseService> {
  databaseWorker = new Worker(
    isForgetful ? memoryDatabaseWorkerUrl : databaseWorkerUrl,
    { type: "module", name: "database" },
  );
  if (!tabChannel)
    databaseWorker.addEventListener(
      "message",
      // Its answers are Comlink's.
      ({ data }: MessageEvent<TabMessage>) =>
        data.type === "written" && tabs.hear(data),
    );
  offerDatabase = Comlink.wrap<DatabaseWorker>(databaseWorker);
  return offerDatabase as Comlink.Remote<DatabaseService>;
}

/** A port of the database worker, to be handed to the engine worker. */
function openDatabasePort(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  void offerDatabase.connect(Comlink.transfer(port1, [port1]));
  return Comlink.transfer(port2, [port2]);
}

const database = new DatabaseConnection(
  startDatabase(),
  (waiting) => void engine.awaitDatabase(waiting),
);
let former: FormerDatabases | undefined;
const engine = Comlink.wrap<EngineService>(
  new Worker(engineWorkerUrl, { type: "module", name: "engine" }),
);

const library = isForgetful ? forgetfulLibrary() : openLibrary();
const workers = Math.max(4, navigator.hardwareConcurrency || 4);
const session = new Session({
  engine,
  database: database.service,
  library,
  tabs,
  mirror: new Mirror(),
  async readyExample(name) {
    if (name !== "aircraft-etl") return undefined;
    const { default: example } = await import("virtual:first-visit");
    knowProse(example.prose);
    return example;
  },
  fetchExample(path) {
    const address = new URL(`examples/${path}`, document.baseURI);
    // The service worker answers from what came with this page, though a newer version may be there.
    address.search = ownVersion() ?? "";
    return fetch(address);
  },
  workers,
  clock,
  isEmbedded,
  isDenied,
  // Firefox keeps a page that listens for this out of its back-forward cache.
  guardClosing: (isGuarded) =>
    window[isGuarded ? "addEventListener" : "removeEventListener"](
      "beforeunload",
      askAtRisk,
    ),
});

function askAtRisk(event: Event): void {
  if (session.isAtRisk) event.preventDefault();
}

nameMissingParts((message) => session.notify("error", message));

const frames = new Map<SandboxKind, SandboxFrame>();
const page: EnginePage = {
  async createSandbox(kind, hosts) {
    frames.get(kind)?.remove();
    const frame = await createFrame(hosts);
    frames.set(kind, frame);
    return Comlink.transfer(frame.control, [frame.control]);
  },
  update: (update) => session.receive(update),
  async restartDatabase(entered) {
    databaseWorker.terminate();
    const remote = startDatabase();
    try {
      await session.openIn(remote);
    } finally {
      // Whoever waits for an answer of the old one is told in any case.
      database.replace(remote, entered);
    }
    return openDatabasePort();
  },
  async handOverDatabase(reading) {
    const { FormerDatabases } = await import("./engine/formerDatabases.ts");
    former ??= new FormerDatabases();
    if (!former.mayLeave(database, reading)) return undefined;
    const before = [databaseWorker, offerDatabase] as const;
    const remote = startDatabase();
    try {
      await session.openIn(remote);
    } catch {
      databaseWorker.terminate();
      [databaseWorker, offerDatabase] = before;
      return undefined;
    }
    former.leave(database, remote, reading, () => before[0].terminate());
    return openDatabasePort();
  },
  endDatabase: (reading) => Promise.resolve(former?.end(reading) ?? false),
};

void engine.connect(openDatabasePort(), Comlink.proxy(page), {
  workers,
  hosts: [],
});

let mending: Promise<void> | undefined;

/** Does, once, what has to be done before anything is written if the browser was killed. */
function mendAfterKill(): Promise<void> {
  if (isForgetful) return Promise.resolve();
  // Without room for that, each write tries it again, and says so.
  mending ??= markOpenPage(makeId(), copyBucket, mend).then((wasKilled) => {
    session.isAfterKill = wasKilled;
  });
  return mending;
}

window.flowbook = createPageApi(session, version);
// What index.html shows is seen before a slow machine is busy with the page.
const mounted = painted().then(() =>
  mount(App, {
    target: document.getElementById("app") ?? document.body,
    props: { session },
  }),
);

// What is opened writes an address of its own.
const { search } = location;
function open(): Promise<void> {
  const opened = mounted.then(() => openAddress(session, mendAfterKill));
  session.begin(opened);
  return opened;
}
let isOpened = false;
void open().finally(() => (isOpened = true));
if (!isForgetful)
  clock.setTimer(clock.now() + patience, () => {
    if (isOpened) return;
    const ask = () => Promise.all([mendAfterKill(), library.settingNames()]);
    void import("./ui/silentStorage.ts").then(({ tellSilence }) =>
      tellSilence(session, clock, ask, () => isOpened),
    );
  });
void mounted.then(() => session.loadExamples());
void session
  .settled()
  .catch(() => {})
  .then(endOpening);
void Promise.all([quiet, touched])
  .then(ownTurn)
  .then(() => session.text.prepareToEdit());
if (isEmbedded)
  void import("./ui/embedding.ts").then(({ answerParent }) =>
    answerParent(window.flowbook, window.parent, window),
  );
else
  void quiet
    .then(ownTurn)
    .then(() => session.leftovers())
    .then((leftovers) => leftovers.sweep(Date.now()))
    .catch(() => {});
// A page that may store nothing cannot be installed either.
if (import.meta.env.PROD && !isForgetful)
  void quiet
    .then(ownTurn)
    .then(() => import("./pwa/page.ts"))
    .then(({ startPwa }) =>
      startPwa(
        {
          updated: () =>
            void import("./ui/newVersion.ts").then(({ offerReload }) =>
              offerReload(session, () => location.reload()),
            ),
          opened: (...files) =>
            void import("./ui/systemFiles.ts").then(({ openSystemFiles }) =>
              openSystemFiles(session, ...files),
            ),
        },
        search,
      ),
    );

session.addressBar.onTravel(open);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") session.flush();
});
window.addEventListener("pagehide", () => {
  session.flush();
  session.leave();
});
