/**
 * Puts the cells of a notebook together: which cell gives which name, in which order they are evaluated, and which are left out.
 * Everything is worked out anew each time; what is wrong stays on the cells concerned, and the rest goes on.
 */
import { listNames } from "../../core/words.ts";
import { nameProblem } from "../names.ts";
import type { CellAnalysis, Span } from "./analyseCell.ts";
import {
  hasError,
  leaveBroken,
  leaveCircles,
  resolveTables,
} from "./cellReads.ts";
import { describeCircles, isCell, nextOf } from "./circles.ts";
import type { Step } from "./circles.ts";
import { complain } from "./complain.ts";
import { findComponents } from "./components.ts";
import { commonGlobals, isGlobal, languageValues } from "./globals.ts";
import { explainForeignName, mayBeThere } from "./foreignNames.ts";
import { type Guess, makeGuess } from "./nearest.ts";
import type { Problem } from "./problem.ts";
import type { NamedTable } from "./queryTables.ts";

/** A cell that is to be linked. A SQL cell declares its own name, and uses those of the values that it takes. */
export interface LinkedCell {
  id: string;
  name: string;
  kind: "ts" | "js" | "sql";
  analysis: Pick<
    CellAnalysis,
    "problems" | "isReadable" | "declared" | "free" | "imported" | "flows"
  > & {
    /** Of a SQL cell: the tables that its query names. */
    tables?: readonly NamedTable[];
  };
  /** What is wrong, beginning with what was wrong with the cell by itself. Linking adds to it. */
  problems: Problem[];
  /** Names that it takes from other cells. */
  inputs: string[];
  /** Free names that are the language's. */
  language: string[];
  /** Of a SQL cell: the other SQL cells whose rows its query reads, each with the first place. */
  reads: Map<string, Span>;
  /** Of a SQL cell: names that nothing defines, which are taken from the parameters of a flow. */
  parameters: string[];
  /** Free names that only other surroundings of JavaScript have, with what to do about each. */
  foreign: Map<string, string>;
  /** Why it is left out, for people; undefined if it is not. */
  reason: string | undefined;
}

/**
 * Links cells, which are changed by it; gives those that can be evaluated, each after the cells that it takes names from.
 * `isWritten` says whether the code of the notebook writes a table of a name.
 */
export function linkCells(
  cells: readonly LinkedCell[],
  isWritten: (table: string) => boolean = () => false,
): LinkedCell[] {
  const owners = findOwners(cells);
  checkCellNames(cells);
  checkDuplicates(owners);
  checkFlowNames(cells);
  const guess = makeGuess();
  for (const cell of cells) resolveNames(cell, owners, guess);
  resolveTables(cells, isWritten);
  let components = findComponents(cells, nextOf(owners));
  if (leaveCircles(components))
    components = findComponents(cells, nextOf(owners));
  checkCycles(components, owners);
  for (const cell of cells)
    cell.reason = cell.problems.find(
      (problem) =>
        problem.severity === "error" &&
        !cell.analysis.flows.some((flow) => isIn(flow, problem)),
    )?.message;
  leaveOutWaiting(components.flat(), owners);
  const whole = cells.filter(({ reason }) => reason === undefined);
  return findComponents(whole, nextOf(owners)).flat().filter(isCell);
}

/**
 * Whether a problem is one of the body of a flow. That is called only to draw the flow, so the rest of the cell can be evaluated.
 */
export function isIn(
  { body }: CellAnalysis["flows"][number],
  { code, from, to }: Problem,
): boolean {
  return (
    body !== undefined &&
    (code === "flow-body" || code === "unknown-name") &&
    from >= body.from &&
    to <= body.to
  );
}

/** Which cells define each name. */
export type Owners = ReadonlyMap<string, readonly LinkedCell[]>;

export function findOwners(cells: readonly LinkedCell[]): Owners {
  const owners = new Map<string, LinkedCell[]>();
  for (const cell of cells)
    for (const name of cell.analysis.declared.keys()) {
      const others = owners.get(name);
      if (others) others.push(cell);
      else owners.set(name, [cell]);
    }
  return owners;
}

function checkCellNames(cells: readonly LinkedCell[]): void {
  const counts = new Map<string, number>();
  for (const { name } of cells) counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const cell of cells) {
    const isTaken = (counts.get(cell.name) ?? 0) > 1;
    const message = nameProblem(cell.name, isTaken ? [cell.name] : []);
    if (message !== undefined)
      complain(
        cell,
        undefined,
        "error",
        isTaken ? "duplicate-name" : "notebook-syntax",
        message,
      );
  }
}

function checkDuplicates(owners: Owners): void {
  for (const [name, all] of owners) {
    // What a cell that cannot be read defines is only a guess.
    const cells = all.filter(({ analysis }) => analysis.isReadable);
    for (const cell of cells) {
      const span = cell.analysis.declared.get(name);
      if (cells.length > 1)
        complain(
          cell,
          span,
          "error",
          "duplicate-name",
          describeDuplicate(name, cell, cells),
        );
      warnOfHiding(cell, name, span);
      if (cell.kind === "sql" && name.startsWith("$flowbook"))
        complain(
          cell,
          span,
          "error",
          "cell-syntax",
          "Names that begin with $flowbook are reserved. Rename the cell.",
        );
    }
  }
}

function describeDuplicate(
  name: string,
  cell: LinkedCell,
  cells: readonly LinkedCell[],
): string {
  const where = nameOthers(cells, cell, (other) =>
    other.kind === "sql" ? `the SQL cell ${other.name}` : `cell ${other.name}`,
  );
  return cell.kind === "sql"
    ? `The rows of this cell are called \`${name}\`, and ${where} defines that name too. A name belongs to one cell: rename one of them.`
    : `\`${name}\` is also defined by ${where}. A name belongs to one cell: rename it in one of them.`;
}

/** The cells but this one, unless it has words of its own; only the first are looked at, for there may be thousands. */
function nameOthers(
  cells: readonly LinkedCell[],
  cell: LinkedCell,
  describe: (other: LinkedCell) => string,
  own?: string,
): string {
  const names = cells
    .slice(0, 7)
    .flatMap((other) => (other === cell ? (own ?? []) : describe(other)));
  return listNames(names, 5, cells.length - (own === undefined ? 1 : 0));
}

function warnOfHiding(
  cell: LinkedCell,
  name: string,
  span: Span | undefined,
): void {
  const what = languageValues.has(name)
    ? "Flowbook's own"
    : commonGlobals.has(name)
      ? "JavaScript's own"
      : undefined;
  if (what)
    complain(
      cell,
      span,
      "warning",
      "duplicate-name",
      `\`${name}\` hides ${what} \`${name}\` in every cell of this notebook. Choose another name if you still need that one.`,
    );
}

function checkFlowNames(cells: readonly LinkedCell[]): void {
  type Call = { cell: LinkedCell; flow: CellAnalysis["flows"][number] };
  const calls = new Map<string, Call[]>();
  for (const cell of cells)
    for (const flow of cell.analysis.flows) {
      const same = calls.get(flow.name);
      if (same) same.push({ cell, flow });
      else calls.set(flow.name, [{ cell, flow }]);
    }
  for (const same of calls.values()) {
    if (same.length < 2) continue;
    const counts = new Map<LinkedCell, number>();
    for (const { cell } of same) counts.set(cell, (counts.get(cell) ?? 0) + 1);
    const callers = [...counts.keys()];
    for (const { cell, flow } of same) {
      const where = nameOthers(
        callers,
        cell,
        ({ name }) => `cell ${name}`,
        counts.get(cell)! > 1 ? "this cell" : undefined,
      );
      complain(
        cell,
        { from: flow.from, to: flow.from + "flow".length },
        "error",
        "duplicate-name",
        `There is another flow called ${JSON.stringify(flow.name)} in ${where}. A flow is run by its name: give one of them another.`,
      );
    }
  }
}

function resolveNames(cell: LinkedCell, owners: Owners, guess: Guess): void {
  const { free, imported } = cell.analysis;
  for (const [name, use] of free) {
    const isImported = imported.has(name);
    const owner = isImported ? undefined : owners.get(name)?.[0];
    const isLanguage = isImported || languageValues.has(name);
    if (owner) cell.inputs.push(name);
    else if (isParameter(cell, name, isLanguage)) {
      cell.parameters.push(name);
      continue;
    } else if (isLanguage) cell.language.push(imported.get(name) ?? name);
    if (use.written) {
      const [code, message] = explainWrite(name, owner, isLanguage);
      complain(cell, use.written, "error", code, message);
    } else if (!owner && !isLanguage && !isGlobal(name) && !use.isSoft) {
      const [message, instead] = explainUnknown(name, cell, owners, guess);
      const severity = mayBeThere(name) ? "warning" : "error";
      complain(cell, use, severity, "unknown-name", message, instead);
      if (severity === "warning") cell.foreign.set(name, message);
    }
  }
}

/** Whether a name in a SQL cell can only be a parameter. A worker has globals that are good names for one, such as `name`. */
function isParameter(
  { kind }: LinkedCell,
  name: string,
  isLanguage: boolean,
): boolean {
  return kind === "sql" && !isLanguage && !commonGlobals.has(name);
}

function explainWrite(
  name: string,
  owner: LinkedCell | undefined,
  isLanguage: boolean,
): [Problem["code"], string] {
  if (owner)
    return [
      "cell-syntax",
      `\`${name}\` belongs to cell ${owner.name}, and only that cell can assign to it. Define a name of your own, as in \`const ${name}2 = ...\`.`,
    ];
  if (isLanguage || isGlobal(name))
    return [
      "cell-syntax",
      `\`${name}\` is ${isLanguage ? "Flowbook's" : "the browser's"} and cannot be assigned to. Define a name of your own.`,
    ];
  return [
    "unknown-name",
    `\`${name}\` is not defined. Write \`let ${name} = ...\` to define it.`,
  ];
}

function explainUnknown(
  name: string,
  cell: LinkedCell,
  owners: Owners,
  guess: Guess,
): [message: string, instead?: string | undefined] {
  const foreign = explainForeignName(name);
  const ownNames = () => [...cell.analysis.declared.keys(), ...owners.keys()];
  if (foreign) {
    const own = guess(name, ownNames);
    return own ? [`${foreign} Or did you mean \`${own}\`?`, own] : [foreign];
  }
  const nearest = guess(name, () => [
    ...ownNames(),
    ...languageValues,
    ...[...commonGlobals].filter((known) => known !== "undefined"),
  ]);
  return [
    `\`${name}\` is not defined in any cell. ${nearest ? `Did you mean \`${nearest}\`?` : "Define it here or in another cell."}`,
    nearest,
  ];
}

/** Where a cell first uses a name of another one. */
function placeOf(cell: LinkedCell, name: string): Span | undefined {
  return cell.analysis.free.get(name) ?? cell.reads.get(name);
}

function checkCycles(
  components: readonly (readonly Step[])[],
  owners: Owners,
): void {
  for (const { cell, name, message } of describeCircles(components, owners))
    complain(cell, placeOf(cell, name), "error", "cell-cycle", message);
}

/**
 * Leaves out the cells that need one that is left out, and says so; a query that only reads such a one may mean a table. `steps`
 * come after those that they need.
 */
function leaveOutWaiting(steps: readonly Step[], owners: Owners): void {
  /** By a name, the cell that should give it. */
  const missing = new Map<string, LinkedCell>();
  for (const step of steps) {
    if (!isCell(step)) {
      const owner = owners
        .get(step)
        ?.find(({ reason }) => reason !== undefined);
      if (owner) missing.set(step, owner);
      continue;
    }
    if (step.reason !== undefined) continue;
    const name = step.inputs.find((input) => missing.has(input));
    if (name === undefined) {
      leaveBroken(step, missing);
      continue;
    }
    const owner = missing.get(name)!;
    step.reason = `This cell needs \`${name}\` and waits for cell ${owner.name}, which ${hasError(owner) ? "has an error. Correct it there" : "waits for another cell itself. Look there for what is to be done"}.`;
    complain(step, placeOf(step, name), "warning", "cell-failed", step.reason);
  }
}
