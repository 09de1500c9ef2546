import { EngineBug } from "./errors.ts";
import { checkAcyclic, flowAround, indexGraph } from "./graphIndex.ts";
import type {
  Graph,
  NodeId,
  Operator,
  Source,
  TaskNode,
  Template,
} from "./graph.ts";
import { canonical, hashText } from "./hash.ts";

/**
 * The key of each node: what its result depends on. Two task runs with one key would compute the same thing, so a result
 * found under a task's key still holds, and a key that has changed says that the task is stale.
 *
 * A task's key is made of its version, its arguments, where each ref is the key of the node that it refers to, and the keys
 * of what it waits for. A parameter's key is its value's, so a changed value reaches only the tasks downstream of it;
 * tasks that read `context` depend on all parameters of the flow, or sub-flow, that they are in.
 *
 * A flow that calls a task twice with the same arguments means two runs with a result each: their keys are told apart by a
 * number, and no two tasks of a graph ever have the same key. What needs one of several equal calls has a key that says
 * nothing of the number, for that is another one as soon as a line above goes: which of them it needs, the graph says.
 *
 * @param versions the version of each task by name; tasks of the library have none and go by their name
 * @param contextTasks names of the tasks that read `context`
 * @param isFormer gives the keys of before, for runs that have them: the number was part of all keys downstream, and a
 * sub-flow was taken for the task of the same name
 */
export function taskKeys(
  graph: Graph,
  versions: Readonly<Record<string, string>>,
  parameters: Readonly<Record<string, unknown>>,
  contextTasks: ReadonlySet<string> = new Set(),
  isFormer = false,
): Record<NodeId, string> {
  checkAcyclic(graph);
  const index = indexGraph(graph);
  let allParameters: string | undefined;
  /** What others are made of, and what each goes by. */
  const bases = new Map<NodeId, string>();
  const keys: [NodeId, string][] = [];
  const times = new Map<string, number>();

  const keyOf = (task: TaskNode): string => {
    const sourceText = ({ node, each }: Source) => `${bases.get(node)} ${each}`;
    const parts = [
      versionOf(task, versions),
      ...task.args.map((arg) => argText(arg, bases)),
      "after",
      ...task.waitFor.map(sourceText),
    ];
    if (task.over.length > 0)
      parts.push(
        "over",
        ...task.over.map((inputs) =>
          inputs.map(({ of }) => argText(of, bases)).join(),
        ),
      );
    const { operator } = task;
    if (operator?.type === "merge")
      parts.push(
        "guards",
        ...operator.guards.map((guard) => (guard ? sourceText(guard) : "none")),
      );
    if (operator?.type === "flow")
      parts.push("reference", ...operator.reference.map(sourceText));
    if (task.options.cacheKey !== undefined)
      parts.push("cache key", task.options.cacheKey);
    if (contextTasks.has(task.task) && (isFormer || !operator)) {
      const own = flowAround(index, task)?.parameters;
      parts.push(
        "context",
        own ? argText(own, bases) : (allParameters ??= canonical(parameters)),
      );
    }
    const base = hashText(parts.join("\n"));
    const time = (times.get(base) ?? 0) + 1;
    times.set(base, time);
    const key = isFormer && time > 1 ? hashText(`${base} again ${time}`) : base;
    bases.set(task.id, key);
    return isFormer ? key : numberedKey(base, time);
  };

  // In the order of the graph, which decides who counts as first of several; only where a graph that no flow body made has
  // a node before one that it needs, it comes right after that one.
  const missing = index.nodes.map((_, number) => index.upstream.count(number));
  const visit = (start: number): void => {
    const ready = [start];
    for (let number = ready.pop(); number !== undefined; number = ready.pop()) {
      const node = index.nodes[number]!;
      if (node.kind === "parameter")
        bases.set(node.id, valueKey(parameters[node.parameter.name]));
      keys.push([
        node.id,
        node.kind === "task" ? keyOf(node) : bases.get(node.id)!,
      ]);
      for (const next of index.downstream.of(number))
        if (--missing[next]! === 0 && next < start) ready.push(next);
    }
  };
  index.nodes.forEach((node, number) => {
    if (missing[number] === 0 && !bases.has(node.id)) visit(number);
  });
  return Object.fromEntries(keys);
}

/** The key of one of several equal calls, by its number from 1. */
export function numberedKey(base: string, number: number): string {
  return number === 1 ? base : `${base}~${number}`;
}

/** What equal calls have in common: a key without its number. */
export function baseOf(key: string): string {
  return key.replace(/~\d+$/, "");
}

/** What a node's code is, as text: a task's version, or what the engine does itself. */
export function versionOf(
  { task, operator, cleanupOf }: TaskNode,
  versions: Readonly<Record<string, string>>,
): string {
  if (operator) return `operator ${operatorText(operator)}`;
  const version = Object.hasOwn(versions, task)
    ? `version ${versions[task]}`
    : `library ${task}`;
  return cleanupOf === undefined ? version : `${version} clean-up`;
}

/** An operator without the nodes that it names: these go by their keys. */
function operatorText(operator: Operator): string {
  switch (operator.type) {
    case "merge":
      return "merge";
    case "flow":
      return `flow ${operator.flow}`;
    default:
      return canonical(operator);
  }
}

/** The key of a parameter with this value. */
export function valueKey(value: unknown): string {
  return hashText(canonical(value));
}

/** An argument as text: constants by value, refs by the key of their node and the path from there. */
function argText(
  template: Template,
  keys: ReadonlyMap<NodeId, string>,
): string {
  switch (template.type) {
    case "value":
      return canonical(template.value);
    case "ref": {
      const key = keys.get(template.node);
      if (key === undefined)
        throw new EngineBug(`No edge leads from ${template.node}.`);
      const each = template.each ? ` each ${template.each}` : "";
      return `ref ${key} ${JSON.stringify(template.path)}${each}`;
    }
    case "each":
      return `each ${template.level} ${argText(template.of, keys)} ${JSON.stringify(template.path)}`;
    case "flatten":
      return `flatten ${argText(template.of, keys)} ${JSON.stringify(template.path)}`;
    case "parameter":
      return `parameter ${canonical(template.parameter)} ${argText(template.of, keys)} ${JSON.stringify(template.path)}`;
    case "list":
      return `[${template.items.map((item) => argText(item, keys)).join()}]`;
    case "object":
      return `{${template.entries
        .map(([key, entry]) => `${JSON.stringify(key)}:${argText(entry, keys)}`)
        .sort()
        .join()}}`;
  }
}
