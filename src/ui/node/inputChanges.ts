import type { RunEvent } from "../../core/events.ts";
import type { Graph, NodeId } from "../../core/graph.ts";
import type { NodeResult } from "../../core/report.ts";
import type { RunState, TaskRun } from "../../core/run.ts";
import { replay } from "../../core/scheduler.ts";
import { snapshot } from "../../core/snapshot.ts";
import { clip, valueText } from "../../views/graph/nodeText.ts";
import * as words from "../words/node.ts";
import { firstDifference } from "./firstDifference.ts";

/** A result of more bytes is not read to be compared: what changed in it would not be found by looking at it, either. */
const mostCompared = 1_000_000;
/** The most of a value, and of the place where it is, that stands in a line. */
const widestValue = 60;

/** The run as it was when a task of it ran last, after which others may have run by themselves. */
export function whenItRan(
  events: readonly RunEvent[],
  run: RunState,
  node: NodeId,
): RunState {
  let id = node;
  let end = events.length;
  for (let at = events.length - 1; at >= 0; at -= 1) {
    const event = events[at]!;
    if (event.type !== "run-started" && event.type !== "run-resumed") continue;
    const kept =
      event.type === "run-resumed"
        ? event.kept.find((keep) => keep.node === id)
        : undefined;
    const isLeft = event.type === "run-resumed" && event.left?.includes(id);
    if (!kept && !isLeft) break;
    id = kept?.from ?? id;
    end = at;
  }
  return end === events.length ? run : snapshot(replay(events.slice(0, end)));
}

/** What is asked of the runs of the notebook. */
export interface RunReader {
  events(run: string): readonly RunEvent[];
  resultOf(task: TaskRun): Promise<NodeResult | undefined>;
}

/**
 * How what a task takes differs from what it was when the task ran, a line for each parameter and task: `days was 7 and is 30.`
 * `parameters` are those of the form. The result of a task that has not run again since is the one that it had.
 */
export async function inputChanges(
  reader: RunReader,
  run: RunState,
  {
    graph,
    node,
    parameters,
  }: {
    graph: Graph;
    node: NodeId;
    parameters: Readonly<Record<string, unknown>>;
  },
): Promise<string[]> {
  const then = whenItRan(reader.events(run.run), run, node);
  const inputs = graph.edges.flatMap(({ from, to }) =>
    to === node ? graph.nodes.filter(({ id }) => id === from) : [],
  );
  const lines = await Promise.all(
    inputs.map(async (input) => {
      if (input.kind === "parameter")
        return lineOf(
          input.name,
          then.parameters[input.name],
          parameters[input.name] ?? input.parameter.default,
        );
      const before = then.tasks.get(input.id);
      const now = run.tasks.get(input.id);
      if (!before || !now || isSameResult(before, now)) return [];
      if ((before.size ?? 0) + (now.size ?? 0) > mostCompared) return [];
      const [was, is] = await Promise.all([
        reader.resultOf(before),
        reader.resultOf(now),
      ]);
      return was && is ? lineOf(input.name, was.value, is.value) : [];
    }),
  );
  return lines.flat();
}

function isSameResult(one: TaskRun, other: TaskRun): boolean {
  return one.key === other.key && one.resultRun === other.resultRun;
}

function lineOf(name: string, before: unknown, now: unknown): string[] {
  const difference = firstDifference(before, now);
  if (!difference) return [];
  const text = (value: unknown) => clip(valueText(value), widestValue);
  return [
    words.valueChanged({
      name: `${name}${clip(difference.path, widestValue)}`,
      before: text(difference.before),
      now: text(difference.now),
      others: difference.others,
    }),
  ];
}
