import { toErrorData } from "../core/errors.ts";
import { isFinal } from "../core/state.ts";
import type { Clock } from "../engine/clock.ts";
import { planAuto } from "../runs/plans.ts";
import { autoTasks } from "./autoTasks.ts";
import type { Session } from "./session.svelte.ts";

/** How long nothing may have changed, in milliseconds: who types a word does not want a run for each letter. */
const pause = 500;

/** The notebook whose tasks run by themselves. */
export type AutoHost = Pick<
  Session,
  | "id"
  | "notebook"
  | "preview"
  | "readOnly"
  | "isAtWork"
  | "flows"
  | "flowName"
  | "settled"
  | "formParameters"
  | "filesThere"
  | "notify"
> & {
  readonly desk: Pick<
    Session["desk"],
    "running" | "shownRun" | "settled" | "last" | "prepare" | "stored" | "goOn"
  >;
};

/** Lets the tasks of cells that say so run by themselves, a moment after the last change. */
export class AutoRuns {
  readonly #clock: Clock;
  readonly #host: AutoHost;
  #stopWaiting = (): void => {};
  /** How many changes there were. */
  #changes = 0;

  constructor(clock: Clock, host: AutoHost) {
    this.#clock = clock;
    this.#host = host;
  }

  /** The reader has changed the text, the form or a file. */
  changed(): void {
    this.#changes += 1;
    const { id } = this.#host;
    this.#stopWaiting();
    this.#stopWaiting = this.#clock.setTimer(
      this.#clock.now() + pause,
      () => void this.#run(id),
    );
  }

  async #run(notebook: string | undefined): Promise<void> {
    const change = this.#changes;
    const host = this.#host;
    const { desk } = host;
    do {
      await desk.settled();
      await host.filesThere().catch(() => undefined);
      await host.settled();
    } while (desk.running);
    // What was changed meanwhile is waited for by itself.
    if (change !== this.#changes || notebook !== host.id) return;
    const { flowName: flow = "", isAtWork, preview, readOnly } = host;
    const last = desk.last(flow);
    if (!last || !isFinal(last.state) || isAtWork || preview || readOnly)
      return;
    // What cannot be drawn, and a value that does not fit, say so where they stand.
    const parameters = host.formParameters();
    const prepared = await desk
      .prepare({ flow, parameters }, {})
      .catch(() => undefined);
    const plan =
      prepared &&
      planAuto(
        prepared,
        last,
        autoTasks(prepared.graph, host.flows, host.notebook?.cells ?? []),
        desk.stored,
      );
    if (!plan || desk.running) return;
    try {
      // Who looks at an older run goes on to do so.
      const isShown = desk.shownRun === last.run;
      await desk.goOn(last, { ...prepared, ...plan }, isShown);
    } catch (thrown) {
      host.notify("error", toErrorData(thrown).message);
    }
  }
}
