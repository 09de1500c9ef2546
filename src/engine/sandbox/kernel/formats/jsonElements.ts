import { parseJson } from "./parseJson.ts";

/** Characters that matter between values. */
const code = {
  quote: 34,
  comma: 44,
  colon: 58,
  openList: 91,
  backslash: 92,
  closeList: 93,
  openObject: 123,
  closeObject: 125,
};

const isSpace = (one: number) =>
  one === 32 || one === 10 || one === 13 || one === 9;

/**
 * The elements of a list inside JSON text, as the text comes in. What is around the list is only followed as far as strings
 * and brackets, which is what it takes to find the list and the ends of its elements; the elements are parsed.
 */
export class ElementScanner {
  #path: readonly string[];
  #name: string;
  /** Text that is still needed, and how much of it has been scanned. */
  #text = "";
  #at = 0;
  #inString = false;
  /** Where the string begins that was seen last; where the current element does, or -1. */
  #stringStart = 0;
  #elementStart = -1;
  /** Until the list is found: the key that each open bracket stands under, and the key that was read last. */
  #keys: (string | undefined)[] = [];
  #key: string | undefined;
  /** Open brackets inside the list; undefined until it is found. */
  #depth: number | undefined;
  #isAfterComma = false;
  /** Whether the list has ended, and whether all that is around it has. */
  #isOver = false;
  #isEnded = false;
  /** Whether there is anything but space so far. */
  #isEmpty = true;

  /** `path` are the keys that lead to the list, `name` what messages call the text. */
  constructor(path: readonly string[], name: string) {
    this.#path = path;
    this.#name = name;
  }

  /** The elements that are complete with this piece. */
  push(piece: string, isLast: boolean): object[] {
    const elements: object[] = [];
    if (this.#isEnded) {
      this.#refuseBehind(piece);
      return elements;
    }
    const text = (this.#text += piece);
    this.#isEmpty &&= !/\S/.test(piece);
    for (; this.#at < text.length && !this.#isEnded; this.#at += 1) {
      const one = text.charCodeAt(this.#at);
      if (this.#inString) {
        if (one === code.backslash) this.#at += 1;
        else if (one === code.quote) this.#endString();
      } else if (one === code.quote) {
        this.#inString = true;
        this.#stringStart = this.#at;
        this.#beginElement();
      } else if (this.#depth === undefined) this.#search(one);
      else this.#follow(one, elements);
    }
    if (isLast && !this.#isEnded) throw this.#missing();
    if (this.#isEnded) this.#refuseBehind(text.slice(this.#at));
    this.#forget();
    return elements;
  }

  /** Between values, before and behind the list. */
  #search(one: number): void {
    switch (one) {
      case code.openList:
      case code.openObject:
        this.#keys.push(this.#key);
        this.#key = undefined;
        if (one === code.openList && !this.#isOver && this.#isAtPath())
          this.#depth = 0;
        break;
      case code.closeList:
      case code.closeObject:
        this.#close();
        break;
      case code.comma:
        this.#key = undefined;
    }
  }

  #close(): void {
    this.#keys.pop();
    this.#key = undefined;
    this.#isEnded = this.#isOver && this.#keys.length === 0;
  }

  #isAtPath(): boolean {
    return (
      this.#keys.length === this.#path.length + 1 &&
      this.#path.every((key, index) => this.#keys[index + 1] === key)
    );
  }

  /** Between values, inside the list. */
  #follow(one: number, elements: object[]): void {
    const depth = this.#depth!;
    switch (one) {
      case code.openList:
      case code.openObject:
        this.#beginElement();
        this.#depth = depth + 1;
        break;
      case code.closeList:
      case code.closeObject:
        if (depth > 0) this.#depth = depth - 1;
        else {
          // Throws, since this is not what ends a list.
          if (one === code.closeObject) this.#parse(this.#at, this.#at + 1);
          // Nothing stands between the brackets of an empty list only.
          if (this.#elementStart >= 0 || this.#isAfterComma)
            elements.push(this.#endElement());
          this.#isOver = true;
          this.#depth = undefined;
          this.#close();
        }
        break;
      case code.comma:
        if (depth > 0) break;
        elements.push(this.#endElement());
        this.#isAfterComma = true;
        break;
      default:
        if (one !== code.colon && !isSpace(one)) this.#beginElement();
    }
  }

  #refuseBehind(text: string): void {
    const [behind] = /\S[^]{0,49}/.exec(text) ?? [];
    if (behind === undefined) return;
    throw new Error(
      `${this.#name} is not JSON: behind its end stands ${JSON.stringify(behind)}. Values one on each line are read by streamNdjson.`,
    );
  }

  #beginElement(): void {
    if (this.#depth === 0 && this.#elementStart < 0)
      this.#elementStart = this.#at;
  }

  #endString(): void {
    this.#inString = false;
    // The first string after a bracket or a comma may be the key that the path goes by.
    if (this.#depth === undefined)
      this.#key ??= this.#parse(this.#stringStart, this.#at + 1) as string;
  }

  #endElement(): object {
    const start = this.#elementStart;
    if (start < 0) throw this.#withoutValue();
    this.#elementStart = -1;
    return this.#parse(start, this.#at) as object;
  }

  /** A comma with nothing before it, or nothing between it and the end. */
  #withoutValue(): Error {
    const rest = this.#text.slice(this.#at, this.#at + 50);
    return new Error(
      `${this.#name} is not JSON: there is no value before ${JSON.stringify(rest)}.`,
    );
  }

  #parse(start: number, end: number): unknown {
    const source = this.#text.slice(start, end);
    try {
      return parseJson(source);
    } catch (cause) {
      throw new Error(
        `${this.#name} is not JSON: ${(cause as Error).message}, at ${JSON.stringify(source.slice(0, 50))}.`,
        { cause },
      );
    }
  }

  /** Drops the text that nothing asks for again. */
  #forget(): void {
    const needed =
      this.#elementStart >= 0
        ? this.#elementStart
        : this.#inString
          ? this.#stringStart
          : Math.min(this.#at, this.#text.length);
    this.#text = this.#text.slice(needed);
    this.#at -= needed;
    this.#stringStart -= needed;
    if (this.#elementStart >= 0) this.#elementStart = 0;
  }

  #missing(): Error {
    if (this.#isEmpty)
      return new Error(
        `${this.#name} is empty: it is no JSON. Get the file again.`,
      );
    const where = this.#path.length > 0 ? ` under ${this.#path.join(".")}` : "";
    return new Error(
      this.#depth === undefined && !this.#isOver
        ? `${this.#name} holds no list${where}. Say where it is: { path: "data.items" }.`
        : `${this.#name} ends in the middle of ${this.#isOver ? "what is around " : ""}its list${where}. Get the file again; it may have been cut on the way.`,
    );
  }
}
