import { untrack } from "svelte";
import { positionAt } from "../../notebook/compile/position.ts";
import type { Cell, Diagnostic } from "../../notebook/document.ts";
import {
  startTypeChecker,
  type RemoteTypeChecker,
  type RunningTypeChecker,
} from "../../types/client.ts";
import type {
  NotebookSurroundings,
  TypedCell,
  TypeProblem,
} from "../../types/protocol.ts";
import type { Session } from "../session.svelte.ts";
import { findChange, type Replacement } from "../../notebook/findChange.ts";
import { isToldBy } from "./isToldBy.ts";
import { knownCells } from "./knownCells.ts";
import { plannedTables } from "./plannedTables.ts";
import { unknownTables } from "./sqlProblems.ts";
import { isTyped, typedBy, type Typed } from "./typedLines.ts";
import type { CellTypeChecker, KnownTable } from "./surroundings.ts";
import * as words from "../words/types.ts";

/** How long the typing pauses before types are checked. */
const pause = 350;
/** Rows of a SQL cell that are looked at for the types of its columns. */
const sampledRows = 50;

/** What was found in a cell's text, and which text that was. */
interface Checked {
  source: string;
  problems: readonly FoundProblem[];
}

type FoundProblem = Diagnostic & Pick<TypeProblem, "isForLater">;

/** What the type checker and a look at the queries say of the open notebook; begins when somebody writes. */
export class CellTypes {
  readonly #session: Session;
  #running: RunningTypeChecker | undefined;
  #hasFailed = false;
  #sent: { cells: unknown; surroundings: NotebookSurroundings } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #checked = $state.raw<Readonly<Record<string, Checked>>>({});
  /** Where somebody has typed in the chosen cell since it was chosen. */
  #typed = $state.raw<Typed & { cell: string }>();
  /** What is wrong with tasks, by their names. */
  problems = $state.raw<ReadonlyMap<string, string>>(new Map());
  /** What types depend on beside the text. */
  readonly #surroundings = $derived.by((): NotebookSurroundings => {
    const { notebook, tables, files, views } = this.#session;
    return {
      tables,
      attachments: files.map(({ name }) => name),
      results: Object.fromEntries(
        (notebook?.cells ?? []).flatMap(({ id, kind }) => {
          const output = views.outputs[id]?.outputs[0];
          if (kind !== "sql" || output?.type !== "table") return [];
          const { columns, rows } = output;
          return [[id, { columns, rows: rows.slice(0, sampledRows) }]];
        }),
      ),
    };
  });

  constructor(session: Session) {
    this.#session = session;
    $effect.root(() => {
      $effect(() => {
        // Whatever types depend on.
        void [session.notebook, this.#surroundings];
        untrack(() => this.#checkSoon());
      });
      let before: { cell: string; source: string } | undefined;
      $effect(() => {
        const cell = session.selectedCell;
        const source = session.notebook?.cells.find(
          ({ id }) => id === cell,
        )?.source;
        untrack(() => {
          const typed =
            cell !== undefined && cell === before?.cell
              ? typedBy(this.#typed, before.source, source ?? "")
              : undefined;
          this.#typed = typed && { cell: cell!, ...typed };
          before =
            cell === undefined ? undefined : { cell, source: source ?? "" };
        });
      });
    });
  }

  /** Problems of a cell with its types, but for those that are told by others of the same place. */
  of(cell: Cell, told: readonly Diagnostic[]): readonly Diagnostic[] {
    const checked = this.#checked[cell.id];
    if (!checked) return [];
    const typed = this.#typed?.cell === cell.id ? this.#typed : undefined;
    return follow(checked, cell.source).filter(
      (problem) =>
        !(problem.isForLater && isTyped(typed, cell.source, problem.line)) &&
        !isToldBy(told, problem),
    );
  }

  /** The type checker for a cell, given the text as it stands; undefined if it cannot be had. */
  async checkerOf(cell: string): Promise<CellTypeChecker | undefined> {
    const running = this.#start();
    if (!running) return undefined;
    const { checker, failed } = running;
    const ask = async <T>(
      question: (checker: RemoteTypeChecker) => Promise<T>,
    ): Promise<T | undefined> => {
      await this.#send(checker);
      return Promise.race([
        question(checker),
        failed.then(() => this.#fail(running)),
      ]);
    };
    return {
      complete: (offset) => ask((it) => it.complete(cell, offset)),
      describeSuggestion: (offset, name) =>
        ask((it) => it.describeSuggestion(cell, offset, name)),
      hover: (offset) => ask((it) => it.hover(cell, offset)),
      callHelp: (offset) => ask((it) => it.callHelp(cell, offset)),
      definition: (offset) => ask((it) => it.definition(cell, offset)),
      renaming: (offset) => ask((it) => it.renaming(cell, offset)),
    };
  }

  /** What makes a cell's text tidy. */
  async format(cell: string): Promise<readonly Replacement[]> {
    const running = this.#start();
    if (!running) return [];
    await this.#send(running.checker);
    return running.checker.format(cell);
  }

  /** Tables that are there, those that cells say they make, and the SQL cells that are none of these. */
  tables(): readonly KnownTable[] {
    const { tables, notebook, views } = this.#session;
    const cells = notebook?.cells ?? [];
    const names = new Set(tables.map(({ name }) => name));
    const known: KnownTable[] = [
      ...tables,
      ...plannedTables(cells)
        .names.filter((name) => !names.has(name))
        .map((name) => ({ name, columns: [] })),
    ];
    const columnsOf = ({ id }: Cell) => {
      const output = views.outputs[id]?.outputs[0];
      return output?.type === "table" ? output.columns : undefined;
    };
    return [...known, ...knownCells(cells, known, columnsOf)];
  }

  #start(): RunningTypeChecker | undefined {
    if (this.#hasFailed) return undefined;
    if (!this.#running) {
      this.#running = startTypeChecker();
      this.#checkSoon();
    }
    return this.#running;
  }

  #fail(running: RunningTypeChecker): undefined {
    if (this.#running !== running) return undefined;
    this.#running = undefined;
    this.#hasFailed = true;
    this.#session.notify("error", words.checkerNotLoaded);
    return undefined;
  }

  /** Gives the worker the notebook, if it has not got it as it stands. */
  async #send(checker: RemoteTypeChecker): Promise<void> {
    const cells = this.#session.notebook?.cells ?? [];
    const surroundings = this.#surroundings;
    if (this.#sent?.cells === cells && this.#sent.surroundings === surroundings)
      return;
    this.#sent = { cells, surroundings };
    // Messages keep their order, so nobody waits for the answer.
    await Promise.race([
      checker.update(
        cells.map(({ id, kind, name, source }): TypedCell => ({
          id,
          kind,
          name,
          source,
        })),
        surroundings,
      ),
      this.#running?.failed,
    ]);
  }

  #checkSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#check(), pause);
  }

  async #check(): Promise<void> {
    const { notebook } = this.#session;
    if (!notebook) return;
    const found: Record<string, FoundProblem[]> = {};
    const running = this.#running;
    if (running) {
      await this.#send(running.checker);
      const problems = await Promise.race([
        running.checker.problems(),
        running.failed.then(() => this.#fail(running)),
      ]);
      // A newer text is checked soon.
      if (this.#session.notebook !== notebook) return;
      for (const problem of problems ?? [])
        (found[problem.cell] ??= []).push(
          toProblem(notebook.cells, problem.cell, problem),
        );
      this.problems = byTask(problems ?? []);
    }
    const tables = this.tables();
    const { hasOthers } = plannedTables(notebook.cells);
    for (const { id, kind, source } of notebook.cells)
      if (kind === "sql")
        found[id] = [
          ...(found[id] ?? []),
          ...unknownTables(
            source,
            tables.filter(({ cell }) => cell !== id).map(({ name }) => name),
            hasOthers,
          ).map((problem) =>
            toProblem(notebook.cells, id, {
              ...problem,
              code: "unknown-name",
              severity: "warning",
              isForLater: false,
            }),
          ),
        ];
    this.#checked = Object.fromEntries(
      notebook.cells.flatMap(({ id, source }) => {
        const problems = found[id];
        return problems ? [[id, { source, problems }]] : [];
      }),
    );
  }
}

function toProblem(
  cells: readonly Cell[],
  cell: string,
  problem: Omit<FoundProblem, "cell" | "line" | "column">,
): FoundProblem {
  const source = cells.find(({ id }) => id === cell)?.source ?? "";
  return { ...problem, cell, ...positionAt(source, problem.from) };
}

/** What is wrong with tasks, by their names: the first of it. */
function byTask(problems: readonly TypeProblem[]): ReadonlyMap<string, string> {
  const first = new Map<string, string>();
  for (const { task, message } of problems)
    if (task !== undefined && !first.has(task)) first.set(task, message);
  return first;
}

/** The problems where they stand now that the text has changed; those in the changed part are left out until it is checked. */
function follow(
  { source, problems }: Checked,
  now: string,
): readonly FoundProblem[] {
  const change = findChange(source, now);
  if (!change) return problems;
  const moved = change.insert.length - (change.to - change.from);
  return problems.flatMap((problem) => {
    if (problem.to < change.from) return [problem];
    if (problem.from <= change.to) return [];
    const from = problem.from + moved;
    return [
      { ...problem, from, to: problem.to + moved, ...positionAt(now, from) },
    ];
  });
}
