import fc from "fast-check";
import { expect, test } from "vitest";
import {
  computeVersions,
  type VersionUnit,
} from "../../../src/notebook/compile/versions.ts";
import { findComponents } from "../../../src/notebook/compile/components.ts";

type Edges = readonly (readonly number[])[];

/** A graph by what each node leads to: mostly a chain, so that much is reached, with circles and with jumps. */
const graphs = (most: number): fc.Arbitrary<Edges> =>
  fc
    .integer({ min: 1, max: most })
    .chain((size) =>
      fc.array(
        fc.oneof(
          { arbitrary: fc.constant([1]), weight: 8 },
          {
            arbitrary: fc.array(fc.integer({ min: -20, max: 20 }), {
              maxLength: 3,
            }),
            weight: 1,
          },
        ),
        { minLength: size, maxLength: size },
      ),
    )
    .map((steps) =>
      steps.map((by, at) =>
        by
          .map((step) => at + step)
          .filter((to) => to >= 0 && to < steps.length),
      ),
    );

function reached(edges: Edges, from: number): Set<number> {
  const all = new Set([from]);
  for (const at of all) for (const to of edges[at]!) all.add(to);
  return all;
}

const unitsOf = (edges: Edges, changed?: number): VersionUnit[] =>
  edges.map((to, at) => ({
    hash: at === changed ? "changed" : `hash${at}`,
    defines: [`name${at}`],
    refersTo: to.map((next) => `name${next}`),
  }));

test("a change gives those names another version that need it, and no others, however many there are", () => {
  fc.assert(
    fc.property(
      graphs(500).chain((edges) =>
        fc.tuple(fc.constant(edges), fc.nat(edges.length - 1)),
      ),
      ([edges, changed]) => {
        const before = computeVersions(unitsOf(edges)).versions;
        const after = computeVersions(unitsOf(edges, changed)).versions;
        edges.forEach((_, at) =>
          expect(before[`name${at}`] !== after[`name${at}`]).toBe(
            reached(edges, at).has(changed),
          ),
        );
        expect(new Set(Object.values(before)).size).toBe(edges.length);
      },
    ),
    { numRuns: 50 },
  );
});

test("a name uses the context if anything does that it needs, however far away", () => {
  const size = 5_000;
  const units = unitsOf(
    Array.from({ length: size }, (_, at) => (at + 1 < size ? [at + 1] : [])),
  );
  const last = units[size - 2]!;
  units[size - 2] = { ...last, refersTo: [...last.refersTo, "context"] };
  const { usesContext } = computeVersions(units);
  expect(usesContext).toHaveLength(size - 1);
  expect(usesContext).not.toContain(`name${size - 1}`);
});

test("nodes are in one component if they lead to each other, and each component comes after those that it leads to", () => {
  fc.assert(
    fc.property(graphs(60), (edges) => {
      const components = findComponents(edges.keys(), (at) => edges[at]!);
      const place = new Map(
        components.flatMap((nodes, index) => nodes.map((at) => [at, index])),
      );
      expect(components.flat()).toHaveLength(edges.length);
      edges.forEach((_, at) => {
        for (const to of reached(edges, at)) {
          expect(place.get(to)).toBeLessThanOrEqual(place.get(at)!);
          expect(place.get(to) === place.get(at)).toBe(
            reached(edges, to).has(at),
          );
        }
      });
    }),
  );
});
