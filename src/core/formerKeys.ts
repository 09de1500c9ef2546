/** Runs whose keys were made by the rules of before. */
import type { NodeId } from "./graph.ts";
import { baseOf, taskKeys } from "./keys.ts";
import type { RunState } from "./run.ts";

type Keys = Readonly<Record<NodeId, string>>;

/** What the keys of a flow are made of, besides the flow. */
export interface KeyParts {
  readonly versions: Readonly<Record<string, string>>;
  readonly usesContext: readonly string[];
}

const known = new WeakMap<RunState, { parts: KeyParts; run: RunState }>();

/**
 * The last run with the keys that its tasks would have today, as far as they are what they were: so a result holds that was
 * found by another rule. A task that has changed since has a key that nothing has.
 *
 * @param keys those of the flow as it is now
 */
export function withTodaysKeys(
  last: RunState,
  keys: Keys,
  parts: KeyParts,
): RunState {
  const isToday =
    last.graph.nodes.every(({ id }) => last.keys[id] === keys[id]) ||
    Object.values(last.keys).some(isNumbered);
  if (isToday) return last;
  const found = known.get(last);
  if (found?.parts === parts) return found.run;
  const run = translate(last, parts);
  known.set(last, { parts, run });
  return run;
}

function translate(last: RunState, parts: KeyParts): RunState {
  const { graph, parameters } = last;
  const { versions } = parts;
  const context = new Set(parts.usesContext);
  const today = taskKeys(graph, versions, parameters, context);
  const isRuleSame =
    !Object.values(today).some(isNumbered) &&
    !graph.nodes.some(
      (node) => node.kind === "task" && node.operator && context.has(node.task),
    );
  if (isRuleSame) return last;
  const former = taskKeys(graph, versions, parameters, context, true);
  const keys = Object.entries(last.keys).map(([id, key]) => [
    id,
    key === former[id] ? today[id]! : key,
  ]);
  return { ...last, keys: Object.fromEntries(keys) as Keys };
}

/** Whether a key is one that there was not before. */
function isNumbered(key: string): boolean {
  return baseOf(key) !== key;
}
