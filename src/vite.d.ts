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

declare module "#read-excel-file/export/unpackXlsxFileUniversal.js" {
  /** The parts of a file that are read, by their paths. */
  export default function unpack(
    file: Blob,
  ): Promise<Record<string, Uint8Array>>;
}

declare module "#read-excel-file/xlsx/parseSpreadsheetContents.js" {
  import type parseXml from "#read-excel-file/xml/parseXml.js";
  /** A sheet of a file; one that is a chart has no rows of cells. */
  export interface Sheet {
    sheet: string;
    data?: readonly (readonly (
      import("read-excel-file/universal").CellValue | null
    )[])[];
  }
  export default function parseSheets(
    makeWorker: undefined,
    parse: typeof parseXml,
    parts: Record<string, Uint8Array>,
    options: { trim: boolean },
  ): Promise<Sheet[]>;
}

declare module "#read-excel-file/xml/parseXml.js" {
  /** Reads XML at once, or in parts if `onPart` is given. */
  export default function parseXml(
    xml: string,
    state: object,
    onOpen: object | null,
    onClose: ((tag: string, state: object) => void) | null,
    onText: object | null,
    onPart?: (isLast: boolean) => void,
  ): Promise<void>;
}
