import type { Schedule } from "../core/schedule.ts";
import type { Clock } from "../engine/clock.ts";
import type { Library } from "../storage/library.ts";
import type { FlowView } from "./drawing.ts";
import { FlowSchedules, type NextRun } from "./flowSchedules.ts";
import { scheduleSetting } from "./scheduleSetting.ts";

/** The notebook whose schedules these are. */
export interface ScheduleHost {
  readonly id: string | undefined;
  /** Why nothing can be run here, if so. */
  readonly readOnly: string | undefined;
  readonly flows: readonly FlowView[];
  readonly flowName: string | undefined;
  /** It is time for a flow. */
  runAtTime(flow: string, next: NextRun): void;
}

/** Whether flows of the open notebook run at their times, and when the next one does. */
export class NotebookSchedules {
  /** Undefined if no flow has a schedule. */
  isOn = $state<boolean>();
  /** When the selected flow runs next by itself. */
  nextAt = $state<number>();

  readonly #library: Library;
  readonly #host: ScheduleHost;
  readonly #times: FlowSchedules;
  #isWanted = false;

  constructor(clock: Clock, library: Library, host: ScheduleHost) {
    this.#library = library;
    this.#host = host;
    this.#times = new FlowSchedules(
      clock,
      (flow, next) => host.runAtTime(flow, next),
      () => this.updateNext(),
    );
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
    this.#times.set([]);
  }

  /** Switches those of the open notebook on or off. */
  async switch(isOn: boolean): Promise<void> {
    this.#isWanted = isOn;
    await this.#library.writeSetting(scheduleSetting(this.#host.id), isOn);
    this.update();
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
    this.#times.set(isInForce ? scheduled : []);
    this.updateNext();
  }

  /** Another flow may be selected. */
  updateNext(): void {
    const { flowName } = this.#host;
    this.nextAt =
      flowName === undefined ? undefined : this.#times.next(flowName)?.at;
  }
}
