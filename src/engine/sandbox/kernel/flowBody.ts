import { FlowError } from "../../../core/errors.ts";
import type { Current } from "./current.ts";
import { flowBodyError } from "./flowBodyError.ts";
import { refOf } from "./refs.ts";
import type { Tracer } from "./tracer.ts";

/** The flow body that something of the language belongs in. */
export function bodyTracer(
  { tracer }: Current,
  what: string,
  advice: string,
): Tracer {
  if (tracer) return tracer;
  throw new FlowError(
    "flow-body",
    `${what} stands outside a flow body, and only means something inside one. ${advice}`,
  );
}

/** Refuses what an async function returned that draws a part of a graph; `what` is what the function is called. */
export function refuseAsync(what: string, result: unknown): void {
  if (refOf(result) || !(result instanceof Promise)) return;
  // One that awaited a ref has failed by now; what follows says it better.
  result.catch(() => {});
  throw flowBodyError(
    `${what} is not async here: nothing has run yet, so there is nothing to await. Remove async and await.`,
  );
}
