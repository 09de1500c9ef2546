/** Cells that need each other in a circle. */
import type { LinkedCell, Owners } from "./link.ts";

/** A cell, or a name: it stands between the cells that use it and those that define it, of both of which there may be thousands. */
export type Step = LinkedCell | string;

export function isCell(step: Step): step is LinkedCell {
  return typeof step !== "string";
}

/** The names that a cell needs of others: those that its code uses, and the SQL cells that its query reads. */
export function neededBy({ inputs, reads }: LinkedCell): readonly string[] {
  return reads.size > 0 ? [...new Set([...inputs, ...reads.keys()])] : inputs;
}

/** What a cell needs, and which cells define a name. */
export function nextOf(owners: Owners): (step: Step) => readonly Step[] {
  return (step) => (isCell(step) ? neededBy(step) : (owners.get(step) ?? []));
}

/** How many steps are looked at in all to say how cells need each other. */
const mostSteps = 100_000;

/** How many cells of a circle are named. */
const mostNamed = 20;

/** What is wrong with each cell that needs itself, and the name by which it does. */
export function describeCircles(
  components: readonly (readonly Step[])[],
  owners: Owners,
): { cell: LinkedCell; name: string; message: string }[] {
  let left = mostSteps;
  return components.flatMap((component) => {
    // A cell that needs itself alone is here together with the name.
    if (component.length < 2) return [];
    const inside = new Set(component);
    return component.filter(isCell).map((cell) => {
      const path = findCycle(cell, owners, () => left-- > 0);
      const name =
        path[0]?.name ?? neededBy(cell).find((input) => inside.has(input))!;
      const steps = path
        .slice(0, mostNamed)
        .map(
          (step, index) =>
            `${index === 0 ? "needs" : "which needs"} \`${step.name}\` of cell ${step.cell.name}`,
        );
      if (path.length === 0)
        steps.push(`needs \`${name}\`, which needs this cell`);
      if (path.length > mostNamed)
        steps.push(`and so on over ${path.length - mostNamed} more`);
      const message = `Cell ${cell.name} ${steps.join(", ")}: cells that need each other in a circle cannot be evaluated. Move one of these names into a cell of its own.`;
      return { cell, name, message };
    });
  });
}

/** The shortest way from a cell over the cells it needs back to itself; empty if there is no time to find it. */
function findCycle(
  start: LinkedCell,
  owners: Owners,
  mayGoOn: () => boolean,
): { cell: LinkedCell; name: string }[] {
  const cameFrom = new Map<Step, Step>();
  const queue: Step[] = [start];
  for (const step of queue)
    for (const next of nextOf(owners)(step)) {
      if (cameFrom.has(next)) continue;
      if (!mayGoOn()) return [];
      cameFrom.set(next, step);
      if (next !== start) {
        queue.push(next);
        continue;
      }
      const path: { cell: LinkedCell; name: string }[] = [];
      let at = start;
      do {
        const name = cameFrom.get(at) as string;
        path.push({ cell: at, name });
        at = cameFrom.get(name) as LinkedCell;
      } while (at !== start);
      return path.reverse();
    }
  return [];
}
