import { causesOf } from "../../../core/errorCauses.ts";
import {
  type ErrorData,
  FlowError,
  type Place,
  toErrorData,
} from "../../../core/errors.ts";
import { sourcePosition } from "../../../notebook/compile/position.ts";
import type { ProgramCell } from "../../../notebook/compile/program.ts";
import { inspect, promise } from "./inspect.ts";

/** A line of a stack that is in a cell. */
interface Frame extends Place {
  /** The function's name, if it has one. */
  fn: string;
}

/** A cell's code as part of a script. */
export interface ScriptPart {
  cell: ProgramCell;
  /** The line of the script that is the first of the cell's code; counted from 1. */
  line: number;
}

/** The address that a cell's script has in stacks. */
export function scriptAddress(cell: ProgramCell): string {
  return `flowbook:///${cell.name}.${cell.kind}`;
}

/** Finds the places in cells that stacks speak of. */
export class Places {
  #scripts = new Map<string, readonly ScriptPart[]>();

  /** Says that a script at this address holds the code of these cells, in this order. */
  add(address: string, parts: readonly ScriptPart[]): void {
    this.#scripts.set(address, parts);
  }

  /** The frames of a stack that are in cells, innermost first, in the lines and columns that the user wrote. */
  frames(stack: string): Frame[] {
    const frames: Frame[] = [];
    for (const line of stack.split("\n")) {
      const match = chromium.exec(line) ?? firefox.exec(line);
      if (!match) continue;
      const [at, column] = [Number(match[3]), Number(match[4])];
      const part = this.#scripts
        .get(match[2]!)
        ?.findLast(({ line: first }) => first <= at);
      if (!part) continue;
      const position = sourcePosition(part.cell, at - part.line + 1, column);
      frames.push({
        cell: part.cell.name,
        line: position.line,
        column: position.column,
        fn: cleanName(match[1] ?? ""),
      });
    }
    return frames;
  }

  /** What an engine says of a name that is not there, with what the compiler knows to do about it. */
  #explainName(message: string): string {
    const name = missingName.exec(message)?.[1] ?? "";
    for (const parts of this.#scripts.values())
      for (const { cell } of parts)
        if (cell.foreign?.[name]) return `${message}. ${cell.foreign[name]}`;
    return message;
  }

  /** The plain form of something thrown, with its place and its stack in terms of cells. */
  describe(thrown: unknown): ErrorData {
    if (!(thrown instanceof Error))
      return { name: "Error", message: tellThrown(thrown) };
    const data = toErrorData(thrown);
    if (typeof data.message !== "string") data.message = String(data.message);
    if (typeof data.name !== "string") data.name = "Error";
    if ((thrown as { code?: unknown }).code === importMissing)
      data.message = importRefused + importOfNode;
    else if (noSuchModule.test(data.message))
      data.message = `${importRefused}.`;
    else if (data.name === "ReferenceError")
      data.message = this.#explainName(data.message);
    delete data.stack;
    const stack = typeof thrown.stack === "string" ? thrown.stack : "";
    const frames = this.frames(stack);
    const [first] = frames;
    if (first && !data.place)
      data.place = {
        cell: first.cell,
        line: first.line,
        column: first.column,
      };
    const lines = frames.map(
      ({ cell, line, column, fn }) =>
        `    at ${fn ? `${fn} (${cell}:${line}:${column})` : `${cell}:${line}:${column}`}`,
    );
    // Our own messages say already what was behind them.
    if (thrown.cause !== undefined && !(thrown instanceof FlowError))
      lines.push(`    caused by ${inspect([thrown.cause], 1000)}`);
    // They say that themselves too, as far as that can be read.
    if (!(thrown instanceof FlowError))
      Object.assign(data, causesOf(thrown, describeCause));
    if (lines.length > 0)
      data.stack = [`${data.name}: ${data.message}`, ...lines].join("\n");
    return data;
  }
}

/** What is said of something thrown that is no Error. */
function tellThrown(thrown: unknown): string {
  if (typeof thrown === "string") return thrown;
  const text = inspect([thrown], 1000);
  const advice = "Throw an Error with a message instead.";
  if (thrown === null || thrown === undefined)
    return `It threw ${text}. ${advice}`;
  if (text === promise)
    return "It threw a promise. Await it, or throw an Error with a message instead.";
  if (typeof thrown === "function")
    return `It threw ${text.replace(/^\[(.*)\]$/s, "the $1")}. ${advice}`;
  return text;
}

// Chromium and Firefox; WebKit
const missingName = /^(?:Can't find variable: )?(\S+)(?: is not defined)?$/;

/** What Node says of a call of import(...) in a text that is no module. */
const importMissing = "ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING";
const importRefused =
  'A module cannot be imported while a task runs. Import a package of npm at the top of a cell, as in `import { sum } from "npm:d3-array@3.2.4"`';
const importOfNode =
  '; what Node itself has comes from `process.getBuiltinModule("node:fs")`.';

/** What browsers say of a call of import(...) with what is no address to them. */
const noSuchModule =
  /dynamically imported module: npm:|resolve module specifier ['"]/i;

/** Without its place: that of the error it was behind is looked at first. */
function describeCause(thrown: unknown): ErrorData {
  if (!(thrown instanceof Error))
    return {
      name: "Error",
      message: typeof thrown === "string" ? thrown : inspect([thrown], 1000),
    };
  const { code, name, message } = toErrorData(thrown);
  return {
    ...(code ? { code } : {}),
    name: String(name),
    message: String(message),
  };
}

// `    at async load (flowbook:///extract.ts:5:13)` and `    at flowbook:///extract.ts:5:13`
const chromium = /^\s*at (?:(.*?) \()?(?:async )?([a-z]+:\S+?):(\d+):(\d+)\)?$/;
// `load@flowbook:///extract.ts:5:13`; WebKit writes the same
const firefox = /^(.*?)@([a-z]+:\S+?):(\d+):(\d+)$/;

function cleanName(name: string): string {
  const text = name.replace(/^(?:async[ *]|new |Object\.|Promise\.)+/, "");
  // What engines call functions that have no name, and the function that the compiler wraps a cell in.
  return /^(?:anonymous|<anonymous>|eval|Function|)$|[</*]/.test(text)
    ? ""
    : text;
}

/** Lets an error that was made outside any cell, such as the database's, tell where the cell had called. */
export function addTrail(thrown: unknown, trail: Error): unknown {
  if (!(thrown instanceof Error)) return thrown;
  try {
    const stack = thrown.stack ?? "";
    if (!stack.includes("flowbook:///"))
      thrown.stack = `${stack}\n${(trail.stack ?? "").replace(/^Error\n/, "")}`;
  } catch {
    // A frozen error keeps its stack.
  }
  return thrown;
}
