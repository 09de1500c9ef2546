// Runs in an output frame, and is the only script that may: tells the page how high the content is, and keeps links from being
// followed. They lead nowhere, but the browser would connect to their host before it finds that out.
new ResizeObserver(() => {
  // Before the frame has a size, nothing in it has one.
  if (innerWidth === 0) return;
  const { height } = document.documentElement.getBoundingClientRect();
  parent.postMessage({ type: "height", height }, "*");
}).observe(document.documentElement);
for (const type of ["click", "auxclick"])
  addEventListener(
    type,
    (event) => {
      for (const element of event.composedPath())
        if (
          element instanceof Element &&
          element.matches("a, area, [href]") &&
          // A place in the document; only in SVG may a link be animated into another one.
          !(
            element instanceof HTMLAnchorElement &&
            element.getAttribute("href")?.startsWith("#")
          )
        )
          event.preventDefault();
    },
    true,
  );
