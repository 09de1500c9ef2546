import fc from "fast-check";
import { expect, test } from "vitest";
import { NeighbourList } from "../../src/core/neighbours.ts";
import type { Neighbours } from "../../src/core/neighbours.ts";

function collect(lists: readonly (readonly number[])[]): Neighbours {
  const list = new NeighbourList(lists.length);
  lists.forEach((neighbours, node) => {
    for (const neighbour of neighbours) list.add(neighbour, node);
    list.close(node);
  });
  return list.take();
}

const listsOf = (neighbours: Neighbours) =>
  Array.from({ length: neighbours.size }, (_, node) => neighbours.of(node));

test("the neighbours of a node are listed once, in the order in which they were added", () => {
  const neighbours = collect([[2, 1, 2], [], [0]]);
  expect(listsOf(neighbours)).toEqual([[2, 1], [], [0]]);
  expect(neighbours.total).toBe(3);
  expect(neighbours.count(0)).toBe(2);
  expect(neighbours.at(0, 1)).toBe(1);
  expect(neighbours.some(0, (one) => one === 1)).toBe(true);
  expect(neighbours.some(1, () => true)).toBe(false);
});

test("the other way round, each node lists those that it is a neighbour of, in their order", () => {
  const lists = fc.integer({ min: 1, max: 12 }).chain((size) =>
    fc.array(fc.array(fc.nat({ max: size - 1 })), {
      minLength: size,
      maxLength: size,
    }),
  );
  fc.assert(
    fc.property(lists, (given) => {
      const expected = given.map((_, node) =>
        given.flatMap((list, of) => (list.includes(node) ? [of] : [])),
      );
      expect(listsOf(collect(given).reversed())).toEqual(expected);
    }),
  );
});
