import type { FlowView } from "./drawing.ts";

/**
 * What a flow of the text before is called now: the name in its place in its cell, if that has as many flows as before and none
 * of them had that name. Undefined if the text does not say.
 */
export function nameNow(
  name: string | undefined,
  before: readonly FlowView[],
  flows: readonly FlowView[],
): string | undefined {
  const known = before.find((flow) => flow.name === name);
  if (!known) return undefined;
  const at = before.filter(({ cell }) => cell === known.cell);
  const now = flows.filter(({ cell }) => cell === known.cell);
  const next = now[at.indexOf(known)]?.name;
  const isRenamed =
    at.length === now.length && at.every((flow) => flow.name !== next);
  return isRenamed ? next : undefined;
}
