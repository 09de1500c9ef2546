/// <reference types="vite/client" />
/// <reference types="svelte" />

declare module "virtual:first-visit" {
  /** The example of a first visit, read and compiled by the build. */
  const example: import("./ui/session.svelte.ts").ReadyExample;
  export default example;
}

declare module "virtual:sql-words" {
  /** SQLite's words, as the editor knows them. */
  const words: import("./ui/editor/sqlTokens.ts").SqlWords;
  export default words;
}

declare module "virtual:docs" {
  /** The pages of the docs with their headings, as the build found them. */
  const parts: readonly import("./ui/docs/docsPages.ts").DocsPart[];
  export default parts;
}

declare module "*?sandbox-bundle" {
  /** The bundled classic script. */
  const text: string;
  export default text;
  /** Its hash as a Content-Security-Policy names it: `sha256-...`. */
  export const hash: string;
}

declare module "*?shared-worker" {
  /** The address of a module worker that shares its files with the page. */
  const url: string;
  export default url;
}
