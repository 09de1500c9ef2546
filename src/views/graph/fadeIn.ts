import { select } from "d3-selection";
import "d3-transition";
import { moveTime } from "./motion.ts";

/** Lets something new appear when what was there has made room. */
export function fadeIn(element: SVGElement): void {
  select(element)
    .style("opacity", 0)
    .transition()
    .delay(moveTime / 2)
    .duration(moveTime / 2)
    .style("opacity", 1)
    .on("end", () => element.style.removeProperty("opacity"));
}
