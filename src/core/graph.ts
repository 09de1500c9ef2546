import type { Parameter } from "./parameter.ts";
import type { TriggerRule } from "./trigger.ts";

/** The id of a node: stable while the flow body keeps its order of calls. Tasks are `extract-1`, `extract-2`; a parameter has its own name. */
export type NodeId = string;

/**
 * A value with refs inside, as plain data: what a task is called with.
 * `value` is a constant; `ref` is the result of a node followed along `path`; lists and objects hold further templates.
 */
export type Template =
  | { type: "value"; value: unknown }
  | { type: "ref"; node: NodeId; path: readonly (string | number)[] }
  | { type: "list"; items: readonly Template[] }
  | { type: "object"; entries: readonly (readonly [string, Template])[] };

/** How a task node runs, with all defaults filled in and all durations in milliseconds. */
export interface NodeOptions {
  /** How often to try again after a failure. */
  retries: number;
  /** The wait before attempt 2, 3, ...; the last one repeats. Empty means no wait. */
  retryDelays: readonly number[];
  /** The longest that an attempt may take; undefined for no limit. */
  timeout: number | undefined;
  trigger: TriggerRule;
  tags: readonly string[];
}

/** A task called in a flow body. */
export interface TaskNode {
  kind: "task";
  id: NodeId;
  /** The name by which a worker finds the task's function. */
  task: string;
  /** The name for people. */
  name: string;
  mapped: boolean;
  options: NodeOptions;
  /** What the function is called with. */
  args: readonly Template[];
  /** Nodes that must be final first though their values are not used. */
  waitFor: readonly NodeId[];
}

/** A parameter of the flow; its value is known when the run starts. */
export interface ParameterNode {
  kind: "parameter";
  id: NodeId;
  name: string;
  parameter: Parameter;
}

export type GraphNode = TaskNode | ParameterNode;

/** That `to` needs `from`; `input` names the argument it arrives in, and is missing for a `waitFor`. */
export interface Edge {
  from: NodeId;
  to: NodeId;
  input?: string;
}

/** A traced flow: plain data that can be stored, drawn and run. Nodes are in the order in which the flow body made them. */
export interface Graph {
  flow: string;
  nodes: readonly GraphNode[];
  edges: readonly Edge[];
  /** What the flow body returned. */
  result: Template;
}
