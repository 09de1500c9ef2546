/**
 * Markup of a notebook's as it may stand in a frame. A `<link>` has browsers look up a host, and connect to it, before any policy
 * is asked (`dns-prefetch`, `preconnect`), and the name of the host can say what the notebook has read. What a link is for, no
 * frame has use of. Where its name stands as text, nothing of it is seen either.
 */
export function frameMarkup(markup: string): string {
  // An element that holds nothing and does nothing, as a link looks.
  return markup.replace(/<link/gi, "<wbr");
}
