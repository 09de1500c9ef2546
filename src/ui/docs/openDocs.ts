import type { DocsPage } from "./docsPages.ts";
import type { Workbench } from "../workbench.svelte.ts";

/** How many frames a page may take to show its text. */
const frames = 120;

/** Opens a page of the docs, at one of its headings if one is given. */
export async function openDocs(
  { session }: Workbench,
  { name }: DocsPage,
  heading?: string,
): Promise<void> {
  try {
    await session.openExample(name);
    if (heading !== undefined) (await findHeading(heading))?.scrollIntoView();
  } catch (thrown) {
    session.notify("error", (thrown as Error).message);
  }
}

async function findHeading(text: string): Promise<Element | undefined> {
  for (let frame = 0; frame < frames; frame += 1) {
    const found = [...document.querySelectorAll("main :is(h2, h3, h4)")].find(
      ({ textContent }) => textContent === text,
    );
    if (found) return found;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  return undefined;
}
