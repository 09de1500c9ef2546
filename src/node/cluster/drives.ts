import type { WorkerExecutor } from "../../engine/workerExecutor.ts";
import type { AttemptOnWorker } from "./attemptOnWorker.ts";
import type { JobData } from "./messages.ts";

/** How many drives' threads are kept: those of the one before go when another has come. */
const mostDrives = 2;

/** The threads of a drive of a run. */
export interface Drive {
  executor: WorkerExecutor;
  attempts: Map<number, AttemptOnWorker>;
  /** How many jobs of it are here. */
  jobs: number;
}

/** Fresh threads for each drive: nothing that another left in a global is there. */
export class Drives {
  readonly #make: (data: JobData) => Promise<Drive>;
  readonly #known = new Map<string, Promise<Drive>>();

  constructor(make: (data: JobData) => Promise<Drive>) {
    this.#make = make;
  }

  /** The threads of the job's drive. */
  open(data: JobData): Promise<Drive> {
    const { drive } = data;
    let known = this.#known.get(drive);
    if (known) return known;
    known = this.#make(data);
    this.#known.set(drive, known);
    known.catch(() => this.#known.delete(drive));
    void this.#forget();
    return known;
  }

  /** Ends all of them. */
  async close(): Promise<void> {
    for (const drive of this.#known.values())
      (await drive.catch(() => undefined))?.executor.close();
  }

  async #forget(): Promise<void> {
    for (const [id, opening] of [...this.#known].slice(0, -1)) {
      if (this.#known.size <= mostDrives) return;
      const drive = await opening.catch(() => undefined);
      if (!drive || drive.jobs > 0) continue;
      this.#known.delete(id);
      drive.executor.close();
    }
  }
}
