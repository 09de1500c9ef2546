import { FlowError } from "../../../core/errors.ts";
import type {
  Edge,
  Graph,
  GraphNode,
  NodeId,
  NodeOptions,
} from "../../../core/graph.ts";
import type { Parameter } from "../../../core/parameter.ts";
import { makeWire, refOf } from "./refs.ts";
import { checkWire, nodesOf, toTemplate } from "./template.ts";

/** A call of a task in a flow body. */
export interface TracedCall {
  /** By which a worker finds the task. */
  task: string;
  /** For people. */
  name: string;
  options: NodeOptions;
  args: readonly unknown[];
  /** What the arguments are called, as far as that is known. */
  inputs: readonly string[];
  waitFor: readonly unknown[];
}

/** Collects the nodes and edges of a flow while its body runs. */
export class Tracer {
  readonly flow: string;
  #nodes = new Map<NodeId, GraphNode>();
  #edges: Edge[] = [];
  #counts = new Map<string, number>();

  constructor(flow: string) {
    this.flow = flow;
  }

  /** What messages call a node: "the result of extract". */
  labelOf(id: NodeId): string {
    const node = this.#nodes.get(id);
    return node?.kind === "parameter"
      ? `the parameter ${node.name}`
      : `the result of ${node?.task ?? id}`;
  }

  /** Adds a task node and gives its ref. */
  addTask(call: TracedCall): unknown {
    const args = call.args.map((arg, index) =>
      toTemplate(
        arg,
        this,
        this.#nameArgument(call, index),
        call.inputs[index] || `argument ${index + 1}`,
      ),
    );
    const waitFor = new Set<NodeId>();
    for (const item of call.waitFor) {
      const ref = refOf(item);
      if (ref?.type !== "wire")
        throw new FlowError(
          "invalid-option",
          `waitFor of ${call.task} takes refs, which are what task calls of this flow body return: waitFor: [cleaned].`,
        );
      checkWire(ref, this);
      waitFor.add(ref.node);
    }
    const count = (this.#counts.get(call.task) ?? 0) + 1;
    this.#counts.set(call.task, count);
    const id = `${call.task}-${count}`;
    this.#add({
      kind: "task",
      id,
      task: call.task,
      name: call.name,
      mapped: false,
      options: call.options,
      args,
      waitFor: [...waitFor],
    });
    const needed = new Set<NodeId>();
    args.forEach((arg, index) => {
      for (const from of nodesOf(arg)) {
        needed.add(from);
        this.#edges.push({
          from,
          to: id,
          input: call.inputs[index] ?? String(index + 1),
        });
      }
    });
    for (const from of waitFor)
      if (!needed.has(from)) this.#edges.push({ from, to: id });
    return makeWire(this, id);
  }

  /** Adds a parameter, or finds it again, and gives its ref. */
  addParameter(parameter: Parameter, isRepeat: boolean): unknown {
    const known = this.#nodes.get(parameter.name);
    if (known?.kind === "parameter") {
      if (
        !isRepeat &&
        JSON.stringify(known.parameter) !== JSON.stringify(parameter)
      )
        throw new FlowError(
          "flow-body",
          `The parameter ${parameter.name} is described twice in the flow ${JSON.stringify(this.flow)}, and differently. Describe it once; write param(${JSON.stringify(parameter.name)}) where it is used again.`,
        );
    } else {
      this.#add({
        kind: "parameter",
        id: parameter.name,
        name: parameter.name,
        parameter,
      });
    }
    return makeWire(this, parameter.name);
  }

  /** The graph, once the body has returned `result`. */
  finish(result: unknown): Graph {
    return {
      flow: this.flow,
      result: toTemplate(result, this, "the result of the flow body", "result"),
      nodes: [...this.#nodes.values()],
      edges: this.#edges,
    };
  }

  #add(node: GraphNode): void {
    if (this.#nodes.has(node.id))
      throw new FlowError(
        "flow-body",
        `The flow ${JSON.stringify(this.flow)} has a parameter and a task that are both called ${node.id}. Give the parameter another name.`,
      );
    this.#nodes.set(node.id, node);
  }

  #nameArgument(call: TracedCall, index: number): string {
    const name = call.inputs[index];
    return name
      ? `the argument ${name} of ${call.task}`
      : `argument ${index + 1} of ${call.task}`;
  }
}
