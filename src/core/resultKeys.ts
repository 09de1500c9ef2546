/** Keys of results in their order. Those of a map's elements are many, and alike but for the places. */
export type ResultKeys = readonly (string | ElementKeys)[];

/** The keys of elements of one map. */
export interface ElementKeys {
  /** The key of the map. */
  readonly of: string;
  readonly places: Int32Array;
}

/** The key of an element of a map, by its place, or by its places in maps within maps. */
export function elementKey(
  of: string,
  place: number | readonly number[],
): string {
  return `${of}#${typeof place === "number" ? place : place.join(".")}`;
}

/** Each key as text. */
export function expandKeys(keys: ResultKeys): string[] {
  const all: string[] = [];
  for (const key of keys)
    if (typeof key === "string") all.push(key);
    else for (const place of key.places) all.push(elementKey(key.of, place));
  return all;
}
