import type { Program, ProgramCell } from "../notebook/compile/program.ts";
import type { RefusedStep } from "./protocol.ts";

/** The steps of drawing that did not come to their end, which are not to be tried again before their code changes. */
export class RefusedSteps {
  #known: { step: RefusedStep; code: string }[] = [];

  /** Those that a program still has as they were; the others are forgotten. */
  of(program: Program): readonly RefusedStep[] {
    this.#known = this.#known.filter(
      ({ step, code }) => codeOf(program, step) === code,
    );
    return this.#known.map(({ step }) => ({
      ...step,
      // It may have been the machine that was slow.
      message: `${step.message} It is tried again when its code, or code that it uses, has changed.`,
    }));
  }

  /** Keeps a step of a program. */
  add(program: Program, step: RefusedStep): void {
    const code = codeOf(program, step);
    if (code !== undefined) this.#known.push({ step, code });
  }
}

/** What a step does: the code of its cell and of all that it takes names from, however indirectly. */
function codeOf(
  { cells }: Program,
  { cell: name }: RefusedStep,
): string | undefined {
  const found = new Set<ProgramCell>();
  const add = (cell: ProgramCell | undefined): void => {
    if (!cell || found.has(cell)) return;
    found.add(cell);
    for (const input of cell.inputs)
      add(cells.find(({ declares }) => declares.includes(input)));
  };
  add(cells.find((cell) => cell.name === name));
  return found.size === 0
    ? undefined
    : Array.from(found, ({ hash }) => hash).join(" ");
}
