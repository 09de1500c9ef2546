import type { Program } from "../../notebook/compile/program.ts";
import type { Notebook } from "../../notebook/document.ts";
import type { WantedPackage } from "../../notebook/packages/link.ts";
import type { PackageCode } from "../../notebook/packages/package.ts";
import type { NotebookText } from "../notebookText.svelte.ts";

/** What packages need of the open notebook. */
export interface PackageHost {
  readonly id: string | undefined;
  readonly notebook: Notebook | undefined;
  /** A file that is kept with the notebook. */
  readFile(name: string): Promise<Blob | undefined>;
  attach(name: string, data: Blob): Promise<void>;
  readonly text: Pick<NotebookText, "setFrontMatter">;
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
  /** Packages whose hash was found right in the notebook that is open. */
  #checked = new Map<string, PackageCode>();
  #checkedOf: string | undefined;

  constructor(host: PackageHost) {
    this.#host = host;
  }

  /** Puts the code of packages into a program that was just compiled. */
  async link(program: Program, notebook: Notebook): Promise<Program> {
    if (!program.cells.some(({ packages }) => packages?.length)) {
      this.wanted = [];
      return program;
    }
    const host = this.#host;
    if (this.#checkedOf !== host.id) {
      this.#checkedOf = host.id;
      this.#checked = new Map();
    }
    const [{ linkPackages }, words] = await Promise.all([
      import("../../notebook/packages/link.ts"),
      import("../words/packages.ts"),
    ]);
    const { linked, wanted } = await linkPackages(
      program,
      notebook.frontMatter,
      {
        read: async (specifier) => (await host.readFile(specifier))?.text(),
        howToFetch: (isPinned) =>
          isPinned ? words.howToFetch : words.howToFetchAndPin,
        checked: this.#checked,
      },
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
      const { fetchPackages } =
        await import("../../notebook/packages/fetch.ts");
      const { frontMatter } = notebook;
      const pinned = await fetchPackages(
        this.wanted,
        frontMatter,
        (specifier, text) =>
          this.#host.attach(
            specifier,
            new Blob([text], { type: "application/json" }),
          ),
        (...request) => fetch(...request),
      );
      if (pinned !== frontMatter) this.#host.text.setFrontMatter(pinned);
    } finally {
      this.isFetching = false;
      await this.#host.redraw();
    }
  }
}
