import type { Layout, Place } from "./layout.ts";

/** The keys that walk through a graph. */
export type WalkKey =
  "ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight" | "Home" | "End";

/**
 * The node that a key leads to: along an edge in the direction of the arrows and against it, to the neighbour in the same
 * layer across it. undefined when there is none.
 */
export function walk(
  layout: Layout,
  from: string,
  key: WalkKey,
): string | undefined {
  const places = layout.places;
  const here = places.find((place) => place.id === from);
  if (!here || key === "Home") return ordered(layout, places)[0]?.id;
  if (key === "End") return ordered(layout, places).at(-1)?.id;

  const isDown = layout.direction === "down";
  const across = (place: Place): number => (isDown ? place.x : place.y);
  const [forward, back, next] = isDown
    ? ["ArrowDown", "ArrowUp", "ArrowRight"]
    : ["ArrowRight", "ArrowLeft", "ArrowDown"];

  if (key === forward || key === back) {
    const ends = new Set(
      layout.routes
        .filter((route) => (key === forward ? route.from : route.to) === from)
        .map((route) => (key === forward ? route.to : route.from)),
    );
    return places
      .filter((place) => ends.has(place.id))
      .sort(
        (a, b) =>
          Math.abs(across(a) - across(here)) -
          Math.abs(across(b) - across(here)),
      )[0]?.id;
  }
  const row = places
    .filter((place) => place.layer === here.layer)
    .sort((a, b) => across(a) - across(b));
  return row[row.indexOf(here) + (key === next ? 1 : -1)]?.id;
}

/** In reading order. */
function ordered(layout: Layout, places: readonly Place[]): Place[] {
  return [...places].sort(
    (a, b) =>
      a.layer - b.layer ||
      (layout.direction === "down" ? a.x - b.x : a.y - b.y),
  );
}
