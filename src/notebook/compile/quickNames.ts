import type { Parser } from "acorn";

/**
 * Names of a scope, which the parser looks through for each further one: with tens of thousands that takes minutes. They are
 * only added to, and cut off at the end, where the parser for TypeScript takes back what it has tried.
 */
class Names extends Array<string> {
  /** Where each stands first, or did before it was cut off. */
  #places: Map<string, number> | undefined;

  override push(name: string): number {
    if (this.indexOf(name) < 0)
      (this.#places ??= new Map()).set(name, this.length);
    return super.push(name);
  }

  override indexOf(name: string): number {
    const place = this.#places?.get(name) ?? -1;
    return this[place] === name ? place : -1;
  }

  override includes(name: string): boolean {
    return this.indexOf(name) >= 0;
  }
}

/** Has a parser find the names of a scope at once. */
export function quickNames(base: typeof Parser): typeof Parser {
  type Inside = { enterScope(flags: number): void };
  type Scopes = { scopeStack: Record<string, unknown>[] };
  const { enterScope: enter } = base.prototype as unknown as Inside;
  return class extends base {
    enterScope(flags: number): void {
      enter.call(this as unknown as Inside, flags);
      const scope = (this as unknown as Scopes).scopeStack.at(-1)!;
      for (const key in scope)
        if (Array.isArray(scope[key])) scope[key] = new Names();
    }
  };
}
