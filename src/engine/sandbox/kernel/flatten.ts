import { FlowError } from "../../../core/errors.ts";
import { flattenList } from "../../../core/template.ts";
import { type Current, NothingRunsYet } from "./current.ts";
import { flowBodyError } from "./flowBodyError.ts";
import { makeStarted, makeWire } from "./refs.ts";
import { hasRef, isConstant, resolveRefs } from "./template.ts";

/** `flatten(lists)`: in a flow body a ref of the list with one level less, elsewhere a started one. */
export function flatten(current: Current, lists: unknown): unknown {
  const { tracer, job } = current;
  if (!tracer) {
    const run = async () => {
      if (!job || job.kind === "trace")
        throw new NothingRunsYet("flatten(...)");
      const value = hasRef(lists) ? await resolveRefs(lists) : lists;
      return flattenList(value, () => "the argument of flatten");
    };
    const promise = run();
    return makeStarted(job ? job.guard(promise) : promise);
  }
  const of = tracer.template(lists, "the argument of flatten", "lists");
  if (of.type === "object")
    throw flowBodyError(
      "flatten takes a list of lists, not an object. To flatten what is in it, write flatten([object.a, object.b]).",
    );
  if (!isConstant(of))
    return makeWire(
      tracer,
      { type: "flatten", of, path: [] },
      "the flattened list",
    );
  try {
    const value = flattenList(of.value, () => "the argument of flatten");
    return makeWire(tracer, { type: "value", value }, "the flattened list");
  } catch (thrown) {
    throw thrown instanceof FlowError ? flowBodyError(thrown.message) : thrown;
  }
}
