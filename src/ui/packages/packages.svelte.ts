import type { Program } from "../../notebook/compile/program.ts";
import type { Notebook } from "../../notebook/document.ts";
import type { PackageCode } from "../../notebook/packages/package.ts";

/** A package that cells import and that cannot be run yet. */
export interface WantedPackage {
  specifier: string;
  /** Whether the front matter says which bytes it has to be. */
  isPinned: boolean;
  /** Why it is not there, for people. */
  problem: string;
}

/** What packages need of the open notebook. */
export interface PackageHost {
  readonly id: string | undefined;
  readonly notebook: Notebook | undefined;
  /** A file that is kept with the notebook. */
  readFile(name: string): Promise<Blob | undefined>;
  attach(name: string, data: Blob): Promise<void>;
  /** Takes other front matter as one change that can be undone. */
  setFrontMatter(frontMatter: string): void;
  /** Compiles and draws the text again, since more of it is there. */
  redraw(): Promise<void>;
}

/** The packages of npm that the open notebook imports: pinned in its front matter, kept with its files. */
export class Packages {
  /** Those that are not there, in the order of their use. */
  wanted = $state.raw<readonly WantedPackage[]>([]);
  /** Whether they are being fetched. */
  isFetching = $state(false);
  readonly #host: PackageHost;
  /** Packages whose hash was found right, by notebook, specifier and pin. */
  readonly #checked = new Map<string, PackageCode>();

  constructor(host: PackageHost) {
    this.#host = host;
  }

  /** Puts the code of packages into a program that was just compiled. */
  async link(program: Program, notebook: Notebook): Promise<Program> {
    const specifiers = [
      ...new Set(program.cells.flatMap(({ packages }) => packages ?? [])),
    ];
    if (specifiers.length === 0) {
      this.wanted = [];
      return program;
    }
    const { linkPackages } = await import("./linkPackages.ts");
    const { linked, wanted } = await linkPackages(
      program,
      specifiers,
      notebook.frontMatter,
      this.#host,
      this.#checked,
    );
    this.wanted = wanted;
    return linked;
  }

  /** Fetches what is wanted, because the reader said so: pins what is not pinned, and refuses what is not what is pinned. */
  async fetch(): Promise<void> {
    const { notebook } = this.#host;
    if (!notebook || this.isFetching) return;
    this.isFetching = true;
    try {
      const { fetchPackages } = await import("./fetchPackages.ts");
      await fetchPackages(this.wanted, notebook.frontMatter, this.#host);
    } finally {
      this.isFetching = false;
      await this.#host.redraw();
    }
  }
}
