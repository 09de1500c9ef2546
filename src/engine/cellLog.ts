import type { Output } from "./protocol.ts";

/** So much of what a cell logs is shown beside it. */
const most = { lines: 1_000, characters: 100_000 };

/** What a cell logs while it is evaluated, to be shown among what it displays. */
export class CellLog {
  /** What was logged, by how many outputs were there before. */
  readonly #texts = new Map<number, string[]>();
  #lines = 0;
  #characters = 0;
  #dropped = 0;

  /** Takes what was logged after so many outputs. */
  add(text: string, after: number): void {
    this.#lines += 1;
    this.#characters += text.length;
    if (this.#lines > most.lines || this.#characters > most.characters) {
      this.#dropped += 1;
      return;
    }
    const texts = this.#texts.get(after);
    if (texts) texts.push(text);
    else this.#texts.set(after, [text]);
  }

  /** The outputs of the cell, with what it logged between them. */
  among(outputs: readonly Output[]): Output[] {
    const all: Output[] = [];
    let at = 0;
    for (const [after, texts] of this.#texts) {
      all.push(...outputs.slice(at, after), toText(texts));
      at = after;
    }
    all.push(...outputs.slice(at));
    if (this.#dropped > 0)
      all.push(toText([`… ${this.#dropped} more lines are not shown`]));
    return all;
  }
}

function toText(lines: readonly string[]): Output {
  return { type: "text", text: lines.join("\n"), isLog: true };
}
