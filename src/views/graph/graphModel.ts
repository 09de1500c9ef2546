import type { Time } from "../../core/events.ts";
import type { NodeId } from "../../core/graph.ts";
import type { State } from "../../core/state.ts";

/** What a task node does: runs a function, or something that the engine or a person does itself. */
export type NodeRole =
  "task" | "case" | "merge" | "approve" | "ask" | "flow" | "cleanup";

/** How the elements of a mapped task are doing. */
export interface ElementsModel {
  total: number;
  /** How many are in each state. */
  counts: Readonly<Partial<Record<State, number>>>;
  /** A few cells that stand for all elements in their order; a cell has the state that is most worth knowing in its part. */
  cells: readonly State[];
}

/** A node as it is drawn. */
export interface GraphModelNode {
  id: NodeId;
  name: string;
  kind: "task" | "parameter";
  role: NodeRole;
  /** The value of a parameter. */
  value?: unknown;
  /** Parameters are not run; theirs is not shown. */
  state: State;
  /** The current or last attempt, from 1; 0 before the first. */
  attempt: number;
  /** How many attempts there may be: retries + 1. */
  attempts: number;
  message?: string | undefined;
  startedAt?: Time | undefined;
  endedAt?: Time | undefined;
  /** When the next attempt is due, while Retrying. */
  retryAt?: Time | undefined;
  /** When it gives up waiting for a person, while Paused. */
  until?: Time | undefined;
  /** True while all that it waits for is a place under a limit. */
  waitsForPlace?: boolean;
  progress?:
    | { done: number; total: number | undefined; label: string | undefined }
    | undefined;
  mapped: boolean;
  /** Of a mapped task, once it is known over how many elements it goes. */
  elements?: ElementsModel | undefined;
  /** Of a sub-flow: whether its tasks are on show, and how many of them are done. */
  flow?: { isOpen: boolean; done: number; total: number } | undefined;
  /** The open sub-flow that it is drawn in. */
  inside?: NodeId | undefined;
  /** Whether the result is not what the task's function returned. */
  origin?: "fallback" | "marked" | undefined;
  /** True when the run leaves the node out. */
  excluded?: boolean;
  /** Why the result no longer matches code or inputs, if so. */
  stale?: string | undefined;
  /** What is wrong with the task in the text, if anything is. */
  problem?: string | undefined;
}

/** An arrow; `input` names the argument that it feeds, and is missing when only the order counts. */
export interface GraphModelEdge {
  from: NodeId;
  to: NodeId;
  input?: string | undefined;
}

/** Everything that a picture of a flow shows. */
export interface GraphModel {
  nodes: readonly GraphModelNode[];
  edges: readonly GraphModelEdge[];
  selected?: NodeId | undefined;
  /** Nodes that a search found; undefined while nothing is looked for. */
  found?: ReadonlySet<NodeId> | undefined;
  /** The time that it is, of a picture of the past; undefined for now. */
  now?: Time | undefined;
}
