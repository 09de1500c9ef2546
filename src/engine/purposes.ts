import type { SandboxKind } from "./services.ts";
import type { WorkerExecutor } from "./workerExecutor.ts";

/** What workers are wanted for. Runs, views and previews share the runner's frame, but no workers: none must disturb another. */
export type Purpose = "trace" | "view" | "preview" | "run";

export const sandboxOf = {
  trace: "tracer",
  view: "runner",
  preview: "runner",
  run: "runner",
} satisfies Record<Purpose, SandboxKind>;

/** Workers that hold one version of the notebook. */
export interface Workers {
  program: string;
  executor: WorkerExecutor;
}
