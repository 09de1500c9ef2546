// Runs in an output frame, and is the only script that may: tells the page how high the content is, and nothing else.
new ResizeObserver(() => {
  const { height } = document.documentElement.getBoundingClientRect();
  parent.postMessage({ type: "height", height }, "*");
}).observe(document.documentElement);
