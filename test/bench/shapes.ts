import type { Graph } from "../../src/core/graph.ts";
import { makeGraph } from "../core/makeGraph.ts";

/** What each task needs, by number; a task needs only earlier ones. */
export interface Shape {
  name: string;
  needs: readonly (readonly number[])[];
}

/** Each task needs the one before. */
export function chain(tasks: number): Shape {
  return {
    name: "chain",
    needs: Array.from({ length: tasks }, (_, at) => (at === 0 ? [] : [at - 1])),
  };
}

/** One task that all others need. */
export function fanOut(tasks: number): Shape {
  return {
    name: "fan-out",
    needs: Array.from({ length: tasks }, (_, at) => (at === 0 ? [] : [0])),
  };
}

/** A hundred layers; each task needs two of the layer before. */
export function layered(tasks: number): Shape {
  const width = Math.max(1, Math.floor(tasks / 100));
  return {
    name: "layered",
    needs: Array.from({ length: tasks }, (_, at) => {
      if (at < width) return [];
      const before = at - width;
      const next =
        before + 1 < Math.floor(at / width) * width
          ? before + 1
          : before - width + 1;
      return next === before || next < 0 ? [before] : [before, next];
    }),
  };
}

/** A flow of that shape. */
export function toGraph({ needs }: Shape): Graph {
  return makeGraph(
    Object.fromEntries(
      needs.map((list, at) => [
        `t-${at}`,
        { task: "t", name: "t", needs: list.map((other) => `t-${other}`) },
      ]),
    ),
  );
}
