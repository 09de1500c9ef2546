import type {
  CaseTest,
  Graph,
  NodeId,
  TaskNode,
  Template,
} from "../core/graph.ts";
import { refsOf } from "../core/template.ts";
import { shorten, showValue } from "../core/words.ts";
import * as words from "./words/names.ts";

const known = new WeakMap<Graph, ReadonlyMap<NodeId, string>>();
const longest = 80;

/** What the nodes of a graph are called: by their tasks, or for what the engine does itself by what that is. */
export function nodeNames(graph: Graph): ReadonlyMap<NodeId, string> {
  const made = known.get(graph);
  if (made) return made;
  const names = new Map(graph.nodes.map(({ id, name }) => [id, name]));
  for (const node of graph.nodes)
    if (node.kind === "task" && node.operator?.type === "case")
      names.set(
        node.id,
        caseName(node.operator.test, templateText(node.args[0], names)),
      );
  known.set(graph, names);
  return names;
}

function caseName(test: CaseTest, value: string): string {
  switch (test.type) {
    case "truthy":
      return words.ifTrue(value);
    case "falsy":
      return words.ifFalse(value);
    case "is":
      return words.ifIs({ value, name: test.name });
    case "other":
      return words.otherwise;
  }
}

/** What an argument of a task is called: as the task's function calls it, or as the arrow does that leads to it. */
export function argumentName(graph: Graph, node: TaskNode, at: number): string {
  const own = node.inputs?.[at];
  if (own) return own;
  const sources = refsOf(node.args[at] ?? { type: "value", value: undefined });
  const names = new Set(
    graph.edges.flatMap(({ from, to, input }) =>
      to === node.id && input !== undefined && sources.includes(from)
        ? input
        : [],
    ),
  );
  const [name] = names;
  return names.size === 1 && name !== undefined
    ? name
    : words.argumentAt(at + 1);
}

/** Where a value comes from, in a few words: `transform.rows[0]`, `each of pages`, `"IAD"`. */
export function templateText(
  template: Template | undefined,
  names: ReadonlyMap<NodeId, string>,
): string {
  if (!template) return words.nothing;
  return shorten(tell(template, names), longest);
}

function tell(template: Template, names: ReadonlyMap<NodeId, string>): string {
  const valueAndPath = ({
    of,
    path,
  }: {
    of: Template;
    path: readonly (string | number)[];
  }) => ({ value: tell(of, names), path: pathText(path) });
  switch (template.type) {
    case "value":
      return showValue(template.value);
    case "ref":
      return `${names.get(template.node) ?? template.node}${pathText(template.path)}`;
    case "each":
      return words.eachOf(valueAndPath(template));
    case "flatten":
      return words.flattened(valueAndPath(template));
    case "parameter":
      return `${tell(template.of, names)}${pathText(template.path)}`;
    case "list":
      return `[${template.items.map((item) => tell(item, names)).join(", ")}]`;
    case "object":
      return `{ ${template.entries.map(([key, value]) => `${key}: ${tell(value, names)}`).join(", ")} }`;
  }
}

/** A path as it is written behind the name of a value: `.rows[3]["a b"]`. */
export function pathText(path: readonly (string | number)[]): string {
  return path
    .map((key) =>
      typeof key === "number"
        ? `[${key}]`
        : /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key)
          ? `.${key}`
          : `[${JSON.stringify(key)}]`,
    )
    .join("");
}

/** The place of an element of a map, as one writes it: `[3]`, `[3][0]`. */
export function elementText(path: readonly number[]): string {
  return path.map((place) => `[${place}]`).join("");
}
