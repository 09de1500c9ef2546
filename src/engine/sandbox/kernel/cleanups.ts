import { plainOptions } from "../../../core/graph.ts";
import type { NodeId, Source, TaskNode } from "../../../core/graph.ts";
import { type Drawing, type Need, refTemplate } from "./drawing.ts";

/** What hands a value on as it is: those who take it from there use the resource, too. */
const passing: readonly (string | undefined)[] = ["merge", "approve", "flow"];

/**
 * Adds a clean-up for each resource that was set up. It runs when all that use the resource are final, however they ended; so
 * does a resource that was set up with it, until that is cleaned up. What is set up last is drawn first.
 */
export function addCleanups(drawing: Drawing): void {
  if (drawing.resources.size === 0) return;
  const neededBy = reverseNeeds(drawing);
  for (const [setup, { name, input }] of [...drawing.resources].reverse()) {
    const node = drawing.nodes.get(setup) as TaskNode;
    const id = cleanupId(setup);
    // What a flaky service needs to be logged in to, it needs to be logged out of.
    const { retries, retryDelays, retryJitter, timeout, functions } =
      node.options;
    const definition = drawing.definitions.get(setup);
    if (definition) drawing.definitions.set(id, definition);
    const users = findUsers(drawing, neededBy, setup);
    drawing.add({
      kind: "task",
      id,
      task: node.task,
      name: `clean up ${name}`,
      mapped: node.mapped,
      over: node.over,
      options: {
        ...plainOptions,
        retries,
        retryDelays,
        retryJitter,
        timeout,
        functions: functions.filter((name) => name === "retryIf"),
        trigger: { type: "allFinished" },
        skipOnUpstreamSkip: false,
      },
      args: [refTemplate(setup, node.over.length)],
      waitFor: users,
      cleanupOf: setup,
      within: node.within,
    });
    drawing.connect(id, [
      { source: { node: setup, each: node.over.length }, input },
      ...users.map((source) => ({ source, input: undefined })),
    ]);
  }
}

function cleanupId(setup: NodeId): NodeId {
  return `${setup}/cleanup`;
}

type NeededBy = ReadonlyMap<
  NodeId,
  readonly { by: NodeId; needs: readonly Need[] }[]
>;

function reverseNeeds(drawing: Drawing): NeededBy {
  const neededBy = new Map<NodeId, { by: NodeId; needs: readonly Need[] }[]>();
  for (const by of drawing.nodes.keys())
    for (const [id, needs] of drawing.needsOf(by)) {
      const list = neededBy.get(id);
      if (list) list.push({ by, needs });
      else neededBy.set(id, [{ by, needs }]);
    }
  return neededBy;
}

/** The nodes that use a resource, each as a whole within the levels of a map that it shares with the resource. */
function findUsers(
  drawing: Drawing,
  neededBy: NeededBy,
  setup: NodeId,
): Source[] {
  const shared = (id: NodeId) => drawing.sharedLevels.get(id) ?? 0;
  const users = new Map<NodeId, number>();
  const todo = [{ id: setup, each: shared(setup) }];
  for (const { id, each } of todo)
    for (const { by, needs } of neededBy.get(id) ?? []) {
      const node = drawing.nodes.get(by);
      if (node?.kind !== "task" || users.has(by)) continue;
      const levels = Math.min(each, shared(by));
      users.set(by, levels);
      if (drawing.resources.has(by)) users.set(cleanupId(by), levels);
      if (
        passing.includes(node.operator?.type) &&
        needs.some(({ input }) => input !== undefined)
      )
        todo.push({ id: by, each: levels });
    }
  return [...users].map(([node, each]) => ({ node, each }));
}
