import { showPath } from "../../../core/showPath.ts";
import { refOf, type Wire } from "./refs.ts";

/** Deeper than this, and longer than this, a log line shows no more of a value. */
const deepest = 5;
const longestList = 100;
const longestText = 1000;

/** How a promise is written. */
export const promise = "[promise: await it]";

/** Values as a line of a log: text as it is, all else much like JSON; at most about `limit` characters. */
export function inspect(values: readonly unknown[], limit = 10_000): string {
  const writer = new Writer(limit);
  values.forEach((value, index) => {
    if (index > 0) writer.put(" ");
    if (typeof value === "string") writer.put(value);
    else writer.value(value, 0);
  });
  return writer.text;
}

class Writer {
  text = "";
  #limit: number;
  #around: object[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  get isFull(): boolean {
    return this.text.length > this.#limit;
  }

  put(text: string): void {
    if (this.isFull) return;
    this.text += text;
    if (this.isFull) this.text = `${this.text.slice(0, this.#limit)}…`;
  }

  value(value: unknown, depth: number): void {
    if (this.isFull) return;
    try {
      this.#write(value, depth);
    } catch {
      this.put("[cannot be shown]"); // a getter or a proxy that throws
    }
  }

  #write(value: unknown, depth: number): void {
    const ref = refOf(value);
    if (ref)
      return this.put(ref.type === "wire" ? `[${showWire(ref)}]` : promise);
    if (typeof value === "string")
      return this.put(
        JSON.stringify(
          value.length > longestText
            ? `${value.slice(0, longestText)}…`
            : value,
        ),
      );
    if (typeof value === "bigint") return this.put(`${value}n`);
    if (typeof value === "function")
      return this.put(`[function${value.name ? ` ${value.name}` : ""}]`);
    if (typeof value !== "object" || value === null)
      return this.put(Object.is(value, -0) ? "-0" : String(value));
    if (this.#around.includes(value)) return this.put("[circular]");
    if (depth >= deepest) return this.put(Array.isArray(value) ? "[…]" : "{…}");
    this.#around.push(value);
    try {
      this.#object(value, depth);
    } finally {
      this.#around.pop();
    }
  }

  #object(value: object, depth: number): void {
    if (value instanceof Error) {
      this.put(`${value.name}: ${value.message}`);
      if (value.cause === undefined) return;
      this.put(" (cause: ");
      this.value(value.cause, depth + 1);
      return this.put(")");
    }
    if (value instanceof Date)
      return this.put(
        Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString(),
      );
    if (value instanceof RegExp || value instanceof URL)
      return this.put(String(value));
    if (value instanceof Promise) return this.put(promise);
    if (value instanceof Map)
      return this.#entries(
        `Map(${value.size}) {`,
        "}",
        value.size,
        value,
        ([key, child]) => {
          this.value(key, depth + 1);
          this.put(" => ");
          this.value(child, depth + 1);
        },
      );
    if (value instanceof Set)
      return this.#entries(
        `Set(${value.size}) {`,
        "}",
        value.size,
        value,
        (child) => this.value(child, depth + 1),
      );
    if (value instanceof ArrayBuffer)
      return this.put(`ArrayBuffer(${value.byteLength})`);
    if (value instanceof DataView)
      return this.put(`DataView(${value.byteLength})`);
    if (ArrayBuffer.isView(value)) {
      const items = value as Uint8Array;
      return this.#entries(
        `${value.constructor.name}(${items.length}) [`,
        "]",
        items.length,
        items,
        (item) => this.put(String(item)),
      );
    }
    if (Array.isArray(value))
      return this.#entries("[", "]", value.length, value, (child) =>
        this.value(child, depth + 1),
      );
    const { nodeName } = value as { nodeName?: unknown };
    if ("outerHTML" in value && typeof nodeName === "string")
      return this.put(`<${nodeName.toLowerCase()}>…`);
    const keys = Object.keys(value);
    const name = (
      value.constructor as unknown as { name?: unknown } | undefined
    )?.name;
    const label =
      typeof name === "string" && name && name !== "Object" ? `${name} ` : "";
    this.#entries(`${label}{`, "}", keys.length, keys, (key) => {
      this.put(
        /^[A-Za-z_$][\w$]*$/.test(key)
          ? `${key}: `
          : `${JSON.stringify(key)}: `,
      );
      this.value((value as Record<string, unknown>)[key], depth + 1);
    });
  }

  #entries<T>(
    open: string,
    close: string,
    size: number,
    items: Iterable<T>,
    write: (item: T) => void,
  ): void {
    this.put(open);
    let index = 0;
    for (const item of items) {
      if (this.isFull) return;
      if (index > 0) this.put(", ");
      if (index === longestList) {
        this.put(`… ${size - index} more`);
        break;
      }
      write(item);
      index += 1;
    }
    this.put(close);
  }
}

/** `ref of extract-1.rows[0]` */
function showWire({ template, label }: Wire): string {
  return template.type === "ref"
    ? `ref of ${template.node}${showPath(template.path)}`
    : label;
}
