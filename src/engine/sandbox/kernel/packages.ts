import { FlowError } from "../../../core/errors.ts";
import type {
  PackageCode,
  PackageProblem,
} from "../../../notebook/packages/package.ts";
import type { Platform } from "./platform.ts";

type Exports = Readonly<Record<string, unknown>>;

/** The packages that cells import, as modules inside the worker: their imports of each other lead to the modules that came with them. */
export class Packages {
  readonly #platform: Platform;
  readonly #code: Readonly<Record<string, PackageCode | PackageProblem>>;
  readonly #loaded = new Map<string, Exports>();

  constructor(
    platform: Platform,
    code: Readonly<Record<string, PackageCode | PackageProblem>>,
  ) {
    this.#platform = platform;
    this.#code = code;
  }

  /** Evaluates a package, once. */
  async load(specifier: string): Promise<void> {
    if (this.#loaded.has(specifier)) return;
    const code = Object.hasOwn(this.#code, specifier)
      ? this.#code[specifier]
      : undefined;
    if (!code || "problem" in code)
      throw new FlowError(
        "missing-package",
        code?.problem ?? `${specifier} is not there.`,
      );
    const made = new Map<string, string>();
    let last = "";
    for (const { address, text, imports } of code.modules) {
      let rewritten = "";
      let end = 0;
      for (const one of imports) {
        rewritten +=
          text.slice(end, one.from) +
          JSON.stringify(made.get(one.address) ?? one.address);
        end = one.to;
      }
      last = this.#platform.makeModule(rewritten + text.slice(end));
      made.set(address, last);
    }
    try {
      const exports = await this.#platform.importModule(last);
      this.#loaded.set(specifier, exports as Exports);
    } catch (thrown) {
      throw new FlowError(
        "cell-failed",
        `${specifier} failed while it was loaded: ${thrown instanceof Error ? thrown.message : String(thrown)}. It may need something that workers do not have, such as a document.`,
        { cause: thrown },
      );
    }
  }

  /** What a package exports under a name; `*` for all of it. */
  value(specifier: string, name: string): unknown {
    const exports = this.#loaded.get(specifier) ?? {};
    if (name === "*") return exports;
    if (name in exports) return exports[name];
    const names = Object.keys(exports);
    throw new FlowError(
      "unknown-name",
      `${specifier} exports no ${name === "default" ? "default value" : name}. It exports ${names.slice(0, 12).join(", ")}${names.length > 12 ? ", ..." : ""}.`,
    );
  }
}
