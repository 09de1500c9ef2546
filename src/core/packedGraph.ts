import type {
  Edge,
  Graph,
  GraphNode,
  NodeId,
  ParameterNode,
  TaskNode,
  Template,
} from "./graph.ts";

/** What a node has besides its id and its arguments: many are alike in that. */
type NodeKind = Omit<TaskNode, "id" | "args"> | Omit<ParameterNode, "id">;

/**
 * A graph in columns, to be copied from one worker to another: a copy of objects takes as long as all of their names and parts,
 * which for thousands of calls of a few tasks are nearly all alike.
 */
export interface PackedGraph {
  rest: Omit<Graph, "nodes" | "edges">;
  kinds: readonly NodeKind[];
  ids: readonly NodeId[];
  kindOf: Int32Array;
  /** The arguments of all nodes end to end, what stands for each, and where those of a node end. */
  args: readonly unknown[];
  forms: Uint8Array;
  ends: Int32Array;
  /** For each edge the numbers of two nodes, and that of a name among `inputs`. */
  edges: Int32Array;
  inputs: readonly Edge["input"][];
}

/** What stands for an argument: it as it is, the value that it is, or the node whose whole result it is. */
const forms = { template: 0, value: 1, ref: 2 } as const;

const packed = new WeakMap<Graph, PackedGraph>();

/** The graph in columns; made once for each. Undefined if one of its edges has an end that is not there. */
export function packGraph(graph: Graph): PackedGraph | undefined {
  let pack = packed.get(graph);
  if (pack) return pack;
  pack = makePack(graph);
  if (pack) packed.set(graph, pack);
  return pack;
}

/** The graph that was packed. */
export function unpackGraph(pack: PackedGraph): Graph {
  const { rest, kinds, ids, kindOf } = pack;
  const path: readonly never[] = [];
  let end = 0;
  const nodes = ids.map((id, at): GraphNode => {
    const kind = kinds[kindOf[at]!]!;
    if (kind.kind === "parameter") return { ...kind, id };
    const first = end;
    end = pack.ends[at]!;
    const args = new Array<Template>(end - first);
    for (let arg = first; arg < end; arg += 1) {
      const one = pack.args[arg];
      const form = pack.forms[arg];
      args[arg - first] =
        form === forms.value
          ? { type: "value", value: one }
          : form === forms.ref
            ? { type: "ref", node: one as NodeId, path }
            : (one as Template);
    }
    return makeTask(kind, id, args);
  });
  const edges = new Array<Edge>(pack.edges.length / 3);
  for (let at = 0; at < edges.length; at += 1) {
    const input = pack.inputs[pack.edges[3 * at + 2]!];
    const from = ids[pack.edges[3 * at]!]!;
    const to = ids[pack.edges[3 * at + 1]!]!;
    const edge: Edge = { from, to };
    if (input !== undefined) edge.input = input;
    edges[at] = edge;
  }
  const graph = { ...rest, nodes, edges };
  packed.set(graph, pack);
  return graph;
}

/** Named one by one: to spread takes ten times as long. */
function makeTask(
  kind: Omit<TaskNode, "id" | "args">,
  id: NodeId,
  args: readonly Template[],
): TaskNode {
  const task: TaskNode = {
    kind: "task",
    id,
    task: kind.task,
    name: kind.name,
    mapped: kind.mapped,
    over: kind.over,
    options: kind.options,
    args,
    waitFor: kind.waitFor,
    within: kind.within,
  };
  if (kind.inputs) task.inputs = kind.inputs;
  if (kind.operator) task.operator = kind.operator;
  if (kind.cleanupOf !== undefined) task.cleanupOf = kind.cleanupOf;
  return task;
}

function makePack(graph: Graph): PackedGraph | undefined {
  const { nodes, edges: _, ...rest } = graph;
  const kinds = new Kinds();
  const kindOf = new Int32Array(nodes.length);
  const ends = new Int32Array(nodes.length);
  const args: unknown[] = [];
  const formOf: number[] = [];
  for (let at = 0; at < nodes.length; at += 1) {
    const node = nodes[at]!;
    kindOf[at] = kinds.numberOf(node);
    if (node.kind === "task")
      for (const arg of node.args) {
        const form = formOfTemplate(arg);
        formOf.push(form);
        args.push(partOf(arg, form));
      }
    ends[at] = args.length;
  }
  const packedEdges = packEdges(graph);
  return (
    packedEdges && {
      rest,
      kinds: kinds.all,
      ids: nodes.map(({ id }) => id),
      kindOf,
      args,
      forms: Uint8Array.from(formOf),
      ends,
      ...packedEdges,
    }
  );
}

function formOfTemplate(arg: Template): number {
  if (arg.type === "value") return forms.value;
  return arg.type === "ref" && arg.path.length === 0 && !("each" in arg)
    ? forms.ref
    : forms.template;
}

function partOf(arg: Template, form: number): unknown {
  if (form === forms.value) return (arg as { value: unknown }).value;
  return form === forms.ref ? (arg as { node: NodeId }).node : arg;
}

function packEdges({
  nodes,
  edges,
}: Graph): Pick<PackedGraph, "edges" | "inputs"> | undefined {
  const all = new Int32Array(3 * edges.length);
  const inputs = new Map<Edge["input"], number>();
  const numberOf = new Map<NodeId, number>();
  if (edges.length > 0) nodes.forEach(({ id }, at) => numberOf.set(id, at));
  for (let at = 0; at < edges.length; at += 1) {
    const { from, to, input } = edges[at]!;
    const begin = numberOf.get(from);
    const end = numberOf.get(to);
    if (begin === undefined || end === undefined) return undefined;
    let name = inputs.get(input);
    if (name === undefined) inputs.set(input, (name = inputs.size));
    all[3 * at] = begin;
    all[3 * at + 1] = end;
    all[3 * at + 2] = name;
  }
  return { edges: all, inputs: [...inputs.keys()] };
}

/** Nodes that are alike but for id and arguments share a kind, if that is seen at once. */
class Kinds {
  readonly all: NodeKind[] = [];
  /** By task and name, the node that a kind was made of last, and the number of the kind. */
  readonly #last = new Map<string, { node: GraphNode; number: number }>();

  numberOf(node: GraphNode): number {
    const name =
      node.kind === "task" ? `${node.task}\n${node.name}` : `\n${node.name}`;
    const last = this.#last.get(name);
    if (last && areAlike(last.node, node)) return last.number;
    const number = this.all.push(kindOf(node)) - 1;
    this.#last.set(name, { node, number });
    return number;
  }
}

function kindOf(node: GraphNode): NodeKind {
  if (node.kind === "parameter") {
    const { id: _, ...kind } = node;
    return kind;
  }
  const { id: _, args: __, ...kind } = node;
  return kind;
}

function areAlike(one: GraphNode, other: GraphNode): boolean {
  return (
    one.kind === "task" &&
    other.kind === "task" &&
    one.options === other.options &&
    one.over === other.over &&
    one.waitFor === other.waitFor &&
    one.within === other.within &&
    one.mapped === other.mapped &&
    one.inputs === other.inputs &&
    one.operator === other.operator &&
    one.cleanupOf === other.cleanupOf
  );
}
