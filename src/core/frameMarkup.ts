/**
 * Markup of a notebook's as it may stand in a frame. What leads elsewhere by itself has browsers look up a host, and connect to it,
 * before any policy is asked: a `<link>` (`dns-prefetch`, `preconnect`), a frame with an address, a `<meta>` that refreshes. The
 * name of the host can say what the notebook has read. A frame without an address goes too, for its document is markup written as
 * an attribute, and a `<template>`, for it may make a shadow tree in which our script sees no click on a link. What these are for,
 * no output has use of. Where their names stand as text, nothing of them is seen either.
 */
export function frameMarkup(markup: string): string {
  // An element that holds nothing and does nothing, as these look.
  return markup.replace(
    /<(?:link|meta|template|i?frame)(?=[\s/>]|$)/gi,
    "<wbr",
  );
}
