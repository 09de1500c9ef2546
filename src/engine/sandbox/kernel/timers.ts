import { type Current, refuseWhileDrawing } from "./current.ts";
import type { Job } from "./job.ts";

/** Timers for cells: refused while the graph is drawn, and gone at the end of the job that set them. */
export function makeTimers(current: Current): Record<string, unknown> {
  const running = new Map<number, { job: Job; timer: number }>();
  let nextId = 1;

  const set =
    (name: string, repeats: boolean) =>
    (callback: unknown, milliseconds?: unknown, ...args: unknown[]) => {
      refuseWhileDrawing(current, name);
      if (typeof callback !== "function")
        throw new TypeError(`${name} takes a function.`);
      const { job } = current;
      if (!job) return 0;
      const id = nextId++;
      const arm = () => {
        const timer = job.setTimeout(
          () => {
            if (repeats) arm();
            else running.delete(id);
            (callback as (...args: unknown[]) => void)(...args);
          },
          Number(milliseconds) || 0,
        );
        running.set(id, { job, timer });
      };
      arm();
      return id;
    };
  const clear = (id: unknown) => {
    const entry = running.get(id as number);
    running.delete(id as number);
    entry?.job.clearTimeout(entry.timer);
  };
  return {
    setTimeout: set("setTimeout", false),
    setInterval: set("setInterval", true),
    clearTimeout: clear,
    clearInterval: clear,
  };
}
