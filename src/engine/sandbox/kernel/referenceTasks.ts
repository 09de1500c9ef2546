import type { NodeId, TaskNode } from "../../../core/graph.ts";
import { listNames, showValue } from "../../../core/words.ts";
import { definitionOf, isTask } from "./definition.ts";
import { lateRefusal } from "./flowOptions.ts";
import type { Tracer } from "./tracer.ts";

/** The nodes that the option `referenceTasks` of a flow means; undefined if it names none. */
export function findReference(tracer: Tracer): NodeId[] | undefined {
  const { referenceTasks } = tracer.definition.settings;
  if (referenceTasks.length === 0) return undefined;
  const nodes = [...tracer.made].map(
    (id) => tracer.drawing.nodes.get(id) as TaskNode,
  );
  const own = nodes.filter(
    ({ within }) => within.length === tracer.within.length,
  );
  const found = new Set<NodeId>();
  for (const reference of referenceTasks) {
    const name = nameOf(reference);
    const isMeant = (node: TaskNode) =>
      name !== undefined &&
      [node.id, node.name, node.task].includes(
        // Inside a sub-flow, ids begin with the sub-flow's.
        node.id === `${tracer.inside?.id}/${name}` ? node.id : name,
      );
    const some = own.filter(isMeant);
    const meant = some.length > 0 ? some : nodes.filter(isMeant);
    if (meant.length === 0)
      throw lateRefusal(
        tracer.definition,
        "unknown-task",
        `The flow ${JSON.stringify(tracer.flow)} has ${name ?? showValue(reference)} as a reference task, but does not call it. It calls ${listNames([...new Set(own.map(({ name }) => name))], 20) || "no task"}.`,
      );
    for (const { id } of meant) found.add(id);
  }
  return [...found];
}

function nameOf(reference: unknown): string | undefined {
  if (typeof reference === "string") return reference;
  if (isTask(reference)) return definitionOf(reference).root.name;
  // A flow that is called as a sub-flow.
  return typeof reference === "function" ? reference.name : undefined;
}
