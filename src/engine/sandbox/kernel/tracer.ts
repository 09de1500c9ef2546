import type {
  Graph,
  MapInput,
  NodeId,
  NodeOptions,
  Operator,
  Source,
  TaskNode,
  Template,
} from "../../../core/graph.ts";
import { joinLimits } from "../../../core/limits.ts";
import type { Parameter } from "../../../core/parameter.ts";
import { addCleanups } from "./cleanups.ts";
import type { WithOptions } from "./definition.ts";
import {
  Drawing,
  type Need,
  needsOfTemplate,
  refTemplate,
  uniqueSources,
} from "./drawing.ts";
import type { FlowDefinition } from "./flowOptions.ts";
import { flowBodyError } from "./flowBodyError.ts";
import { findReference } from "./referenceTasks.ts";
import { makeWire } from "./refs.ts";
import type { GivenParameters } from "./subflowParameters.ts";
import { toTemplate } from "./template.ts";

/** Names are for a picture and for logs. */
const longestName = 200;

/** A node to be added. */
export interface NewNode {
  /** By which a worker finds the task; for an operator its type. */
  task: string;
  /** For people. */
  name: string;
  options: NodeOptions;
  args: readonly Template[];
  /** What the arguments are called, as far as that is known. */
  inputs: readonly string[];
  /** The levels of a map that the call itself is. */
  levels?: readonly (readonly MapInput[])[];
  waitFor?: readonly Source[];
  operator?: Operator;
  definition?: WithOptions;
  /** What messages call its result. */
  label?: string;
}

/** A sub-flow, seen from inside. */
interface Inside {
  parent: Tracer;
  /** The sub-flow's own node, which comes after all that is in it. */
  id: NodeId;
  /** The level of a map that the whole sub-flow is in. */
  levels: readonly (readonly MapInput[])[];
  /** What its first tasks wait for, so that nothing in it starts before what it is given is there. */
  entry: readonly Source[];
  given: GivenParameters;
}

const none: readonly never[] = [];

/** A function of `when` or `choose` that is being called. */
interface Branch {
  source: Source;
  made: Set<NodeId>;
}

/** Collects the nodes of a flow while its body runs; each call of a sub-flow has one of its own, with the same drawing. */
export class Tracer {
  readonly definition: FlowDefinition;
  readonly drawing: Drawing;
  readonly inside: Inside | undefined;
  /** The levels of a map that everything in this flow body is in. */
  readonly levels: readonly (readonly MapInput[])[];
  /** The sub-flow nodes that everything in this flow body is part of. */
  readonly within: readonly NodeId[];
  readonly made = new Set<NodeId>();
  readonly parameters = new Map<
    string,
    { parameter: Parameter; wire: unknown }
  >();
  #counts = new Map<string, number>();
  #branches: Branch[] = [];

  constructor(definition: FlowDefinition, inside?: Inside) {
    this.definition = definition;
    this.inside = inside;
    this.drawing = inside?.parent.drawing ?? new Drawing();
    this.levels = inside ? [...inside.parent.levels, ...inside.levels] : [];
    this.within = inside ? [...inside.parent.within, inside.id] : [];
  }

  /** The name of the flow, for messages. */
  get flow(): string {
    return this.definition.name;
  }

  /** The id of the next node of a task. */
  newId(task: string): NodeId {
    const count = (this.#counts.get(task) ?? 0) + 1;
    this.#counts.set(task, count);
    return `${this.inside ? `${this.inside.id}/` : ""}${task}-${count}`;
  }

  /** What the flow body hands over, as plain data; see {@link toTemplate}. */
  template(value: unknown, name: string, root: string): Template {
    return toTemplate(value, this, name, root);
  }

  /** A node of this flow body, as one run of a task of it sees it. */
  source(node: NodeId): Source {
    return { node, each: this.levels.length };
  }

  /** Adds a node and gives its id. */
  add(node: NewNode): NodeId {
    const id = this.newId(node.task);
    this.addWithId(id, node, this.within);
    return id;
  }

  /** Adds a node and gives its ref. */
  addTask(node: NewNode): unknown {
    return this.wire(this.add(node), node.label ?? node.task);
  }

  /** A ref of a node of this flow body. */
  wire(id: NodeId, task: string): unknown {
    return makeWire(
      this,
      refTemplate(id, this.levels.length),
      `the result of ${task}`,
    );
  }

  addWithId(id: NodeId, node: NewNode, within: readonly NodeId[]): void {
    const { levels = [], args, inputs, operator } = node;
    const ownNeeds: Need[] = [
      ...args.flatMap((arg, index) =>
        needsOfTemplate(arg, inputs[index] ?? String(index + 1)),
      ),
      ...levels.flatMap((inLevel) =>
        inLevel.flatMap(({ of, input }) => needsOfTemplate(of, input)),
      ),
      ...toNeeds(node.waitFor ?? []),
    ];
    const hidden = toNeeds(sourcesOfOperator(operator));
    const entry = this.waitsOf([...ownNeeds, ...hidden]);
    const known = new Set(ownNeeds.map(({ source }) => source.node));
    // A map's list concerns everything in a sub-flow; drawn are the edges to its first tasks.
    const fromList =
      entry.isFirst && this.inside
        ? this.inside.levels
            .flat()
            .flatMap(({ of, input }) => needsOfTemplate(of, input))
            .filter(({ source }) => !known.has(source.node))
        : [];
    // What is equal for many nodes is one object, so that a copy of the graph has it once.
    const over = levels.length > 0 ? [...this.levels, ...levels] : this.levels;
    const waitsFor = [...(node.waitFor ?? []), ...entry.sources];
    const task: TaskNode = {
      kind: "task",
      id,
      task: node.task,
      name: node.name.slice(0, longestName),
      mapped: over.length > 0,
      over,
      options: node.options,
      args,
      waitFor: waitsFor.length > 0 ? uniqueSources(waitsFor) : none,
      within,
    };
    // By these names it is said why a cached result was not reused.
    if (task.options.cacheFor !== undefined && inputs.length > 0)
      task.inputs = inputs.map((input) => input.slice(0, longestName));
    if (operator) task.operator = operator;
    this.drawing.add(task);
    this.drawing.sharedLevels.set(
      id,
      (id === this.inside?.id ? this.inside.parent : this).levels.length,
    );
    this.drawing.connect(
      id,
      [...ownNeeds, ...toNeeds(entry.sources), ...fromList],
      hidden,
    );
    if (node.definition) this.drawing.definitions.set(id, node.definition);
    this.#record(id);
  }

  /**
   * What else a node waits for, with such needs of its own: in a branch the branch's case, in a sub-flow what the sub-flow
   * waits for; unless it needs something made there, which waits already.
   */
  waitsOf(needs: readonly Need[]): {
    sources: readonly Source[];
    /** Whether nothing in this flow body comes before it. */
    isFirst: boolean;
  } {
    const branch = this.#branches[this.#branches.length - 1];
    const isFirst =
      !branch && !needs.some(({ source }) => this.made.has(source.node));
    if (branch)
      return {
        sources: needs.some(({ source }) => branch.made.has(source.node))
          ? []
          : [branch.source],
        isFirst,
      };
    return {
      sources: isFirst && this.inside ? this.inside.entry : [],
      isFirst,
    };
  }

  /** The case of the branch that this is in, if any. */
  get branch(): Source | undefined {
    return this.#branches.at(-1)?.source ?? this.inside?.parent.branch;
  }

  /** Calls the function of a branch; `source` is its case. */
  inBranch(
    source: Source,
    body: () => unknown,
  ): { result: unknown; made: ReadonlySet<NodeId> } {
    const made = new Set<NodeId>();
    this.#branches.push({ source, made });
    try {
      return { result: body(), made };
    } finally {
      this.#branches.pop();
    }
  }

  /** Adds a parameter, or finds it again, and gives its ref. */
  addParameter(parameter: Parameter, isRepeat: boolean): unknown {
    const { name } = parameter;
    const known = this.parameters.get(name);
    if (known) {
      if (
        !isRepeat &&
        JSON.stringify(known.parameter) !== JSON.stringify(parameter)
      )
        throw flowBodyError(
          `the parameter ${name} is described twice in the flow ${JSON.stringify(this.flow)}, and differently. Describe it once; write param(${JSON.stringify(name)}) where it is used again.`,
        );
      return known.wire;
    }
    let template: Template;
    if (this.inside) template = this.inside.given.templateOf(parameter);
    else {
      this.drawing.add({ kind: "parameter", id: name, name, parameter });
      template = refTemplate(name, 0);
    }
    const wire = makeWire(this, template, `the parameter ${name}`);
    this.parameters.set(name, { parameter, wire });
    return wire;
  }

  /** The graph, once the body has returned `result`. */
  finish(result: unknown): Graph {
    const { drawing, definition } = this;
    const template = this.template(
      result,
      "the result of the flow body",
      "result",
    );
    const reference = findReference(this);
    addCleanups(drawing);
    const { timeout, limits, schedules, onStateChange } = definition.settings;
    return {
      flow: this.flow,
      nodes: [...drawing.nodes.values()],
      edges: drawing.edges,
      result: template,
      settings: {
        timeout,
        limits: joinLimits([...limits, ...drawing.limits]),
        reference,
        schedules: [...schedules],
        watched: onStateChange !== undefined,
      },
    };
  }

  #record(id: NodeId): void {
    this.made.add(id);
    for (const branch of this.#branches) branch.made.add(id);
    if (this.inside) this.inside.parent.#record(id);
  }
}

function toNeeds(sources: readonly Source[]): Need[] {
  return sources.map((source) => ({ source, input: undefined }));
}

function sourcesOfOperator(operator: Operator | undefined): Source[] {
  if (operator?.type === "merge")
    return operator.guards.filter((guard) => guard !== undefined);
  return operator?.type === "flow" ? [...operator.reference] : [];
}
