/**
 * Checks graphs that come out of the sandbox. They are used only if they have exactly the shape of the contract, with every
 * node that is spoken of being there; what is passed on is fresh but for the constants in it, which nobody reads here.
 */
import type {
  Edge,
  FlowSettings,
  Graph,
  GraphNode,
  MapInput,
  NodeId,
  NodeOptions,
  Operator,
  Source,
  TaskNode,
  Template,
} from "../core/graph.ts";
import type { checkSchedule } from "../core/schedule.ts";
import { withoutDirectionMarks } from "../core/words.ts";
import {
  readLimit,
  readOptions,
  readParameter,
  readPath,
  readTest,
  readTimeout,
} from "./nodeOptionsGuard.ts";
import {
  type Fields,
  isCount,
  isFields,
  listOf,
  Misfit,
  toFields,
  toList,
  toText,
} from "./plainData.ts";
import { unfoldedSizeOf } from "../core/sizeOf.ts";

const mostNodes = 50_000;
const mostEdges = 1_000_000;
const mostTemplates = 1_000_000;
const mostLevels = 20;
const mostEntries = 10_000;
const deepest = 100;
const longestId = 5000;
const mostSchedules = 1000;
const longestName = 1000;
const longestText = 20_000;
/** In bytes, about: its default is a text in a form. */
const largestParameter = 1_000_000;

/** Reads a schedule; it is fetched for graphs that have some. */
export type ScheduleCheck = typeof checkSchedule;

/** Whether a value that should be a graph needs `ScheduleCheck`. */
export function hasSchedules(graph: unknown): boolean {
  if (!isFields(graph) || !isFields(graph.settings)) return false;
  const schedules = listOf(graph.settings.schedules, mostSchedules) ?? [];
  return schedules.length > 0;
}

/** The graph that the value is, or undefined if it is none, or has schedules that nothing checks. Never throws. */
export function checkGraph(
  value: unknown,
  check?: ScheduleCheck,
): Graph | undefined {
  try {
    return new GraphReader(check).graph(value);
  } catch {
    // A misfit; or nested so deeply that reading it went beyond the stack.
    return undefined;
  }
}

/**
 * The size of what should be a graph, in bytes, about; Infinity if it cannot be shown. Whoever reads one writes out each part as
 * often as it stands there, so a small message may say more than memory holds.
 */
export function sizeOfGraph(graph: unknown): number {
  const nodes = isFields(graph) ? listOf(graph.nodes, mostNodes) : undefined;
  for (const node of nodes ?? [])
    if (
      isFields(node) &&
      node.parameter !== undefined &&
      unfoldedSizeOf(node.parameter) > largestParameter
    )
      return Infinity;
  return unfoldedSizeOf(graph);
}

/** What is equal for many nodes is one object, so that a copy of the graph, of which each run makes some, has it once. */
const none: readonly never[] = [];

const orNone = <Item>(list: readonly Item[]): readonly Item[] =>
  list.length > 0 ? list : none;

class GraphReader {
  /** How many levels of a map each node is in. */
  #depths = new Map<NodeId, number>();
  #taskIds = new Set<NodeId>();
  #subflows = new Set<NodeId>();
  #templates = 0;
  /** What was read of options; nodes of one task share them. */
  #options = new Map<unknown, NodeOptions>();
  readonly #checkSchedule: ScheduleCheck | undefined;

  constructor(check: ScheduleCheck | undefined) {
    this.#checkSchedule = check;
  }

  graph(value: unknown): Graph {
    const fields = toFields(value);
    const nodes = toList(fields.nodes, mostNodes);
    for (const node of nodes) this.#announce(toFields(node));
    return {
      flow: toText(fields.flow, longestName),
      nodes: nodes.map((node) => this.#node(toFields(node))),
      edges: toList(fields.edges, mostEdges).map((edge) =>
        this.#edge(toFields(edge)),
      ),
      result: this.#template(fields.result, 0),
      settings: this.#settings(toFields(fields.settings)),
    };
  }

  /** Notes that there is such a node: others may speak of it before it comes. */
  #announce({ id: given, kind, over, operator }: Fields): void {
    const id = toText(given, longestId);
    if (this.#depths.has(id)) throw new Misfit();
    this.#depths.set(id, kind === "task" ? toList(over, mostLevels).length : 0);
    if (kind !== "task") return;
    this.#taskIds.add(id);
    if (operator !== undefined && toFields(operator).type === "flow")
      this.#subflows.add(id);
  }

  #node(fields: Fields): GraphNode {
    const id = toText(fields.id, longestId);
    const name = toText(fields.name, longestName);
    if (fields.kind === "parameter")
      return {
        kind: "parameter",
        id,
        name,
        parameter: readParameter(fields.parameter),
      };
    if (fields.kind !== "task") throw new Misfit();
    const over = orNone(
      toList(fields.over, mostLevels).map((inputs, level) =>
        this.#level(inputs, level),
      ),
    );
    const levels = over.length;
    const node: TaskNode = {
      kind: "task",
      id,
      task: toText(fields.task, longestName),
      name: withoutDirectionMarks(name),
      mapped: levels > 0,
      over,
      options: this.#optionsOf(fields.options),
      args: orNone(
        toList(fields.args, mostEntries).map((arg) =>
          this.#template(arg, levels),
        ),
      ),
      waitFor: orNone(
        toList(fields.waitFor, mostNodes).map((source) =>
          this.#source(source, levels),
        ),
      ),
      within: orNone(
        toList(fields.within, deepest).map((one) => known(this.#subflows, one)),
      ),
    };
    if (fields.mapped !== node.mapped) throw new Misfit();
    if (fields.inputs !== undefined)
      node.inputs = toList(fields.inputs, mostEntries).map((input) =>
        toText(input, longestName),
      );
    if (fields.operator !== undefined)
      node.operator = this.#operator(toFields(fields.operator), node);
    if (fields.cleanupOf !== undefined) {
      node.cleanupOf = known(this.#taskIds, fields.cleanupOf);
      if (node.args.length === 0) throw new Misfit();
    }
    return node;
  }

  #optionsOf(value: unknown): NodeOptions {
    const read = this.#options.get(value) ?? readOptions(toFields(value));
    this.#options.set(value, read);
    return read;
  }

  #level(value: unknown, level: number): MapInput[] {
    const inputs = toList(value, mostEntries);
    if (inputs.length === 0) throw new Misfit();
    return inputs.map((entry) => {
      const { input, of } = toFields(entry);
      return {
        input: toText(input, longestName),
        of: this.#template(of, level),
      };
    });
  }

  #operator(fields: Fields, node: TaskNode): Operator {
    const levels = node.over.length;
    const needsArgument = fields.type !== "merge" && fields.type !== "ask";
    if (needsArgument && node.args.length === 0) throw new Misfit();
    switch (fields.type) {
      case "case":
        return { type: "case", test: readTest(toFields(fields.test)) };
      case "merge": {
        const guards = toList(fields.guards, mostEntries);
        if (guards.length !== node.args.length) throw new Misfit();
        return {
          type: "merge",
          guards: guards.map((guard) =>
            guard === undefined ? undefined : this.#source(guard, levels),
          ),
        };
      }
      case "approve":
        return {
          type: "approve",
          message: toText(fields.message, longestText),
          timeout: readTimeout(fields.timeout),
        };
      case "ask":
        return {
          type: "ask",
          message: toText(fields.message, longestText),
          form: toList(fields.form, mostEntries).map(readParameter),
          timeout: readTimeout(fields.timeout),
        };
      case "flow":
        return {
          type: "flow",
          flow: toText(fields.flow, longestName),
          reference: toList(fields.reference, mostNodes).map((source) =>
            this.#source(source, levels),
          ),
          ...(fields.returns === undefined
            ? {}
            : {
                returns:
                  fields.returns === null
                    ? null
                    : this.#source(fields.returns, levels),
              }),
          ...(fields.parameters === undefined
            ? {}
            : { parameters: this.#object(fields.parameters, levels) }),
        };
      default:
        throw new Misfit();
    }
  }

  #source(value: unknown, levels: number): Source {
    const { node, each } = toFields(value);
    return this.#reach(node, each, levels);
  }

  /** A node that is there, followed no deeper than both it and what needs it are mapped. */
  #reach(node: unknown, each: unknown, levels: number): Source {
    const id = toText(node, longestId);
    const depth = this.#depths.get(id);
    if (depth === undefined || !isCount(each) || each > Math.min(depth, levels))
      throw new Misfit();
    return { node: id, each };
  }

  /** `levels`: how many levels of a map what it is for is in. */
  #template(value: unknown, levels: number, depth = 0): Template {
    if (depth > deepest || ++this.#templates > mostTemplates)
      throw new Misfit();
    const fields = toFields(value);
    const read = (part: unknown) => this.#template(part, levels, depth + 1);
    switch (fields.type) {
      case "value":
        return { type: "value", value: fields.value };
      case "ref": {
        const path = orNone(readPath(fields.path));
        if (fields.each === undefined) {
          const { node } = this.#reach(fields.node, 0, levels);
          return { type: "ref", node, path };
        }
        const { node, each } = this.#reach(fields.node, fields.each, levels);
        return { type: "ref", node, path, each };
      }
      case "each": {
        const { level } = fields;
        if (!isCount(level) || level >= levels) throw new Misfit();
        return {
          type: "each",
          level,
          of: read(fields.of),
          path: readPath(fields.path),
        };
      }
      case "flatten":
        return {
          type: "flatten",
          of: read(fields.of),
          path: readPath(fields.path),
        };
      case "parameter":
        return {
          type: "parameter",
          of: read(fields.of),
          parameter: readParameter(fields.parameter),
          path: readPath(fields.path),
          ...(fields.set === undefined ? {} : { set: readSet(fields.set) }),
        };
      case "list":
        return {
          type: "list",
          items: toList(fields.items, mostTemplates).map(read),
        };
      case "object":
        return {
          type: "object",
          entries: toList(fields.entries, mostTemplates).map((entry) => {
            const [key, part] = toList(entry, 2);
            return [toText(key, longestText), read(part)] as const;
          }),
        };
      default:
        throw new Misfit();
    }
  }

  #object(value: unknown, levels: number): Template {
    const template = this.#template(value, levels);
    if (template.type !== "object") throw new Misfit();
    return template;
  }

  #edge({ from, to, input }: Fields): Edge {
    const edge: Edge = {
      from: known(this.#depths, from),
      to: known(this.#taskIds, to),
    };
    if (input !== undefined) edge.input = toText(input, longestName);
    return edge;
  }

  #settings(fields: Fields): FlowSettings {
    const { reference, watched } = fields;
    if (typeof watched !== "boolean") throw new Misfit();
    return {
      timeout: readTimeout(fields.timeout),
      limits: toList(fields.limits, mostEntries).map(readLimit),
      reference:
        reference === undefined
          ? undefined
          : toList(reference, mostNodes).map((id) => known(this.#taskIds, id)),
      schedules: toList(fields.schedules, mostSchedules).map((given) => {
        const schedule = this.#checkSchedule?.(given);
        if (!schedule) throw new Misfit();
        return schedule;
      }),
      watched,
    };
  }
}

function known(ids: { has(id: NodeId): boolean }, value: unknown): NodeId {
  const id = toText(value, longestId);
  if (!ids.has(id)) throw new Misfit();
  return id;
}

function readSet(value: unknown): { flow: string; names: string[] } {
  const { flow, names } = toFields(value);
  return {
    flow: toText(flow, longestName),
    names: toList(names, mostEntries).map((one) => toText(one, longestName)),
  };
}
