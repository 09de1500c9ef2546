import {
  type Edge,
  type GraphNode,
  type NodeId,
  type Source,
  type Template,
} from "../../../core/graph.ts";
import { visitRefs } from "../../../core/graphIndex.ts";
import type { Limit } from "../../../core/limits.ts";
import type { WithOptions } from "./definition.ts";
import { flowBodyError } from "./flowBodyError.ts";

/** Something that a node needs, and the name of the argument that it arrives in. */
export interface Need {
  source: Source;
  input: string | undefined;
}

/** A graph while a flow body and those of its sub-flows are traced: what they have in common. */
export class Drawing {
  readonly nodes = new Map<NodeId, GraphNode>();
  readonly edges: Edge[] = [];
  readonly limits: Limit[] = [];
  /** What is behind each task node, for options that are functions. */
  readonly definitions = new Map<NodeId, WithOptions>();
  /** The resources that were set up: the clean-up's name, and what its argument is called. */
  readonly resources = new Map<NodeId, { name: string; input: string }>();
  /** How many levels of a map a node shares with what uses its ref. */
  readonly sharedLevels = new Map<NodeId, number>();
  #needs = new Map<NodeId, Map<NodeId, readonly Need[]>>();

  /** How many levels of a map a node is in. */
  readonly depthOf = (id: NodeId): number => {
    const node = this.nodes.get(id);
    return node?.kind === "task" ? node.over.length : 0;
  };

  add(node: GraphNode): void {
    const known = this.nodes.get(node.id);
    if (known)
      throw flowBodyError(
        known.kind === "parameter" || node.kind === "parameter"
          ? `There is a parameter and a task that are both called ${node.id}. Give the parameter another name.`
          : `There are two tasks that are both called ${node.id}. Give one of them another name.`,
      );
    this.nodes.set(node.id, node);
  }

  /** Remembers what a node needs, and draws an edge for each; those in `hidden` are no edges of their own. */
  connect(
    to: NodeId,
    needs: readonly Need[],
    hidden: readonly Need[] = [],
  ): void {
    const byNode = new Map<NodeId, Need[]>();
    for (const need of [...needs, ...hidden]) {
      const list = byNode.get(need.source.node);
      if (list) list.push(need);
      else byNode.set(need.source.node, [need]);
    }
    this.#needs.set(to, byNode);
    const drawn = new Set<string>();
    // What is only waited for is drawn unless its value is used as well.
    const named = new Set(
      needs.flatMap(({ source, input }) =>
        input === undefined ? [] : [source.node],
      ),
    );
    for (const { source, input } of needs) {
      const from = source.node;
      const key = JSON.stringify([from, input]);
      if (drawn.has(key) || (input === undefined && named.has(from))) continue;
      drawn.add(key);
      this.edges.push(input === undefined ? { from, to } : { from, to, input });
    }
  }

  /** What a node needs, by the node that it needs. */
  needsOf(id: NodeId): ReadonlyMap<NodeId, readonly Need[]> {
    return this.#needs.get(id) ?? new Map<NodeId, readonly Need[]>();
  }

  /** Those of the nodes that none of the others needs. */
  leavesAmong(ids: ReadonlySet<NodeId>): NodeId[] {
    const needed = new Set<NodeId>();
    for (const id of ids)
      for (const from of this.needsOf(id).keys()) needed.add(from);
    return [...ids].filter((id) => !needed.has(id));
  }
}

/** What a template needs. */
export function needsOfTemplate(
  template: Template,
  input: string | undefined,
): Need[] {
  const needs: Need[] = [];
  visitRefs(template, (source) => needs.push({ source, input }));
  return needs;
}

/** Sources with each of them once. */
export function uniqueSources(sources: readonly Source[]): Source[] {
  const known = new Map<string, Source>();
  for (const source of sources)
    known.set(JSON.stringify([source.node, source.each]), source);
  return [...known.values()];
}

/** The path of what is not followed into a part. */
const whole: readonly never[] = [];

/** A ref of a node's result: as a whole, or in each run of a map's levels the run that belongs to it. */
export function refTemplate(node: NodeId, each: number): Template {
  return each > 0
    ? { type: "ref", node, path: whole, each }
    : { type: "ref", node, path: whole };
}
