import type { Time } from "../../core/events.ts";
import type { NodeId } from "../../core/graph.ts";
import type { State } from "../../core/state.ts";

/** A node as it is drawn. */
export interface GraphModelNode {
  id: NodeId;
  name: string;
  kind: "task" | "parameter";
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
  progress?:
    | { done: number; total: number | undefined; label: string | undefined }
    | undefined;
  mapped: boolean;
  /** True when the run leaves the node out. */
  excluded?: boolean;
  /** Why the result no longer matches code or inputs, if so. */
  stale?: string | undefined;
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
}
