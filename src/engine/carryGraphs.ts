import { transferHandlers } from "comlink";
import type { Graph } from "../core/graph.ts";
import type { PackedGraph } from "../core/packedGraph.ts";
import {
  isLarge,
  isPackedStart,
  packStart,
  unpackStart,
  type Start,
} from "../core/packedStart.ts";

/** Lets large graphs cross from worker to worker in columns, with what begins or goes on with a run. All sides call it once. */
export function carryGraphs(): void {
  transferHandlers.set("graphs", {
    canHandle: (value): value is object => hasLarge(value),
    serialize: (value: object) => [
      change(value, (one) => (isLargeStart(one) ? packStart(one) : one)),
      [],
    ],
    deserialize(value: object) {
      const made = new Map<PackedGraph, Graph>();
      return change(value, (one) =>
        isPackedStart(one) ? unpackStart(one, made) : one,
      );
    },
  });
}

/** Whether a value has a large graph, or several have, or one has them in its events. */
function hasLarge(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(isLargeStart);
  const { events } = value as { events?: unknown };
  return (
    isLargeStart(value) || (Array.isArray(events) && events.some(isLargeStart))
  );
}

function isLargeStart(value: unknown): value is Start {
  const { graph } = (value ?? {}) as { graph?: Partial<Graph> };
  // What else is called a graph, in values of a notebook's, is none of a flow.
  return (
    typeof graph?.flow === "string" &&
    typeof graph.settings === "object" &&
    Array.isArray(graph.nodes) &&
    isLarge(graph.nodes)
  );
}

/** A value, or each of a list, and the events that one has: what else is in a list may be anything. */
function change(value: object, one: (value: unknown) => unknown): object {
  if (Array.isArray(value)) return value.map(one);
  const { events } = value as { events?: readonly unknown[] };
  const changed = one(value) as object;
  return Array.isArray(events)
    ? { ...changed, events: events.map(one) }
    : changed;
}
