import { FlowError } from "../../../core/errors.ts";
import { asSentence } from "../../../core/words.ts";
import type { ProgramCell } from "../../../notebook/compile/program.ts";
import type { Platform } from "./platform.ts";
import { type Places, type ScriptPart, scriptAddress } from "./stack.ts";

/** The function that the compiler makes of a cell. */
export type CellFunction = (
  inputs: Record<string, unknown>,
  show: (value: unknown) => unknown,
) => unknown;

/** The address that a script of several cells has in stacks; no cell can have that name. */
const joinedAddress = "flowbook:///all-cells.ts";
const ownAddress = /\n\/\/# sourceURL=.*$/;
const lineBreak = /\r\n|[\n\r\u2028\u2029]/g;

/** Runs the scripts of cells, which register the cells' functions. */
export class CellScripts {
  #platform: Platform;
  #places: Places;
  #functions = new Map<string, CellFunction>();

  constructor(platform: Platform, places: Places) {
    this.#platform = platform;
    this.#places = places;
  }

  /** Called by the script of a cell. */
  register(name: string, fn: CellFunction): void {
    this.#functions.set(name, fn);
  }

  functionOf(cell: ProgramCell): CellFunction {
    return this.#functions.get(cell.name) ?? this.#run(cell);
  }

  /** Runs the scripts of cells as one: to start a script takes longer than most cells do. */
  runTogether(cells: readonly ProgramCell[]): void {
    const parts: ScriptPart[] = [];
    let text = "";
    let line = 1;
    for (const cell of cells) {
      const code = `${cell.code.replace(ownAddress, "")}\n;\n`;
      parts.push({ cell, line });
      text += code;
      line += code.match(lineBreak)?.length ?? 0;
    }
    try {
      this.#runAt(joinedAddress, text, parts);
    } catch {
      // One of them cannot be read: its own script says which, when it is its turn.
    }
  }

  #run(cell: ProgramCell): CellFunction {
    let reason = "it defines nothing";
    try {
      const code = cell.code.replace(ownAddress, "");
      this.#runAt(scriptAddress(cell), code, [{ cell, line: 1 }]);
      const fn = this.#functions.get(cell.name);
      if (fn) return fn;
    } catch (thrown) {
      reason = String(thrown instanceof Error ? thrown.message : thrown);
    }
    throw new FlowError(
      "cell-syntax",
      `The cell ${cell.name} could not be read: ${asSentence(reason.replace(/^Failed to execute 'importScripts'[^:]*: /, ""))} Look for a mistake in its text.`,
    );
  }

  #runAt(address: string, code: string, parts: readonly ScriptPart[]): void {
    this.#places.add(address, parts);
    const text = `${code}\n//# sourceURL=${address}`;
    this.#places.add(this.#platform.runScript(text), parts);
  }
}
