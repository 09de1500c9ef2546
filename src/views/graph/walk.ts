import type { Layout, Place } from "./layout.ts";

/** The keys that walk through a graph. */
export type WalkKey =
  "ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight" | "Home" | "End";

const walkKeys: readonly string[] = [
  "ArrowUp",
  "ArrowDown",
  "ArrowLeft",
  "ArrowRight",
  "Home",
  "End",
] satisfies readonly WalkKey[];

export function isWalkKey(key: string): key is WalkKey {
  return walkKeys.includes(key);
}

/** A place that may be in the frame of an open node, or be one. */
type WalkPlace = Place & {
  inside?: string | undefined;
  frame?: { width: number; height: number } | undefined;
};

/** What there is to walk through. */
export type WalkMap = Pick<Layout, "direction" | "routes"> & {
  places: readonly WalkPlace[];
};

/**
 * The node that a key leads to: along an edge in the direction of the arrows and against it, to the neighbour in the same
 * layer across it. An open node leads to what is in it, and that, at its end, to what comes after the open node.
 * undefined when there is none.
 */
export function walk(
  map: WalkMap,
  from: string,
  key: WalkKey,
): string | undefined {
  const { places } = map;
  const here = places.find((place) => place.id === from);
  if (!here || key === "Home") return ordered(map, places)[0]?.id;
  if (key === "End") return ordered(map, places).at(-1)?.id;

  const isDown = map.direction === "down";
  const across = (place: Place): number => (isDown ? place.x : place.y);
  const [forward, back, next] = isDown
    ? ["ArrowDown", "ArrowUp", "ArrowRight"]
    : ["ArrowRight", "ArrowLeft", "ArrowDown"];

  if (key === forward || key === back) {
    const byId = new Map(places.map((place) => [place.id, place]));
    const ends =
      key === forward ? after(map, byId, here) : before(map, byId, here);
    return ends.sort(
      (a, b) =>
        Math.abs(across(a) - across(here)) - Math.abs(across(b) - across(here)),
    )[0]?.id;
  }
  const row = places
    .filter(
      (place) => place.layer === here.layer && place.inside === here.inside,
    )
    .sort((a, b) => across(a) - across(b));
  return row[row.indexOf(here) + (key === next ? 1 : -1)]?.id;
}

type Places = ReadonlyMap<string, WalkPlace>;

/** What comes next: in an open node first what it holds; at the end of that, what comes after the open node. */
function after(
  map: WalkMap,
  byId: Places,
  here: WalkPlace,
  isLeaving = false,
): WalkPlace[] {
  const ends = map.routes
    .filter(({ from }) => from === here.id)
    .flatMap(({ to }) => byId.get(to) ?? []);
  const isWithin = ({ inside }: WalkPlace): boolean => inside === here.id;
  if (!isLeaving && ends.some(isWithin)) return ends.filter(isWithin);
  const others = ends.filter((end) => !isWithin(end) && end.id !== here.inside);
  const frame = here.inside === undefined ? undefined : byId.get(here.inside);
  return others.length > 0 || !frame ? others : after(map, byId, frame, true);
}

function before(map: WalkMap, byId: Places, here: WalkPlace): WalkPlace[] {
  return map.routes
    .filter(({ to }) => to === here.id)
    .flatMap(({ from }) => byId.get(from) ?? [])
    .filter(({ inside }) => inside !== here.id);
}

/** In reading order. */
function ordered({ direction }: WalkMap, places: readonly WalkPlace[]) {
  const top = ({ y, frame }: WalkPlace) => y - (frame?.height ?? 0) / 2;
  const left = ({ x, frame }: WalkPlace) => x - (frame?.width ?? 0) / 2;
  return [...places].sort((a, b) =>
    direction === "down"
      ? top(a) - top(b) || a.x - b.x
      : left(a) - left(b) || a.y - b.y,
  );
}
