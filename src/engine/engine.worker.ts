/** The engine worker: the scheduler, its clock, and the workers of the sandbox. No user code runs here. */
import * as Comlink from "comlink";
import { leaveOutAsked } from "../core/askedEvents.ts";
import { carryErrors } from "./carryErrors.ts";
import { carryGraphs } from "./carryGraphs.ts";
import { Engine } from "./engine.ts";
import { nameMissingParts } from "./missingParts.ts";
import type { DatabaseService, EnginePage, EngineService } from "./services.ts";

carryErrors();
carryGraphs();
nameMissingParts();
const engine = new Engine();

const service: EngineService = {
  connect(database, remote, options) {
    // Comlink turns the page's proxy into one whose every method gives a promise.
    const page = remote as Comlink.Remote<Required<EnginePage>>;
    return engine.connect(
      Comlink.wrap<DatabaseService>(database),
      {
        createSandbox: (kind, hosts) => page.createSandbox(kind, hosts),
        update: (update) =>
          page.update({ ...update, events: leaveOutAsked(update.events) }),
        restartDatabase: (entered) => page.restartDatabase(entered),
        handOverDatabase: (reading) => page.handOverDatabase(reading),
        endDatabase: (reading) => page.endDatabase(reading),
      } as Comlink.Remote<EnginePage>,
      options,
    );
  },
  configure: (options) => engine.configure(options),
  trace: (program) => engine.trace(program),
  run: (request) => over(engine.run(request)),
  resume: (request) => over(engine.resume(request)),
  proceed: (request) => over(engine.proceed(request)),
  cancel: (task) => engine.cancel(task),
  restartDatabase: () => engine.restartDatabase(),
  awaitDatabase: async (waiting) => engine.awaitDatabase(waiting),
  view: (program, cell, flows) => engine.view(program, cell, flows),
  preview: (program, cell) => engine.preview(program, cell),
};

/** The page has been told of the events of a run: of a large one they are not to be copied once more. */
async function over(driven: Promise<unknown>): Promise<void> {
  await driven;
}

Comlink.expose(service);
