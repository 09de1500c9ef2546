import type { Parameter } from "./parameter.ts";
import type { Schedule } from "./schedule.ts";
import type { Limit } from "./limits.ts";
import type { TriggerRule } from "./trigger.ts";

/** The id of a node: stable while the flow body keeps its order of calls. Tasks are `extract-1`, `extract-2`; a parameter has its own name; what is inside a sub-flow begins with the sub-flow's id and a slash. */
export type NodeId = string;

/**
 * The result of a node, from the point of view of one run of another node. A mapped node has a run per element, and maps may
 * be nested: `each` says how many of the levels that both nodes share are followed element by element. 0 means the whole.
 */
export interface Source {
  node: NodeId;
  each: number;
}

/**
 * A value with refs inside, as plain data: what a task is called with. `path` is followed in the value, and is no task of its own.
 * - `value` is a constant;
 * - `ref` is the result of a node;
 * - `each` is, in run number i of a map's level, element i of a list;
 * - `flatten` is a list of lists with one level less;
 * - `parameter` is a value given to a sub-flow: checked, or the default if there is none;
 * - lists and objects hold further templates.
 */
export type Template =
  | { type: "value"; value: unknown }
  | {
      type: "ref";
      node: NodeId;
      path: readonly (string | number)[];
      /** As in {@link Source}; missing means 0. */
      each?: number;
    }
  | {
      type: "each";
      level: number;
      of: Template;
      path: readonly (string | number)[];
    }
  | { type: "flatten"; of: Template; path: readonly (string | number)[] }
  | {
      type: "parameter";
      of: Template;
      parameter: Parameter;
      path: readonly (string | number)[];
      /** Where `of` is one of a set that is known only when the flow runs: the flow, and what the set may have. */
      set?: { flow: string; names: readonly string[] };
    }
  | { type: "list"; items: readonly Template[] }
  | { type: "object"; entries: readonly (readonly [string, Template])[] };

/** An option that is a function of the notebook's, and so is called in a worker. */
export type OptionFunction =
  "name" | "retryIf" | "fallback" | "cacheKey" | "trigger" | "onStateChange";

/** How a task node runs, with all defaults filled in and all durations in milliseconds. */
export interface NodeOptions {
  /** How often to try again after a failure. */
  retries: number;
  /** The wait before attempt 2, 3, ...; the last one repeats. Empty means no wait. */
  retryDelays: readonly number[];
  /** By which share a wait may be longer or shorter, from 0 to 1. */
  retryJitter: number;
  /** The longest that an attempt may take; undefined for no limit. */
  timeout: number | undefined;
  trigger: TriggerRule;
  /** Whether a skipped upstream skips this task too. */
  skipOnUpstreamSkip: boolean;
  tags: readonly string[];
  /** How long a result may be reused by later runs; Infinity for ever, undefined for not at all. */
  cacheFor: number | undefined;
  /** A text that is part of the cache key. */
  cacheKey: string | undefined;
  /** Which options are functions (or, for `fallback`, are there at all). */
  functions: readonly OptionFunction[];
  /** What `fallback` and a trigger that is a function are, as text, to tell one from another. */
  deciders?: string;
}

/** The options of a task that says nothing of how it runs. */
export const plainOptions: NodeOptions = {
  retries: 0,
  retryDelays: [],
  retryJitter: 0,
  timeout: undefined,
  trigger: { type: "allSuccessful" },
  skipOnUpstreamSkip: true,
  tags: [],
  cacheFor: undefined,
  cacheKey: undefined,
  functions: [],
};

/** What the engine does itself for a node, without a worker. */
export type Operator =
  /** Successful if the condition (the first argument) passes the test, else skipped; the branch waits for it. */
  | { type: "case"; test: CaseTest }
  /** The first argument whose nodes, and whose guard, were not skipped. */
  | { type: "merge"; guards: readonly (Source | undefined)[] }
  /** Shows the first argument to a person and passes it on. */
  | { type: "approve"; message: string; timeout: number | undefined }
  /** Has a person fill in a form; its value is an object with the answers. */
  | {
      type: "ask";
      message: string;
      form: readonly Parameter[];
      timeout: number | undefined;
    }
  /** A sub-flow: its value is the first argument, its state that of its reference tasks. */
  | {
      type: "flow";
      flow: string;
      reference: readonly Source[];
      /**
       * The task whose result is its value as a whole, null if there is none: it is skipped with that. One of a graph of before has
       * nothing here, and is skipped if all its reference tasks are.
       */
      returns?: Source | null;
      /** An object with all its parameters, as its tasks read them from `context`; graphs of before have none. */
      parameters?: Template;
    };

/** Which values of a condition a branch is for. */
export type CaseTest =
  | { type: "truthy" }
  | { type: "falsy" }
  /** The value, as text, is this name. */
  | { type: "is"; name: string }
  /** The value, as text, is none of these names. */
  | { type: "other"; names: readonly string[] };

/** A list that one level of a map goes over. */
export interface MapInput {
  /** The name of the argument, for messages. */
  input: string;
  /** The list. A ref with `each` one level short of its node's own means that node's runs, element by element. */
  of: Template;
}

/** A task called in a flow body. */
export interface TaskNode {
  kind: "task";
  id: NodeId;
  /** The name by which a worker finds the task's function; for an operator its type. */
  task: string;
  /** The name for people. */
  name: string;
  mapped: boolean;
  /** For each level of mapping, outermost first, the lists that it goes over; they must be equally long. Empty: not mapped. */
  over: readonly (readonly MapInput[])[];
  options: NodeOptions;
  /** What the function is called with. */
  args: readonly Template[];
  /** What the arguments are called, as far as that is known. */
  inputs?: readonly string[];
  /** What must be final first though its value is not used. */
  waitFor: readonly Source[];
  operator?: Operator;
  /** Set for the clean-up of a resource: the node that set it up. The worker then runs the clean-up function. */
  cleanupOf?: NodeId;
  /** The sub-flow nodes that it is part of, outermost first. */
  within: readonly NodeId[];
}

/** A parameter of the flow; its value is known when the run starts. */
export interface ParameterNode {
  kind: "parameter";
  id: NodeId;
  name: string;
  parameter: Parameter;
}

export type GraphNode = TaskNode | ParameterNode;

/** That `to` needs `from`, for a picture; `input` names the argument it arrives in, and is missing for a `waitFor`. */
export interface Edge {
  from: NodeId;
  to: NodeId;
  input?: string;
}

/** How a flow runs as a whole. */
export interface FlowSettings {
  /** Cancels a run that takes longer, in milliseconds. */
  timeout: number | undefined;
  /** How many runs of tasks with a tag may go on, or start, at once. */
  limits: readonly Limit[];
  /** The nodes that decide whether the flow succeeded; undefined for those that nothing is downstream of. */
  reference: readonly NodeId[] | undefined;
  schedules: readonly Schedule[];
  /** Whether the flow has an `onStateChange` function. */
  watched: boolean;
}

/** The settings of a flow that says nothing of how it runs. */
export const plainSettings: FlowSettings = {
  timeout: undefined,
  limits: [],
  reference: undefined,
  schedules: [],
  watched: false,
};

/** A traced flow: plain data that can be stored, drawn and run. Nodes are in the order in which the flow body made them. */
export interface Graph {
  flow: string;
  nodes: readonly GraphNode[];
  edges: readonly Edge[];
  /** What the flow body returned. */
  result: Template;
  settings: FlowSettings;
}
