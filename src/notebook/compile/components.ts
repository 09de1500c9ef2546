/**
 * The strongly connected components of a graph, by Tarjan's algorithm: nodes that lead to each other are in one. Each component
 * comes after those that it leads to. Without recursion, for a chain may be as long as a notebook.
 */
export function findComponents<Node>(
  nodes: Iterable<Node>,
  after: (node: Node) => Iterable<Node>,
): Node[][] {
  interface Visit {
    node: Node;
    index: number;
    /** The least index that is reached from here among those without a component. */
    low: number;
    isOpen: boolean;
    readonly rest: Iterator<Node>;
  }
  const visits = new Map<Node, Visit>();
  const components: Node[][] = [];
  /** Nodes that have no component yet, in the order in which they were found. */
  const open: Visit[] = [];

  function visit(node: Node): Visit {
    const index = visits.size;
    const rest = after(node)[Symbol.iterator]();
    const begun: Visit = { node, index, low: index, isOpen: true, rest };
    visits.set(node, begun);
    open.push(begun);
    return begun;
  }

  for (const start of nodes) {
    if (visits.has(start)) continue;
    const path = [visit(start)];
    for (let here = path.at(-1); here; here = path.at(-1)) {
      const next = here.rest.next();
      if (!next.done) {
        const known = visits.get(next.value);
        if (!known) path.push(visit(next.value));
        else if (known.isOpen) here.low = Math.min(here.low, known.index);
        continue;
      }
      path.pop();
      const before = path.at(-1);
      if (before) before.low = Math.min(before.low, here.low);
      if (here.low < here.index) continue;
      const component = open.splice(open.lastIndexOf(here));
      for (const each of component) each.isOpen = false;
      components.push(component.map(({ node }) => node));
    }
  }
  return components;
}
