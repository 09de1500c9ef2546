import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import type { Place } from "../../src/core/errors.ts";
import type { RunState } from "../../src/core/run.ts";
import { fit, widthOf } from "../../src/node/terminalText.ts";
import { watchRun } from "../../src/node/watchRun.ts";

/** A terminal that keeps what is on its screen, as far as lines that wrap and are drawn again go. */
class Screen extends EventEmitter {
  readonly isTTY = true;
  columns: number;
  readonly rows = 24;
  lines: string[] = [];
  /** Whether it shows each sign of an emoji that is made of several. */
  readonly #isSimple: boolean;

  constructor(columns: number, isSimple = false) {
    super();
    this.columns = columns;
    this.#isSimple = isSimple;
  }

  /** As terminals do that wrap anew what is on them. */
  narrow(columns: number): void {
    this.columns = columns;
    this.lines = this.lines.flatMap((line) => wrap(line, columns));
  }

  write(text: string): void {
    const [, up, rest] = /^(?:\u001b\[(\d+)A)?\r\u001b\[J([^]*)$/.exec(text)!;
    this.lines.length = Math.max(0, this.lines.length - Number(up ?? 0));
    const [above, tree, below] = rest!
      .replace(/\u001b\[\d+m/g, "")
      .split(/\u001b\[\?7[lh]/)
      .map((part) => part.split("\n").slice(0, -1));
    const rowsOf = (line: string) => wrap(line, this.columns, this.#isSimple);
    this.lines.push(...above!.flatMap(rowsOf));
    this.lines.push(...tree!.map((line) => rowsOf(line)[0]!));
    this.lines.push(...below!.flatMap(rowsOf));
    expect(text.lastIndexOf("\u001b[?7h")).toBeGreaterThan(
      text.lastIndexOf("\u001b[?7l"),
    );
  }
}

function wrap(line: string, columns: number, isSimple = false): string[] {
  const rows = [""];
  const signs = isSimple
    ? [...line]
    : Array.from(new Intl.Segmenter().segment(line), ({ segment }) => segment);
  const widthOfAll = (text: string) =>
    isSimple
      ? [...text].reduce((sum, sign) => sum + widthOf(sign), 0)
      : widthOf(text);
  for (const sign of signs) {
    if (widthOfAll(rows.at(-1)! + sign) > columns) rows.push("");
    rows[rows.length - 1] += sign;
  }
  return rows;
}

function stateOf(name: string): RunState {
  const node = { kind: "task", id: "a-1", name, within: [] };
  const task = {
    state: "Running",
    attempt: 1,
    attempts: [],
    fallbacks: [],
    startedAt: 0,
  };
  return {
    flow: "A flow with a name that is long",
    state: "Running",
    startedAt: 0,
    graph: { nodes: [node] },
    tasks: new Map([["a-1", task]]),
  } as unknown as RunState;
}

const nothing = { progress: {}, logs: [] } as never;

test("a tree is drawn over the one before when the terminal has become narrower", () => {
  const screen = new Screen(60);
  const watcher = watchRun(screen as unknown as NodeJS.WriteStream);
  watcher.update(nothing, stateOf("a task whose name is as long as they come"));
  expect(screen.lines).toHaveLength(2);
  screen.narrow(15);
  expect(screen.lines.length).toBeGreaterThan(2);
  watcher.update(nothing, stateOf("a task whose name is as long as they come"));
  expect(screen.lines).toHaveLength(2);
  watcher.end(undefined);
  expect(screen.lines).toHaveLength(2);
});

test("a tree is drawn over the one before, however narrow the terminal is", () => {
  for (const columns of [10, 20, 40, 200]) {
    const screen = new Screen(columns);
    const watcher = watchRun(screen as unknown as NodeJS.WriteStream);
    for (const name of ["extract", "取得する航空機の位置", "✈️ 🇩🇪 planes"]) {
      watcher.update(nothing, stateOf(name));
      watcher.update(nothing, stateOf(name));
    }
    watcher.end(undefined);
    expect(screen.lines).toHaveLength(2);
  }
});

test("a tree is drawn over the one before where a terminal shows each emoji of one that is made of several", () => {
  const screen = new Screen(40, true);
  const watcher = watchRun(screen as unknown as NodeJS.WriteStream);
  const name = "👨‍👩‍👧‍👦".repeat(6);
  for (let time = 0; time < 3; time += 1)
    watcher.update(nothing, stateOf(name));
  expect(screen.lines).toHaveLength(2);
  watcher.end(undefined);
});

test("a long name leaves room for the state and the time", () => {
  for (const columns of [40, 80, 200]) {
    const screen = new Screen(columns);
    const watcher = watchRun(screen as unknown as NodeJS.WriteStream);
    watcher.end({
      ...failed("no"),
      ...{ graph: stateOf("a name without an end ".repeat(20)).graph },
    });
    expect(screen.lines[1]).toMatch(/^✗ a name .*… +Failed +5ms/);
  }
});

/** A map of pages of which every hundredth has failed, with what each says. */
function mapped(messageOf: (index: number) => string): RunState {
  const state = failed("3 of 300 failed.");
  const isFailure = (index: number) => index % 100 === 7;
  const children = {
    count: 300,
    counts: { Success: 297, Failed: 3 },
    stateOf: (at: number) => (isFailure(at) ? "Failed" : "Success"),
    run: (at: number) => ({ message: messageOf(at) }),
    pathOf: (at: number) => [at],
  };
  const task = { ...state.tasks.get("a-1")!, state: "Mapped", children };
  return { ...state, tasks: new Map([["a-1", task]]) } as unknown as RunState;
}

test("of a map it is said why elements have failed, each message once, and it bears no sign of success", () => {
  const different = mapped((at) => `HTTP 404 of page ${at}`);
  const screen = new Screen(120);
  watchRun(screen as unknown as NodeJS.WriteStream).end(different);
  expect(screen.lines[1]).toMatch(
    /^! read {2}Mapped +5ms {2}█+ 300\/300 {2}3 of 300 failed\.$/,
  );
  const reasons = [7, 107, 207].map(
    (at) => `read[${at}]: HTTP 404 of page ${at}`,
  );
  expect(screen.lines.slice(2)).toEqual(reasons);

  const parts: string[] = [];
  const stream = { write: (part: string) => parts.push(part) };
  watchRun(stream as unknown as NodeJS.WriteStream).end(different);
  expect(parts.slice(0, 4)).toEqual([
    "! read Mapped  5ms  297 Success, 3 Failed  3 of 300 failed.\n",
    ...reasons.map((line) => `  ${line}\n`),
  ]);

  const narrow = new Screen(50);
  watchRun(narrow as unknown as NodeJS.WriteStream).end(mapped(() => "down"));
  expect(narrow.lines.slice(1)).toEqual(
    [
      "! read  Mapped        5ms  300/300  3 of 300 failed.",
      "read[7]: down",
    ].map((line) => fit(line, 49)),
  );
});

test("a run of a flow without tasks says that there are none", () => {
  const screen = new Screen(80);
  const watcher = watchRun(screen as unknown as NodeJS.WriteStream);
  watcher.end({
    ...stateOf("a"),
    state: "Success",
    endedAt: 5,
    tasks: new Map(),
  });
  expect(screen.lines[0]).toMatch(/Success, 5ms \(no tasks\)$/);
});

test("a tree is drawn where the terminal does not say how large it is", () => {
  const screen = new Screen(80);
  screen.columns = 0;
  const watcher = watchRun(screen as unknown as NodeJS.WriteStream);
  screen.write = (text) => void screen.lines.push(text);
  watcher.end(stateOf("extract"));
  expect(screen.lines.join("")).toContain("extract");
});

test("a text is cut where it would not fit, signs of two columns counted as such", () => {
  expect(fit("abc", 3)).toBe("abc");
  expect(fit("abcd", 3)).toBe("ab…");
  expect(fit("日本語", 6)).toBe("日本語");
  expect(fit("日本語", 5)).toBe("日本…");
  expect(fit("日本語", 4)).toBe("日…");
  expect(fit("e\u0301e\u0301", 2)).toBe("e\u0301e\u0301");
  expect(fit("abc", 0)).toBe("");
});

function failed(message: string, place?: Place): RunState {
  const node = { kind: "task", id: "a-1", name: "read", within: [] };
  const task = {
    state: "Failed",
    attempt: 1,
    attempts: [],
    fallbacks: [],
    startedAt: 0,
    endedAt: 5,
    message,
    ...(place && { error: { name: "Error", message, place } }),
  };
  return {
    flow: "main",
    state: "Failed",
    startedAt: 0,
    endedAt: 5,
    graph: { nodes: [node] },
    tasks: new Map([["a-1", task]]),
  } as unknown as RunState;
}

test("a message that the tree has no room for is there as a whole at the end", () => {
  const message = "The file a.csv has no column delay.\nIt has id and name.";
  const screen = new Screen(40);
  const watcher = watchRun(screen as unknown as NodeJS.WriteStream);
  watcher.update(nothing, failed(message));
  expect(screen.lines).toHaveLength(2);
  watcher.end(failed(message));
  expect(screen.lines.slice(2)).toEqual(
    `read: ${message}`.split("\n").flatMap((line) => wrap(line, 40)),
  );

  const wide = new Screen(200);
  const other = watchRun(wide as unknown as NodeJS.WriteStream);
  other.end(failed(message));
  expect(wide.lines).toHaveLength(2);
});

test("where in the notebook a task failed stands behind its message", () => {
  const run = failed("no delay", { cell: "defs", line: 3, column: 10 });
  const screen = new Screen(200);
  watchRun(screen as unknown as NodeJS.WriteStream).end(run);
  expect(screen.lines[1]).toMatch(/no delay \(cell defs, line 3\)$/);
  expect(screen.lines).toHaveLength(2);

  const parts: string[] = [];
  const stream = { write: (part: string) => parts.push(part) };
  watchRun(stream as unknown as NodeJS.WriteStream).end(run);
  expect(parts[0]).toBe(
    "\u2717 read Failed  5ms  no delay (cell defs, line 3)\n",
  );
});

test("what a task says is shown and not obeyed by the terminal, with or without one", () => {
  const text =
    "\u001b[31mred\u001b[0m \u001b[2J\u001b]0;title\u0007 \u009b5A end";
  const shown = "red \u241b[2J\u241b]0;title\u2407 \ufffd5A end";
  const update = {
    progress: {},
    logs: [{ node: "a-1", level: "info", text }],
  } as never;
  const screen = new Screen(200);
  const watcher = watchRun(screen as unknown as NodeJS.WriteStream);
  watcher.update(update, failed(text));
  watcher.end(failed(text));
  expect(screen.lines[0]).toBe(`  a-1: ${shown}`);
  expect(screen.lines.at(-1)).toContain(shown);

  const parts: string[] = [];
  const stream = { write: (part: string) => parts.push(part) };
  const plain = watchRun(stream as unknown as NodeJS.WriteStream);
  plain.update(update, failed(text));
  plain.end(failed(text));
  expect(parts.slice(0, 2)).toEqual([
    `  a-1: ${shown}\n`,
    `\u2717 read Failed  5ms  ${shown}\n`,
  ]);
});
