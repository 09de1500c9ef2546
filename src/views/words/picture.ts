/** Words of the graph as a picture. */

export const tooLarge =
  "The graph is too large for a PNG. Export it as SVG instead.";
