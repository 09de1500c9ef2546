/** The edges of something in the window, as getBoundingClientRect has them. */
export interface Edges {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export interface Size {
  width: number;
  height: number;
}

/** Where a panel is: how far its edges are from those of the window, and how high it may become. */
export interface Place {
  left: number;
  /** One of the two: the edge that meets the button stays where it is when the panel grows. */
  top?: number;
  bottom?: number;
  maxHeight: number;
}

/** Between the button and its panel. */
const gap = 4;
/** What stays free at the edge of the window. */
export const edge = 8;

/**
 * Where a panel of this size opens beside its button: below it, or above where it fits only there, or fits nowhere and there is
 * more room. `align` says which edges of the two meet, as far as the panel stays in the window so.
 */
export function placePanel(
  button: Edges,
  panel: Size,
  window: Size,
  align: "start" | "end",
): Place {
  const wanted = align === "start" ? button.left : button.right - panel.width;
  const mostLeft = window.width - edge - panel.width;
  const left = Math.max(edge, Math.min(wanted, mostLeft));
  const above = button.top - gap - edge;
  const below = window.height - button.bottom - gap - edge;
  if (panel.height <= below || below >= above)
    return { left, top: button.bottom + gap, maxHeight: below };
  const bottom = window.height - button.top + gap;
  return { left, bottom, maxHeight: above };
}
