import type { RunEvent } from "./events.ts";

type Begin = RunEvent & { type: "run-started" | "run-resumed" };

/** What the event that begins a run, or goes on with it, has of what was asked for. */
type Asked = Pick<Begin, "graph" | "keys">;

/** Events without what whoever is told of them has asked for: to copy the graph of thousands of tasks back takes tens of milliseconds. */
export function leaveOutAsked(
  events: readonly RunEvent[],
): readonly RunEvent[] {
  const [first, ...others] = events;
  if (!first || !isBegin(first)) return events;
  const { graph: _, keys: __, ...event } = first;
  // It is put back before anybody looks at it.
  return [event as Begin, ...others];
}

/** The same events as they are. */
export function putBackAsked(
  events: readonly RunEvent[],
  { graph, keys }: Asked,
): readonly RunEvent[] {
  const [first, ...others] = events;
  return first && isBegin(first)
    ? [{ ...first, graph, keys }, ...others]
    : events;
}

function isBegin(event: RunEvent): event is Begin {
  return event.type === "run-started" || event.type === "run-resumed";
}
