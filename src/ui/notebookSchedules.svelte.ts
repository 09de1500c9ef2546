import type { Schedule } from "../core/schedule.ts";
import type { Clock } from "../engine/clock.ts";
import type { Library } from "../storage/library.ts";
import type { FlowView } from "./drawing.ts";
import type { FlowSchedules, NextRun, ScheduledFlow } from "./flowSchedules.ts";
import { scheduleSetting } from "./scheduleSetting.ts";

/** The notebook whose schedules these are. */
export interface ScheduleHost {
  readonly id: string | undefined;
  /** Why nothing can be run here, if so. */
  readonly readOnly: string | undefined;
  readonly flows: readonly FlowView[];
  readonly flowName: string | undefined;
  /** Whether a run is going on. */
  readonly desk: { readonly running: boolean };
  /** It is time for a flow: settles when its run has come to rest; never rejects. */
  runAtTime(next: NextRun): Promise<void>;
}

/** Whether flows of the open notebook run at their times, and when the next one does. */
export class NotebookSchedules {
  /** Undefined if no flow has a schedule. */
  isOn = $state<boolean>();
  /** When the selected flow runs next by itself. */
  nextAt = $state<number>();

  readonly #library: Library;
  readonly #host: ScheduleHost;
  readonly #clock: Clock;
  /** Fetched for the first flow that has a schedule in force. */
  #times: FlowSchedules | undefined;
  #fetching: Promise<void> | undefined;
  #inForce: readonly ScheduledFlow[] = [];
  #isWanted = false;
  /** Flows of a moment that has come: the one that is being run, and those that are to be run after it. */
  #due: NextRun[] = [];

  constructor(clock: Clock, library: Library, host: ScheduleHost) {
    this.#library = library;
    this.#host = host;
    this.#clock = clock;
  }

  /** Whether flows of a notebook shall run at their times, as it was said last. */
  async isWanted(id: string): Promise<boolean> {
    return (
      (await this.#library.readSetting<boolean>(scheduleSetting(id))) ?? false
    );
  }

  /** Nothing runs by itself until `update`, and then only if it is wanted. */
  stop(isWanted = this.#isWanted): void {
    this.#isWanted = isWanted;
    this.#due.length = 0;
    this.#set([]);
  }

  /** Switches those of the open notebook on or off, in this tab also if that cannot be kept. */
  async switch(isOn: boolean): Promise<void> {
    this.#isWanted = isOn;
    const { id } = this.#host;
    this.update();
    await this.#fetching;
    await this.#library.writeSetting(scheduleSetting(id), isOn);
  }

  /** Switches those of a notebook that is new on. */
  async begin(id: string): Promise<void> {
    await this.#library.writeSetting(scheduleSetting(id), true);
  }

  /** The schedules of a flow as it stands in the text. */
  of(flow: string): readonly Schedule[] {
    const view = this.#host.flows.find(({ name }) => name === flow);
    return view?.graph && !view.error ? view.graph.settings.schedules : [];
  }

  /** Takes the schedules as they stand in the text. */
  update(): void {
    const { flows, id, readOnly } = this.#host;
    const scheduled = flows.flatMap(({ name }) => {
      const schedules = this.of(name);
      return schedules.length > 0 ? [{ flow: name, schedules }] : [];
    });
    this.isOn = scheduled.length > 0 ? this.#isWanted : undefined;
    const isInForce = this.#isWanted && !readOnly && id !== undefined;
    this.#set(isInForce ? scheduled : []);
    this.updateNext();
  }

  #set(flows: readonly ScheduledFlow[]): void {
    this.#inForce = flows;
    if (this.#times) this.#times.set(flows);
    else if (flows.length > 0) this.#fetching ??= this.#fetch();
  }

  async #fetch(): Promise<void> {
    try {
      const { FlowSchedules } = await import("./flowSchedules.ts");
      this.#times = new FlowSchedules(
        this.#clock,
        (due) => void this.#run(due),
        () => this.updateNext(),
      );
      this.#times.set(this.#inForce);
    } catch {
      // The page is told of a part that does not come; the next change asks for it once more.
    } finally {
      this.#fetching = undefined;
    }
  }

  /** Runs the flows of one moment after one another; all of them are missed while another run is going on, or those of an earlier moment. */
  async #run(due: readonly NextRun[]): Promise<void> {
    if (this.#due.length > 0) return;
    const left = (this.#due = [...due]);
    for (; left.length > 0; left.shift()) {
      const { desk, readOnly } = this.#host;
      if (this.isOn && !readOnly && !desk.running)
        await this.#host.runAtTime(left[0]!);
    }
  }

  /** Another flow may be selected. */
  updateNext(): void {
    const { flowName } = this.#host;
    this.nextAt =
      flowName === undefined ? undefined : this.#times?.next(flowName)?.at;
  }
}
