import type { Graph, TaskNode } from "../core/graph.ts";
import { isAuto } from "../notebook/autoFlag.ts";
import type { Cell } from "../notebook/document.ts";
import { cellOfTask } from "./definitions.ts";
import type { FlowView } from "./drawing.ts";

/**
 * Which tasks of a flow run by themselves: those whose cell says so. What no cell defines, as a `load` that is called in a flow
 * or a form for a person, goes with the cell of its flow.
 */
export function autoTasks(
  graph: Graph,
  flows: readonly Pick<FlowView, "name" | "cell">[],
  cells: readonly Cell[],
): (node: TaskNode) => boolean {
  const cellOfFlow = (name: string) => {
    const view = flows.find((flow) => flow.name === name);
    return cells.find(({ id }) => id === view?.cell);
  };
  const subflows = new Map(
    graph.nodes.flatMap((node) =>
      node.kind === "task" && node.operator?.type === "flow"
        ? [[node.id, node.operator.flow]]
        : [],
    ),
  );
  return ({ task, operator, within }) => {
    const own = operator ? undefined : cellOfTask(cells, task);
    const around = subflows.get(within.at(-1) ?? "") ?? graph.flow;
    const cell = own ?? cellOfFlow(around);
    return cell !== undefined && isAuto(cell);
  };
}
