import type { Output } from "./protocol.ts";

/** So much of what a cell logs is shown beside it. */
const most = { lines: 1_000, characters: 100_000 };

/** What a cell logs while it is evaluated, to be shown among what it displays. */
export class CellLog {
  /** What was logged, by how many outputs were there before. */
  readonly #texts = new Map<number, string[]>();
  #lines = 0;
  #characters = 0;
  #isCut = false;

  /** Takes what was logged after so many outputs. */
  add(text: string, after: number): void {
    this.#lines += 1;
    this.#characters += text.length;
    if (this.#lines > most.lines || this.#characters > most.characters) {
      this.#isCut = true;
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
    // How many there are is not known: of very many most do not even come here.
    if (this.#isCut) all.push(toText(["… what follows is not shown"]));
    return all;
  }
}

function toText(lines: readonly string[]): Output {
  return { type: "text", text: lines.join("\n"), isLog: true };
}
