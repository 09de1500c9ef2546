import type { DocsPage } from "./docsPages.ts";
import type { Workbench } from "../workbench.svelte.ts";

/** How many frames a page may take to show its text. */
const mostFrames = 120;
/** In so many it stands where it is. */
const stillFrames = 10;

/** Opens a page of the docs, at one of its headings if one is given. */
export async function openDocs(
  { session }: Workbench,
  { name }: DocsPage,
  heading?: string,
): Promise<void> {
  try {
    await session.openExample(name);
    if (heading !== undefined) await showHeading(heading);
  } catch (thrown) {
    session.notify("error", (thrown as Error).message);
  }
}

/** Brings a heading into sight, and keeps it there while what is above it takes its size. */
async function showHeading(text: string): Promise<void> {
  let place: number | undefined;
  let still = 0;
  for (let at = 0; at < mostFrames && still < stillFrames; at += 1) {
    const heading = findHeading(text);
    if (heading && heading.getBoundingClientRect().top === place) still += 1;
    else {
      still = 0;
      heading?.scrollIntoView();
      place = heading?.getBoundingClientRect().top;
    }
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}

function findHeading(text: string): Element | undefined {
  return [...document.querySelectorAll("main :is(h2, h3, h4)")].find(
    ({ textContent }) => textContent === text,
  );
}
