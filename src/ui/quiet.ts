let end: () => void;

/** Settles when the page can be used and has nothing better to do: what is only needed later is fetched from then on. */
export const quiet = new Promise<void>((resolve) => {
  end = resolve;
});

/** Says that what the page opened with is there. */
export function endOpening(): void {
  // Safari has no requestIdleCallback.
  if ("requestIdleCallback" in window)
    requestIdleCallback(end, { timeout: 2_000 });
  else setTimeout(end, 200);
}

/** Settles when somebody points or types: what changing a notebook takes is fetched from then on, and never for a mere reader. */
export const touched = new Promise<void>((resolve) => {
  for (const kind of ["pointermove", "pointerdown", "keydown"])
    addEventListener(kind, () => resolve(), { once: true, capture: true });
});
