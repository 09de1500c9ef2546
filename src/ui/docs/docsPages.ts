/** Pages of the docs that belong together. */
export interface DocsPart {
  title: string;
  pages: readonly DocsPage[];
}

/** A page of the docs: a notebook in `examples`. */
export interface DocsPage {
  /** As an example is named. */
  name: string;
  title: string;
  /** What its text cells have as headings, but for its title. */
  headings: readonly string[];
}
