import type { LayoutEdge, LayoutNode } from "../../src/views/graph/layout.ts";

/** Random numbers from 0 to 1 that are the same for the same seed. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A graph without cycles whose edges mostly connect nodes that are near to each other, in shuffled order. */
export function randomGraph(
  count: number,
  seed: number,
): { nodes: LayoutNode[]; edges: LayoutEdge[] } {
  const random = randomNumbers(seed);
  const nodes = Array.from({ length: count }, (_, i) => ({
    id: `n${i}`,
    width: 204,
    height: 50,
  }));
  const width = Math.max(2, Math.ceil(Math.sqrt(count)));
  const edges: LayoutEdge[] = [];
  for (let i = width; i < count; i += 1) {
    const needs = 1 + Math.floor(random() * 2.4);
    for (let k = 0; k < needs; k += 1) {
      const back =
        width + Math.round((random() - 0.5) * 8) + (random() < 0.1 ? width : 0);
      edges.push({
        from: `n${Math.min(i - 1, Math.max(0, i - back))}`,
        to: `n${i}`,
      });
    }
  }
  const shuffle = <T>(items: T[]): T[] =>
    items
      .map((item) => ({ item, key: random() }))
      .sort((a, b) => a.key - b.key)
      .map(({ item }) => item);
  return { nodes: shuffle(nodes), edges: shuffle(edges) };
}
