import type {
  GraphNode,
  NodeId,
  Source,
  Template,
} from "../../../core/graph.ts";
import type { Current } from "./current.ts";
import { needsOfTemplate } from "./drawing.ts";
import { flowBodyError } from "./flowBodyError.ts";
import type { FlowDefinition } from "./flowOptions.ts";
import { toNodeOptions } from "./nodeOptions.ts";
import { findReference } from "./referenceTasks.ts";
import {
  type GivenParameters,
  readGiven,
  readGivenList,
  refuseUnknown,
} from "./subflowParameters.ts";
import { callBody } from "./traceFlow.ts";
import { Tracer } from "./tracer.ts";

/**
 * A call of a flow in another flow's body: its tasks become part of the graph around, and one node stands for its result.
 * As a map, everything in it is one level deeper.
 */
export function drawSubflow(
  current: Current,
  flow: FlowDefinition,
  given: unknown,
  isMap: boolean,
): unknown {
  const parent = current.tracer!;
  refuseCircle(parent, flow);
  const level = parent.levels.length;
  const list = isMap
    ? readGivenList(parent, flow.name, given, level)
    : undefined;
  const parameters = list ?? readGiven(parent, flow.name, given);
  const levels = list ? [[{ input: "parameters", of: list.list }]] : [];
  const id = parent.newId(flow.name);
  const child = new Tracer(flow, {
    parent,
    id,
    levels,
    given: parameters,
    entry: entryOf(parent, parameters.sources, list?.list),
  });
  current.tracer = child;
  try {
    const result = callBody(flow, child);
    refuseUnknown(flow.name, parameters, child.parameters.keys());
    finishSubflow(child, id, result, parameters);
  } finally {
    current.tracer = parent;
  }
  return parent.wire(id, flow.name);
}

/** What the first tasks of a sub-flow wait for: what it is given, and what a task at its place would wait for. */
function entryOf(
  parent: Tracer,
  sources: readonly Source[],
  list: Template | undefined,
): Source[] {
  const needs = list
    ? needsOfTemplate(list, undefined)
    : sources.map((source) => ({ source, input: undefined }));
  return [...sources, ...parent.waitsOf(needs).sources];
}

/** Adds the node that stands for the sub-flow as a whole. */
function finishSubflow(
  child: Tracer,
  id: string,
  result: unknown,
  given: GivenParameters,
): void {
  const { definition: flow, drawing, made } = child;
  const { timeout, limits, onStateChange } = flow.settings;
  const template = child.template(
    result,
    `the result of the flow ${flow.name}`,
    "result",
  );
  const leaves = drawing.leavesAmong(made);
  const reference = findReference(child) ?? leaves;
  const options = { timeout, ...(onStateChange ? { onStateChange } : {}) };
  drawing.limits.push(...limits);
  child.addWithId(
    id,
    {
      task: flow.name,
      name: flow.name,
      options: toNodeOptions(options),
      args: [template],
      inputs: ["result"],
      waitFor: leaves.map((leaf) => child.source(leaf)),
      operator: {
        type: "flow",
        flow: flow.name,
        reference: reference.map((node) => child.source(node)),
        returns: wholeOf(template, drawing.nodes),
        parameters: {
          type: "object",
          entries: [...child.parameters].map(([name, { parameter }]) => [
            name,
            given.templateOf(parameter),
          ]),
        },
      },
      definition: { options },
    },
    child.inside!.parent.within,
  );
}

/** The task whose result, or a part of it, is all that a template stands for. */
function wholeOf(
  template: Template,
  nodes: ReadonlyMap<NodeId, GraphNode>,
): Source | null {
  switch (template.type) {
    case "flatten":
    case "parameter":
      return wholeOf(template.of, nodes);
    case "ref": {
      const { node, each = 0 } = template;
      return nodes.get(node)?.kind === "task" ? { node, each } : null;
    }
    default:
      return null;
  }
}

function refuseCircle(parent: Tracer, flow: FlowDefinition): void {
  const around: string[] = [];
  for (
    let tracer: Tracer | undefined = parent;
    tracer;
    tracer = tracer.inside?.parent
  ) {
    around.unshift(tracer.flow);
    if (tracer.definition !== flow) continue;
    throw flowBodyError(
      `the flow ${JSON.stringify(flow.name)} calls itself: ${[...around, flow.name].join(" → ")}. A graph cannot hold itself; for repetition, use loop(...) in a task, or map over a list.`,
    );
  }
}
