import parts from "virtual:docs";
import type { PaletteEntry } from "../paletteEntries.ts";
import type { Workbench } from "../workbench.svelte.ts";
import { openDocs } from "./openDocs.ts";
import * as words from "../words/docs.ts";

/** The pages of the docs and their headings, to be found in the palette. */
export function docsEntries(bench: Workbench): readonly PaletteEntry[] {
  return parts
    .flatMap(({ pages }) => pages)
    .flatMap((page) => [
      {
        icon: "notebook" as const,
        title: page.title,
        note: words.docs,
        keys: undefined,
        run: () => openDocs(bench, page),
      },
      ...page.headings.map((heading) => ({
        icon: "file" as const,
        title: heading,
        note: words.docsTitled(page.title),
        keys: undefined,
        run: () => openDocs(bench, page, heading),
      })),
    ]);
}
