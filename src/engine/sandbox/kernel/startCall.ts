import { type Current, NothingRunsYet } from "./current.ts";
import type { Definition } from "./definition.ts";
import { arrange, inputNames, isMappedOver } from "./drawCall.ts";
import { flowBodyError } from "./flowBodyError.ts";
import { runMap } from "./mapCall.ts";
import { makeStarted } from "./refs.ts";
import { addTrail } from "./stack.ts";
import { hasRef, resolveRefs } from "./template.ts";
import { isUnmapped } from "./unmapped.ts";

/** A call of a task anywhere but in a flow body: starts the function at once. `depth` is how many levels of a map it is. */
export function startCall(
  current: Current,
  definition: Definition,
  given: readonly unknown[],
  depth: number,
): unknown {
  const { fn, root, builtIn } = definition;
  const { job } = current;
  const trail = new Error();
  if (job) job.hasCalled = true;
  const name = root.name ?? fn.name;
  const run = async () => {
    if (job?.kind === "trace")
      throw new NothingRunsYet(`Calling the task ${name}`);
    if (depth === 0 && given.some(isUnmapped))
      throw flowBodyError(
        `unmapped(...) belongs to a map: ${name}.map(xs, unmapped(y)). In a plain call, pass the value itself.`,
      );
    const args = arrange(definition, given, depth);
    // Without refs the function starts within the call, as a plain function would.
    const values = hasRef(args)
      ? ((await resolveRefs(args)) as unknown[])
      : args;
    if (depth === 0) return await fn(...values);
    const inputs = inputNames(definition);
    return await runMap(
      `${name}${".map".repeat(depth)}`,
      fn,
      values.map((value, index) => ({
        name: inputs[index] || `argument ${index + 1}`,
        value,
        isList: isMappedOver(given[index]),
      })),
      depth,
    );
  };
  const promise = run().catch((thrown: unknown) => {
    throw addTrail(thrown, trail);
  });
  if (!job) return makeStarted(promise);
  return builtIn?.isTracked
    ? job.track(promise)
    : makeStarted(job.guard(promise));
}
